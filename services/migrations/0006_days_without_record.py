"""Days that were opened and then forgotten are found without reading those that were not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0005_said_at"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stationday",
            index=models.Index(
                condition=models.Q(("counted_by", ""), ("is_nil", False), ("opened_at__isnull", False)),
                fields=["date", "station"],
                name="station_day_unrecorded",
            ),
        ),
    ]
