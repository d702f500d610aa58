"""A roll-up remembers which days it counted for a posting, and what it could not attribute."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField("rolluprun", "unposted_days", models.PositiveIntegerField(
            default=0, help_text="recorded on a day when nobody ran the station", verbose_name="days without a posting",
        )),
        migrations.AddField("rolluprun", "unposted_visits", models.PositiveBigIntegerField(
            default=0, verbose_name="visits without a posting",
        )),
        # No posting was in force on that day in that month, so the next roll-up computes existing rows anew.
        migrations.AddField("stationmonth", "first_day", models.DateField(
            default=date(2000, 1, 1), verbose_name="first day"), preserve_default=False),
        migrations.AddField("stationmonth", "last_day", models.DateField(
            default=date(2000, 1, 1), verbose_name="last day"), preserve_default=False),
        migrations.AlterField("stationmonthvisits", "posting", models.ForeignKey(
            db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="month_visits",
            to="stations.posting", verbose_name="posting",
        )),
    ]
