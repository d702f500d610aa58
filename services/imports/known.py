"""What the ledger already knows of the days in a list, and which of them may be written; few queries for any rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from harbor_portal.lib.bulk import record_history
from services.imports.locks import Locks
from services.models import StationDay
from services.policies import why_impossible, why_late
from services.querysets import LATE_DAYS
from stations.imports.finding import StationFinder
from stations.imports.kinds import Asking
from stations.imports.sheets import Row
from stations.models import Station
from stations.scope import scope_of

Day = tuple[int, date]
"""Station id and date."""
Bucket = tuple[int, date, int | None, str, str]
"""Station id, date, hour, group, method."""


@dataclass
class Known:
    today: date
    stations: StationFinder
    locks: Locks
    figures: dict[Bucket, tuple[int, int]] = field(default_factory=dict)
    """Id and count of the buckets of these days."""

    def why_not(self, station: Station, day: date) -> str | None:
        """Why the day takes nothing from this person: the rules of `services.policies`, in their order."""
        is_run = self.locks.posting(station.pk, day) is not None
        earliest = None if station.pk in self.stations.in_care else date.fromordinal(self.today.toordinal() - LATE_DAYS)
        why = why_impossible(station, day, self.today, is_run=is_run) or why_late(day, earliest)
        return why or self.locks.why(station.pk, day)


def load_known(rows: list[Row], asking: Asking) -> Known:
    texts = {row.values["station"] for row in rows if "station" in row.values}
    finder = StationFinder.load(scope_of(asking.by), texts, with_kept=True)
    return Known(asking.today, finder, Locks(station.pk for found in finder.by_text.values() for station in found))


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
