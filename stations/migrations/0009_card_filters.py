"""What the filters of the public list ask for, beside each card."""

import django.contrib.postgres.fields
from django.db import migrations, models

FILL = """
UPDATE stations_stationcard AS card SET
    host_kind = station.host_kind,
    entry_mode = station.entry_mode,
    lacking = coalesce(
        (SELECT array_agg(item.amenity_id ORDER BY item.amenity_id) FROM stations_stationamenity AS item
         WHERE item.station_id = card.station_id AND (item.access = 'none' OR item.health <> 'ok')),
        '{}'
    )
FROM stations_station AS station WHERE station.id = card.station_id
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0008_photos_and_honours")]

    operations = [
        migrations.AddField(
            model_name="stationcard", name="host_kind", field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stationcard", name="entry_mode", field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stationcard",
            name="lacking",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
