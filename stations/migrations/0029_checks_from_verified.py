"""What was checked of whole stations and of their equipment, as checks of each fact; and back again."""

from django.conf import settings
from django.db import migrations

FACTS = """
    SELECT station.id AS station_id, fact.what, station.verified_at AS at, station.verified_by_id AS by_id
    FROM stations_station station CROSS JOIN LATERAL (
        SELECT 'entry' AS what
        UNION ALL SELECT 'place' WHERE station.longitude IS NOT NULL
        UNION ALL SELECT 'hours' WHERE station.schedule_id IS NOT NULL
        UNION ALL SELECT 'phone' WHERE station.phone <> ''
    ) fact
    UNION ALL
    SELECT station.id, 'amenity:' || amenity.code, GREATEST(station.verified_at, own.verified_at),
        CASE WHEN own.verified_at > station.verified_at THEN NULL ELSE station.verified_by_id END
    FROM stations_stationamenity own
    JOIN stations_amenity amenity ON amenity.id = own.amenity_id
    JOIN stations_station station ON station.id = own.station_id
"""
CHECKS = f"""
    INSERT INTO stations_factcheck (station_id, what, at, by_id, how)
    SELECT station_id, what, at, by_id, 'staff' FROM ({FACTS}) checked WHERE at IS NOT NULL
"""
# The intervals of that day; they are worked out anew whenever something about the station changes.
FRESHNESS = f"""
    INSERT INTO stations_freshness (station_id, checked_at, due_date)
    SELECT id, verified_at, (COALESCE(verified_at, created_at) AT TIME ZONE '{settings.TIME_ZONE}')::date
        + CASE WHEN verified_at IS NULL THEN 0 WHEN host_kind = 'mobile' THEN 30
            WHEN host_kind IN ('shop', 'other') THEN 90 ELSE 180 END
    FROM stations_station
"""
BACK = """
    UPDATE stations_station station SET verified_at = fresh.checked_at FROM stations_freshness fresh
    WHERE fresh.station_id = station.id;
    UPDATE stations_stationamenity own SET verified_at = last.at FROM stations_amenity amenity, (
        SELECT station_id, what, max(at) AS at FROM stations_factcheck
        WHERE how IN ('staff', 'inspection') GROUP BY station_id, what
    ) last
    WHERE amenity.id = own.amenity_id AND last.station_id = own.station_id
        AND last.what = 'amenity:' || amenity.code;
    DELETE FROM stations_freshness;
    DELETE FROM stations_factcheck;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0028_first_visit"),
    ]

    operations = [
        migrations.RunSQL([CHECKS, FRESHNESS], BACK),
    ]
