"""Cards: what the public may know of a station, kept ready for leaves, lists and the API."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from harbor_portal.lib.geo import quadkey
from stations.choices import Access, Health, StationStatus
from stations.facets import FACTS, live_of
from stations.freshness import checked_at
from stations.models import Posting, Station, StationAmenity, StationCard
from stations.publishing.duplicates import find_duplicates
from stations.publishing.quadtree import MAX_ZOOM
from stations.publishing.timetables import timetables_of

PUBLIC = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
_COLUMNS = [
    *("station_id", "code", "longitude", "latitude", "tile", "division_code", "timetable_id"),
    *("host_kind", "entry_mode", "amenities", "lacking", "programmes", "marks"),
    *("suspended_from", "suspended_through", "pinyin", "record"),
]
_COMPARED = [*_COLUMNS[:-1], "record::text"]
_LIVE_COLUMNS = ("opened_at", "closed_at", "seen_at", "reported_closed_at", "supplies")

# A timetable also changes when past exceptions drop out of it, which concerns nobody.
_COMING = """(
    SELECT jsonb_agg(array[greatest(one ->> 0, %(today)s), one ->> 1, one ->> 2, one ->> 3] ORDER BY one ->> 0)
    FROM stations_timetable, jsonb_array_elements(exceptions) AS one
    WHERE id = {card}.timetable_id AND one ->> 1 >= %(today)s
)"""
_UPSERT = """
INSERT INTO stations_stationcard ({columns})
SELECT {columns} FROM json_populate_recordset(NULL::stations_stationcard, %(rows)s)
ON CONFLICT (station_id) DO UPDATE SET {changes}, changed_at = CASE
    WHEN stations_stationcard.record::text IS DISTINCT FROM excluded.record::text
        OR (stations_stationcard.timetable_id IS DISTINCT FROM excluded.timetable_id
            AND {coming} IS DISTINCT FROM {new_coming})
    THEN now() ELSE stations_stationcard.changed_at END
WHERE ({own}) IS DISTINCT FROM ({new})
RETURNING tile
""".format(
    coming=_COMING.format(card="stations_stationcard"),
    new_coming=_COMING.format(card="excluded"),
    columns=", ".join(_COLUMNS),
    changes=", ".join(f"{column} = excluded.{column}" for column in _COLUMNS),
    own=", ".join(f"stations_stationcard.{column}" for column in _COMPARED),
    new=", ".join(f"excluded.{column}" for column in _COMPARED),
)
_UPDATE_LIVE = """
UPDATE stations_stationcard AS card SET {changes}
FROM json_populate_recordset(NULL::stations_stationcard, %(rows)s) AS live
WHERE live.station_id = card.station_id AND ({own}) IS DISTINCT FROM ({new})
RETURNING card.tile
""".format(
    changes=", ".join(f"{column} = live.{column}" for column in _LIVE_COLUMNS),
    own=", ".join(f"card.{column}" for column in _LIVE_COLUMNS),
    new=", ".join(f"live.{column}" for column in _LIVE_COLUMNS),
)


def refresh_cards(station_ids: Sequence[int]) -> set[str]:
    """Write the cards of these stations anew and drop those that are not public; the tiles where anything changed."""
    today = timezone.localdate()
    before = dict(StationCard.objects.filter(pk__in=station_ids).values_list("pk", "tile"))
    rows = _rows(station_ids, today)
    gone = before.keys() - {row["station_id"] for row in rows}
    StationCard.objects.filter(pk__in=gone).delete()
    changed = set(_execute(_UPSERT, rows, today))
    moved = {before[row["station_id"]] for row in rows if before.get(row["station_id"], row["tile"]) != row["tile"]}
    find_duplicates(station_ids)
    return changed | moved | {before[station] for station in gone}


def refresh_live(station_ids: Sequence[int]) -> set[str]:
    """Note today's live state on the cards of these stations; the tiles where it changed."""
    found = live_of(station_ids)
    rows = [{"station_id": station} | moments for station, moments in found.items()]
    return set(_execute(_UPDATE_LIVE, rows, timezone.localdate()))


def public_stations() -> Any:
    """Those that belong on the map."""
    return Station.objects.filter(status__in=PUBLIC, longitude__isnull=False)


def _execute(statement: str, rows: list[dict[str, Any]], today: date) -> Iterable[str]:
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": text, "today": str(today)})
        return [tile for (tile,) in cursor.fetchall()]


def _rows(station_ids: Sequence[int], today: date) -> list[dict[str, Any]]:
    stations = list(public_stations().filter(pk__in=station_ids).select_related("schedule", "freshness"))
    ids = [station.pk for station in stations]
    postings = Posting.objects.filter(station__in=ids).on(today)
    lines = {pk: line for pk, *line in postings.values_list("station_id", "division_id", "operator__path")}
    timetables = timetables_of(stations, {pk: path or "" for pk, (_division, path) in lines.items()}, today)
    amenities = _amenities(ids)
    facts = {key: load(ids) for key, load in FACTS.items()}
    return [
        _row(
            station,
            today,
            lines.get(station.pk, ("",))[0] or "",
            timetables.get(station.pk),
            amenities[station.pk],
            {key: found.get(station.pk, []) for key, found in facts.items()},
        )
        for station in stations
    ]


def _amenities(station_ids: Sequence[int]) -> dict[int, list[tuple[int, str, str, str]]]:
    """Id, code, access and health of what is known of each station, ordered by code."""
    found: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
    rows = StationAmenity.objects.filter(station__in=station_ids).order_by("amenity__code")
    for station, *amenity in rows.values_list("station_id", "amenity_id", "amenity__code", "access", "health"):
        found[station].append(tuple(amenity))
    return found


def _row(
    station: Station,
    today: date,
    division: str,
    timetable: int | None,
    amenities: list[tuple[int, str, str, str]],
    facts: dict[str, Any],
) -> dict[str, Any]:
    since, through = station.suspended_from, station.suspended_through
    assert station.longitude is not None
    assert station.latitude is not None
    return {
        "station_id": station.pk,
        "code": station.code,
        "longitude": station.longitude,
        "latitude": station.latitude,
        "tile": quadkey(station.longitude, station.latitude, MAX_ZOOM),
        "division_code": division,
        "timetable_id": timetable,
        "host_kind": station.host_kind,
        "entry_mode": station.entry_mode,
        "amenities": sorted(pk for pk, _code, *how in amenities if _is_usable(*how)),
        "lacking": sorted(pk for pk, _code, *how in amenities if not _is_usable(*how)),
        "programmes": sorted({plate["programme"] for plate in facts.get("plates", [])}),
        "marks": [mark["mark"] for mark in facts.get("marks", [])],
        "suspended_from": str(since) if since else None,
        "suspended_through": str(through) if through else None,
        "pinyin": station.pinyin,
        "record": _record(station, today, division, amenities, facts),
    }


def _is_usable(access: str, health: str) -> bool:
    return access != Access.NONE and health == Health.OK


def _record(
    station: Station, today: date, division: str, amenities: list[tuple[int, str, str, str]], facts: dict[str, Any]
) -> dict[str, Any]:
    schedule, verified = station.schedule, checked_at(station)
    return {
        "code": station.code,
        "name": station.name,
        "longitude": station.longitude,
        "latitude": station.latitude,
        "address": station.address,
        "phone": station.phone,
        "host_kind": station.host_kind,
        "entry_mode": station.entry_mode,
        "opening_hours": schedule.opening_hours if schedule else None,
        "calendar_policy": schedule.calendar_policy if schedule else None,
        "amenities": [{"code": code, "access": access, "health": health} for _pk, code, access, health in amenities],
        **facts,
        "division": division or None,
        "status": StationStatus.SUSPENDED if station.is_suspended_on(today) else StationStatus.PUBLISHED,
        "suspended_from": str(station.suspended_from) if station.suspended_from else None,
        "suspended_until": str(station.suspended_until) if station.suspended_until else None,
        "verified_at": timezone.localtime(verified).isoformat(timespec="seconds") if verified else None,
    }
