"""Sums that are kept for the pages of large units, and marks of whatever they are made of."""

from django.db import migrations, models

FIGURES = ("reports_stationmonth", "reports_stationmonthvisits", "reports_stationmonthtimes")
"""Whoever writes figures of a single month says so by a setting of the transaction; else any month may be meant."""
PLACES = ("stations_posting", "partners_plate", "stations_division")
COLUMNS = {"stations_unit": "path", "stations_station": "host_kind"}

MARK = """
CREATE FUNCTION reports_figures_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_figurechange (month, number)
    VALUES (NULLIF(current_setting('harbor.month', true), '')::date, 1);
    RETURN NULL;
END
$$;
CREATE FUNCTION reports_places_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_figurechange (month, number) VALUES (NULL, 1);
    RETURN NULL;
END
$$;
"""
FORGET = "DROP FUNCTION reports_figures_changed(); DROP FUNCTION reports_places_changed();"


def watched():
    """A statement that makes, and one that drops, the trigger of each table."""
    for tables, function in ((FIGURES, "reports_figures_changed"), (PLACES, "reports_places_changed")):
        for table in tables:
            yield (
                f"CREATE TRIGGER {function} AFTER INSERT OR UPDATE OR DELETE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
                f"DROP TRIGGER {function} ON {table};",
            )
    for table, column in COLUMNS.items():
        yield (
            f"CREATE TRIGGER reports_places_changed AFTER UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION reports_places_changed();",
            f"DROP TRIGGER reports_places_changed ON {table};",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0009_obligations_are_promised"),
        ("reports", "0014_bundles"),
        ("stations", "0038_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(blank=True, null=True, verbose_name="month")),
                ("number", models.PositiveBigIntegerField(default=1, verbose_name="how many")),
            ],
            options={
                "verbose_name": "change of figures",
                "verbose_name_plural": "changes of figures",
                "indexes": [models.Index(fields=["month"], name="figure_change_month")],
            },
        ),
        migrations.CreateModel(
            name="MonthSummary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=80, verbose_name="subject")),
                ("part", models.CharField(max_length=20, verbose_name="part")),
                ("first", models.DateField(verbose_name="first month")),
                ("last", models.DateField(verbose_name="last month")),
                ("version", models.PositiveBigIntegerField(verbose_name="version")),
                ("content", models.JSONField(verbose_name="sums")),
                ("asked_on", models.DateField(verbose_name="last day on which somebody waited for it")),
            ],
            options={
                "verbose_name": "summary of a month",
                "verbose_name_plural": "summaries of months",
                "constraints": [
                    models.UniqueConstraint(fields=["subject", "part", "first", "last"], name="month_summary_once")
                ],
            },
        ),
        migrations.RunSQL(
            MARK + "\n".join(make for make, _drop in watched()),
            "\n".join(drop for _make, drop in watched()) + FORGET,
        ),
    ]
