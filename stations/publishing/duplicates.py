"""Which stations on the map lie so near to each other that they may be one place."""

import math
from collections.abc import Sequence

from django.db import connection

from harbor_portal.lib.geo import EARTH_RADIUS_M

NEAR_M = 30.0
"""Metres. Two plates on one door are often placed at the two ends of a house."""
MOST_NEAR = 8
"""Of one station. A thousand that somebody put into the middle of their city are a matter for somebody else."""

# Written as the index `station_card_place` has it, so that each card asks the index for what lies around it.
_POINT = f"point(radians({{0}}.longitude), ln(tan({math.pi / 4!r}::float8 + radians({{0}}.latitude) / 2.0::float8)))"
_METRES = f"""2 * {EARTH_RADIUS_M!r} * asin(least(1, sqrt(
    sin(radians(other.latitude - own.latitude) / 2) ^ 2 + cos(radians(own.latitude)) * cos(radians(other.latitude))
    * sin(radians(other.longitude - own.longitude) / 2) ^ 2)))"""
_FOUND = f"""
    SELECT DISTINCT least(own.station_id, other.station_id) AS first_id,
        greatest(own.station_id, other.station_id) AS second_id, {_METRES} AS metres
    FROM (
        SELECT station_id, longitude, latitude, {_POINT.format("card")} AS place,
            {NEAR_M / EARTH_RADIUS_M!r} / cos(radians(latitude)) AS reach
        FROM stations_stationcard card WHERE station_id = ANY(%(stations)s)
    ) own
    CROSS JOIN LATERAL (
        SELECT station_id, longitude, latitude FROM stations_stationcard around
        WHERE {_POINT.format("around")} <@ box(
            point(own.place[0] - own.reach, own.place[1] - own.reach),
            point(own.place[0] + own.reach, own.place[1] + own.reach))
        AND around.station_id <> own.station_id
        ORDER BY {_POINT.format("around")} <-> own.place LIMIT {MOST_NEAR}
    ) other
    WHERE {_METRES} <= {NEAR_M!r}
"""  # noqa: S608  # our own constants
FIND = f"""
WITH found AS ({_FOUND}), gone AS (
    DELETE FROM stations_possibleduplicate pair
    WHERE (first_id = ANY(%(stations)s) OR second_id = ANY(%(stations)s)) AND told_apart_at IS NULL
        AND NOT EXISTS (SELECT FROM found WHERE (found.first_id, found.second_id) = (pair.first_id, pair.second_id))
)
INSERT INTO stations_possibleduplicate (first_id, second_id, metres) SELECT first_id, second_id, metres FROM found
ON CONFLICT (first_id, second_id) DO UPDATE SET metres = excluded.metres
WHERE stations_possibleduplicate.metres <> excluded.metres
"""  # noqa: S608  # our own constants


def find_duplicates(station_ids: Sequence[int]) -> None:
    """Note the pairs that these stations make with others on the map, and drop those that are none any more.

    What somebody has told apart stays noted. One statement, whatever their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"stations": list(station_ids)})
