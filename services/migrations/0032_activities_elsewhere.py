"""What is at no station is where its organiser is, so that it is found by place."""

import django.db.models.deletion
from django.db import migrations, models

HELP = "Empty: that of the first station, or else of the organiser."


def fill_divisions(apps, schema_editor):
    units = apps.get_model("stations", "Unit").objects.filter(pk=models.OuterRef("organiser"))
    without = apps.get_model("services", "Activity").objects.filter(division=None)
    without.update(division=models.Subquery(units.values("division")[:1]))


class Migration(migrations.Migration):

    dependencies = [("services", "0031_movements_taken_back"), ("stations", "0038_notices")]

    operations = [
        migrations.AlterField(
            "activity",
            "division",
            models.ForeignKey(blank=True, db_index=False, help_text=HELP, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division", verbose_name="division"),
        ),
        migrations.AlterField(
            "historicalactivity",
            "division",
            models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text=HELP, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="stations.division", verbose_name="division"),
        ),
        migrations.RunPython(fill_divisions, migrations.RunPython.noop),
    ]
