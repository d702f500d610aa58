"""The stations nearest to a place, by great circle, in one indexed query.

The index walks outwards in the Mercator plane, where distances are stretched by the secant of the latitude. Within a
circle of angle δ round a place at latitude φ the stretch is at most sec(|φ| + δ), so a station at true distance δ lies
within δ · sec(|φ| + δ) on the plane. Once the walk has come at least that far for the δ of the last result wanted, no
station outside of it can be nearer: that is checked, not hoped for. Where it cannot be shown (too few fetched, near a
pole, across the antimeridian) more are fetched, and in the end all are ranked by their true distance, which takes a
thousand times as long. Where no station at all is within `FAR_M`, nobody goes to any of them, and the order of the walk
is good enough.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import asin, cos, degrees, log, pi, radians, sin, tan
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, connection

from harbor_portal.lib.geo import EARTH_RADIUS_M, MAX_LATITUDE, haversine_m
from stations.models import StationCard

FAR_M = 2_000_000
"""Metres: beyond the borders of the country, wherever one stands in it and however few its stations are."""
_COLUMNS = (
    "code, longitude, latitude, timetable_id, suspended_from, suspended_through, opened_at, closed_at, seen_at,"
    " reported_closed_at, record::text"
)
_PLACE = "point(radians(longitude), ln(tan(0.7853981633974483 + (radians(latitude) / 2.0))))"
_WALK = f"""
SELECT {_COLUMNS}, {_PLACE} <-> point(%s, %s) AS plane
FROM stations_stationcard WHERE {{where}} ORDER BY plane LIMIT %s
"""  # noqa: S608  # joined of constants
_SCAN = f"""
SELECT {_COLUMNS}, 0 AS plane FROM stations_stationcard WHERE {{where}}
ORDER BY sin(radians(latitude - %s) / 2) ^ 2
    + cos(radians(%s)) * cos(radians(latitude)) * sin(radians(longitude - %s) / 2) ^ 2, code LIMIT %s
"""  # noqa: S608  # joined of constants


class Found(NamedTuple):
    """A card as the query gives it; `plane` is its Mercator distance in radians."""

    code: str
    longitude: float
    latitude: float
    timetable_id: int | None
    suspended_from: date | None
    suspended_through: date | None
    opened_at: datetime | None
    closed_at: datetime | None
    seen_at: datetime | None
    reported_closed_at: datetime | None
    record: str
    plane: float


Near = tuple[float, Found]
"""Metres by great circle, and the card."""


def nearest(
    longitude: float, latitude: float, limit: int, *, amenities: Sequence[int] = (), condition: Any = None
) -> list[Near]:
    """At most `limit` stations, nearest first; `condition` as of `open_condition`."""
    where, params = ["TRUE"], []
    if amenities:
        where.append("amenities @> %s::integer[]")
        params.append("{" + ",".join(map(str, amenities)) + "}")
    if condition:
        where.append(condition[0])
        params += condition[1]
    sql = " AND ".join(where)
    phi = radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude)))
    x, y = radians(longitude), log(tan(pi / 4 + phi / 2))
    for size in (limit + 4, 4 * limit + 64):
        rows = _fetch(_WALK.format(where=sql), [x, y, *params, size])
        ranked = _ranked(rows, longitude, latitude)
        if len(rows) < size or _is_proven(ranked, rows[-1].plane, limit, x, radians(latitude)):
            return ranked[:limit]
    if ranked[0][0] > FAR_M and not _is_any_within(FAR_M, longitude, latitude):
        return ranked[:limit]
    rows = _fetch(_SCAN.format(where=sql), [*params, latitude, latitude, longitude, limit])
    return _ranked(rows, longitude, latitude)


def _fetch(sql: str, params: list[Any]) -> list[Found]:
    """Rows of the statement; a connection that was lost since the last request is made anew.

    Django would ask whether the connection still lives before each request, which takes as long as the answer.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # not in its stub
    try:
        return _execute(sql, params)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _execute(sql, params)


def _execute(sql: str, params: list[Any]) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Found._make(row) for row in cursor.fetchall()]


def _ranked(rows: Iterable[Found], longitude: float, latitude: float) -> list[Near]:
    found = [(haversine_m(longitude, latitude, row.longitude, row.latitude), row) for row in rows]
    found.sort(key=lambda near: (near[0], near[1].code))
    return found


def _is_any_within(metres: float, longitude: float, latitude: float) -> bool:
    """Whether a station stands in the rectangle round the circle; at most two indexed queries."""
    angle = degrees(metres / EARTH_RADIUS_M)
    south, north = max(-90.0, latitude - angle), min(90.0, latitude + angle)
    has_pole = abs(latitude) + angle >= 90
    wide = 180.0 if has_pole else degrees(asin(sin(radians(angle)) / cos(radians(latitude))))
    edges = ((max(-180.0, longitude + turn - wide), min(180.0, longitude + turn + wide)) for turn in (-360, 0, 360))
    return any(StationCard.objects.within(west, south, east, north).exists() for west, east in edges if west < east)


def _is_proven(ranked: list[Near], reach: float, limit: int, lam: float, phi: float) -> bool:
    """Whether a walk that came `reach` far on the plane has met everything nearer than the last of the results."""
    delta = ranked[limit - 1][0] / EARTH_RADIUS_M
    if abs(phi) + delta >= pi / 2 or delta * 1.000001 / cos(abs(phi) + delta) > reach:
        return False
    return abs(lam) + asin(min(1.0, sin(delta) / cos(phi))) <= pi
