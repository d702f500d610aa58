"""Who submitted a report is still known when another person has moved it on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_month_visits_one_index_less"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("monthreport", "submitted_by", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
            to=settings.AUTH_USER_MODEL, verbose_name="submitted by",
        )),
        migrations.AddField("historicalmonthreport", "submitted_by", models.ForeignKey(
            blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING,
            related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="submitted by",
        )),
    ]
