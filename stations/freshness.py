"""What the checks of stations come to: since when they are right, and when the next look is due."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from stations.choices import BY_STAFF
from stations.facts import AMENITY_PREFIX, DAYS, MOST_DAYS_AT, USUAL_DAYS
from stations.models import Freshness, Station

_TOLD = """(
    SELECT 'entry' AS what, true AS is_core
    UNION ALL SELECT 'place', true WHERE station.longitude IS NOT NULL
    UNION ALL SELECT 'hours', true WHERE station.schedule_id IS NOT NULL
    UNION ALL SELECT 'phone', true WHERE station.phone <> ''
    UNION ALL SELECT %(prefix)s || amenity.code, false
        FROM stations_stationamenity own JOIN stations_amenity amenity ON amenity.id = own.amenity_id
        WHERE own.station_id = station.id
)"""
# What nobody tells is not due; what was never looked at is, since the station is known.
_SETTLE = f"""
INSERT INTO stations_freshness (station_id, checked_at, due_date)
SELECT station.id,
    CASE WHEN bool_and(last.by_staff IS NOT NULL) FILTER (WHERE fact.is_core)
        THEN min(last.by_staff) FILTER (WHERE fact.is_core) END,
    min(COALESCE(
        (last.by_anybody AT TIME ZONE %(zone)s)::date + LEAST(
            COALESCE((%(days)s::jsonb ->> fact.what)::int, %(usual)s), (%(most)s::jsonb ->> station.host_kind)::int
        ),
        (station.created_at AT TIME ZONE %(zone)s)::date
    ))
FROM stations_station station
CROSS JOIN LATERAL {_TOLD} fact
CROSS JOIN LATERAL (
    SELECT max(at) AS by_anybody, max(at) FILTER (WHERE how = ANY(%(staff)s)) AS by_staff
    FROM stations_factcheck WHERE station_id = station.id AND stations_factcheck.what = fact.what
) last
WHERE station.id = ANY(%(ids)s)
GROUP BY station.id
ON CONFLICT (station_id) DO UPDATE SET checked_at = excluded.checked_at, due_date = excluded.due_date
WHERE (stations_freshness.checked_at, stations_freshness.due_date)
    IS DISTINCT FROM (excluded.checked_at, excluded.due_date)
"""  # noqa: S608  # our own text
ALL_TOLD = f"""
SELECT station.id, fact.what FROM stations_station station CROSS JOIN LATERAL {_TOLD} fact
WHERE station.id = ANY(%(ids)s)
"""  # noqa: S608  # our own text


def told_facts(station_ids: Iterable[int]) -> list[tuple[int, str]]:
    """What is told of each of these stations: its id and the fact. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_TOLD, {"ids": list(station_ids), "prefix": AMENITY_PREFIX})
        return list(cursor.fetchall())


def settle_freshness(station_ids: Iterable[int]) -> None:
    """Work out the freshness of these stations anew. One statement."""
    values: dict[str, Any] = {
        "ids": sorted(station_ids),
        "zone": settings.TIME_ZONE,
        "days": json.dumps(DAYS),
        "usual": USUAL_DAYS,
        "most": json.dumps(MOST_DAYS_AT),
        "staff": [how.value for how in BY_STAFF],
        "prefix": AMENITY_PREFIX,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, values)


def checked_at(station: Station) -> datetime | None:
    """The moment since which staff have looked at each core fact; no query where `freshness` was selected with it."""
    found = _freshness_of(station)
    return found.checked_at if found else None


def due_date(station: Station) -> date | None:
    """The day on which the first of its facts is due; None while that was never worked out."""
    found = _freshness_of(station)
    return found.due_date if found else None


def _freshness_of(station: Station) -> Freshness | None:
    try:
        found: Freshness = station.freshness
    except Freshness.DoesNotExist:
        return None
    return found
