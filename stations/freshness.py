"""What the checks of stations come to: since when they are right, and when the next look is due."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from stations.choices import BY_STAFF
from stations.facts import ALL, AMENITY_PREFIX, DAYS, MOST_DAYS_AT, USUAL_DAYS
from stations.models import Freshness, Station

_TOLD = """
    station AS (SELECT * FROM stations_station WHERE id = ANY(%(ids)s)),
    told (station_id, what, is_core) AS (
        SELECT id, 'entry', true FROM station
        UNION ALL SELECT id, 'place', true FROM station WHERE longitude IS NOT NULL
        UNION ALL SELECT id, 'hours', true FROM station WHERE schedule_id IS NOT NULL
        UNION ALL SELECT id, 'phone', true FROM station WHERE phone <> ''
        UNION ALL SELECT own.station_id, %(prefix)s || amenity.code, false
            FROM stations_stationamenity own JOIN stations_amenity amenity ON amenity.id = own.amenity_id
            WHERE own.station_id = ANY(%(ids)s)
    )
"""
# What nobody tells is not due; what was never looked at is, since the station is known. In the order of their ids, so
# that two who settle many of the same stations wait for each other and are not both stuck.
_SETTLE = f"""
WITH {_TOLD},
checked AS (
    SELECT station_id, what, max(at) AS by_anybody, max(at) FILTER (WHERE how = ANY(%(staff)s)) AS by_staff
    FROM stations_factcheck WHERE station_id = ANY(%(ids)s) GROUP BY station_id, what
),
fact AS (
    SELECT told.*, GREATEST(own.by_anybody, whole.by_anybody) AS by_anybody,
        GREATEST(own.by_staff, whole.by_staff) AS by_staff
    FROM told
    LEFT JOIN checked own ON own.station_id = told.station_id AND own.what = told.what
    LEFT JOIN checked whole ON whole.station_id = told.station_id AND whole.what = %(all)s
)
INSERT INTO stations_freshness (station_id, checked_at, due_date)
SELECT station.id,
    CASE WHEN bool_and(fact.by_staff IS NOT NULL) FILTER (WHERE fact.is_core)
        THEN min(fact.by_staff) FILTER (WHERE fact.is_core) END,
    min(COALESCE(
        (fact.by_anybody AT TIME ZONE %(zone)s)::date + LEAST(
            COALESCE((%(days)s::jsonb ->> fact.what)::int, %(usual)s), (%(most)s::jsonb ->> station.host_kind)::int
        ),
        (station.created_at AT TIME ZONE %(zone)s)::date
    ))
FROM station JOIN fact ON fact.station_id = station.id
GROUP BY station.id
ORDER BY station.id
ON CONFLICT (station_id) DO UPDATE SET checked_at = excluded.checked_at, due_date = excluded.due_date
WHERE (stations_freshness.checked_at, stations_freshness.due_date)
    IS DISTINCT FROM (excluded.checked_at, excluded.due_date)
"""  # noqa: S608  # our own text
_ALL_TOLD = f"WITH {_TOLD} SELECT station_id, what FROM told"  # noqa: S608  # our own text


def told_facts(station_ids: Iterable[int]) -> list[tuple[int, str]]:
    """What is told of each of these stations: its id and the fact. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_TOLD, {"ids": list(station_ids), "prefix": AMENITY_PREFIX})
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
        "all": ALL,
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
