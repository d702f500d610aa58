"""What is out of order is counted on the first page of the back office, and is a small part of all equipment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0019_announced_suspensions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stationamenity",
            index=models.Index(
                condition=models.Q(("health", "out_of_order")),
                fields=["station", "due_back"],
                name="station_amenity_out",
            ),
        ),
    ]
