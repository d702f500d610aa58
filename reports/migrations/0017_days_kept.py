"""A roll-up knows on how many of the expected days a station was opened; rows without it are computed anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0016_star_runs")]

    operations = [
        migrations.AddField("stationmonth", "days_kept", models.PositiveSmallIntegerField(
            null=True,
            help_text="expected, and the keeper opened; empty where it was added up before this was asked",
            verbose_name="expected days opened")),
    ]
