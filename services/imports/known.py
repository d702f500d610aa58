"""What the ledger already knows of the days in a list, and which of them may be written; few queries for any rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from harbor_portal.lib.bulk import record_history
from services.models import StationDay
from services.policies import lock_reason, why_impossible, why_late
from services.querysets import LATE_DAYS
from stations.imports.finding import StationFinder
from stations.imports.kinds import Asking
from stations.imports.sheets import Row
from stations.models import Posting, Station
from stations.scope import scope_of

Day = tuple[int, date]
"""Station id and date."""
Bucket = tuple[int, date, int | None, str, str]
"""Station id, date, hour, group, method."""


@dataclass
class Known:
    today: date
    stations: StationFinder
    postings: dict[int, list[Posting]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[Bucket, tuple[int, int]] = field(default_factory=dict)
    """Id and count of the buckets of these days."""
    _locks: dict[tuple[int | None, int | None, date], str | None] = field(default_factory=dict)

    def why_not(self, station: Station, day: date) -> str | None:
        """Why the day takes nothing from this person: the rules of `services.policies`, in their order."""
        posting = next((one for one in self.postings[station.pk] if one.since <= day <= (one.until or day)), None)
        earliest = None if station.pk in self.stations.in_care else date.fromordinal(self.today.toordinal() - LATE_DAYS)
        why = why_impossible(station, day, self.today, is_run=posting is not None) or why_late(day, earliest)
        return why or (self._lock(posting, day) if posting else None)

    def _lock(self, posting: Posting, day: date) -> str | None:
        """Asked once for a line and month: what locks a day is the report of a unit that held the station then."""
        key = (posting.operator_id, posting.supervisor_id, day.replace(day=1))
        if key not in self._locks:
            self._locks[key] = lock_reason(posting.station_id, day)
        return self._locks[key]


def load_known(rows: list[Row], asking: Asking) -> Known:
    texts = {row.values["station"] for row in rows if "station" in row.values}
    known = Known(asking.today, StationFinder.load(scope_of(asking.by), texts, with_kept=True))
    ids = {station.pk for found in known.stations.by_text.values() for station in found}
    for posting in Posting.objects.filter(station__in=ids).order_by("since"):
        known.postings[posting.station_id].append(posting)
    return known


def hold_days(days: Iterable[Day], needed: Iterable[Day], asking: Asking) -> None:
    """The rows of these days in hand until the transaction ends, in one order for everybody.

    Those that are needed are made where they are missing; somebody else may make one at the same moment.
    """
    pairs = sorted(set(needed))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO services_stationday"
            " (station_id, date, is_nil, counted_by, is_method_chosen, remark, recorded_by_id)"
            " SELECT station, date, false, '', false, '', %s"
            " FROM unnest(%s::bigint[], %s::date[]) wanted(station, date)"
            " ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING id",
            [asking.by.pk, [station for station, _day in pairs], [day for _station, day in pairs]],
        )
        made = [pk for (pk,) in cursor.fetchall()]
    record_history(StationDay, made, kind="+", by_id=asking.by.pk, reason=asking.reason)
    rows_of_days(
        "SELECT day.id FROM services_stationday day", "day", days, "ORDER BY day.station_id, day.date FOR UPDATE"
    )


def load_figures(known: Known, days: Iterable[Day]) -> None:
    rows = rows_of_days(
        'SELECT v.id, v.station_id, v.date, v.hour, v."group", v.method, v.count FROM services_visit v', "v", days
    )
    known.figures = {tuple(bucket): (pk, count) for pk, *bucket, count in rows}


def rows_of_days(select: str, table: str, days: Iterable[Day], tail: str = "") -> list[tuple[Any, ...]]:
    """The rows of a select that belong to these station-days."""
    pairs = sorted(set(days))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{select} JOIN unnest(%s::bigint[], %s::date[]) wanted(station, date)"  # our own names
            f" ON {table}.station_id = wanted.station AND {table}.date = wanted.date {tail}",
            [[station for station, _day in pairs], [day for _station, day in pairs]],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
