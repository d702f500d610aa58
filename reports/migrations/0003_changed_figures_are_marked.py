"""Whatever the kept sums of the month reports are made of leaves a mark when it changes."""

from django.db import migrations

FIGURES = ("reports_stationmonth", "reports_stationmonthvisits", "reports_stationmonthtimes")
"""Whoever writes figures of a single month says so by a setting of the transaction; else any month may be meant."""
PLACES = ("stations_posting", "partners_plate", "stations_division")
COLUMNS = {"stations_unit": "path", "stations_station": "host_kind"}

MARK = """
CREATE OR REPLACE FUNCTION reports_figures_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_figurechange (month, number)
    VALUES (NULLIF(current_setting('harbor.month', true), '')::date, 1);
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION reports_places_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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
                f"CREATE OR REPLACE TRIGGER {function} AFTER INSERT OR UPDATE OR DELETE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();",
                f"DROP TRIGGER {function} ON {table};",
            )
    for table, column in COLUMNS.items():
        yield (
            f"CREATE OR REPLACE TRIGGER reports_places_changed AFTER UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION reports_places_changed();",
            f"DROP TRIGGER reports_places_changed ON {table};",
        )


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_first_version"), ("reports", "0002_sealed_stay")]

    operations = [
        migrations.RunSQL(
            MARK + "\n".join(make for make, _drop in watched()),
            "\n".join(drop for _make, drop in watched()) + FORGET,
        )
    ]
