"""A roll-up knows what stations were to do, how long they were open, and at which times people came."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_contests")]

    operations = [
        # Nothing was judged by that day, so the next roll-up computes existing rows anew.
        migrations.AddField("stationmonth", "through", models.DateField(
            default=date(2000, 1, 1), verbose_name="judged through"), preserve_default=False),
        migrations.AddField("stationmonth", "plan", models.UUIDField(
            blank=True, null=True, verbose_name="fingerprint of the plan")),
        migrations.AddField("stationmonth", "days_expected", models.PositiveSmallIntegerField(
            default=0, help_text="to be open by the hours, the calendar, exceptions and suspensions",
            verbose_name="days expected")),
        migrations.AddField("stationmonth", "days_explained", models.PositiveSmallIntegerField(
            default=0, help_text="expected, without a record, with a reason", verbose_name="days explained")),
        migrations.AddField("stationmonth", "days_missing", models.PositiveSmallIntegerField(
            default=0, help_text="expected, without a record or a reason", verbose_name="days missing")),
        migrations.AddField("stationmonth", "missing_bits", models.PositiveIntegerField(
            default=0, help_text="bit 0 is the first of the month", verbose_name="which days are missing")),
        migrations.AddField("stationmonth", "days_suspended", models.PositiveSmallIntegerField(
            default=0, verbose_name="days suspended")),
        migrations.AddField("stationmonth", "minutes_posted", models.PositiveIntegerField(
            default=0, verbose_name="minutes posted")),
        migrations.AddField("stationmonth", "minutes_open", models.PositiveIntegerField(
            default=0, help_text="from the opening to the closing that the keeper recorded",
            verbose_name="minutes of them open")),
        migrations.CreateModel(
            name="StationMonthTimes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="weekday")),
                ("hours", models.CharField(choices=[
                    ("night", "22:00–05:00"), ("early", "05:00–08:00"), ("forenoon", "08:00–11:00"),
                    ("noon", "11:00–14:00"), ("afternoon", "14:00–18:00"), ("evening", "18:00–22:00"),
                    ("whole_day", "Not by the hour"),
                ], max_length=9, verbose_name="part of the day")),
                ("count", models.PositiveIntegerField(verbose_name="visits")),
                ("posting", models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                    related_name="month_times", to="stations.posting", verbose_name="posting")),
            ],
            options={
                "verbose_name": "visits of a station month by time",
                "verbose_name_plural": "visits of station months by time",
                "constraints": [models.UniqueConstraint(
                    fields=("month", "posting", "weekday", "hours"), name="station_month_times_once")],
            },
        ),
    ]
