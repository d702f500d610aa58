"""Which stations are open, decided inside a query."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Literal

from django.db.models import BooleanField, Func, QuerySet
from django.utils import timezone

from harbor_portal.lib.remember import once_a_minute
from stations.hours import FRESH, PlanNow, timetables_now
from stations.models import Station

Wanted = Literal["open", "not_closed"]
"""Only what is known to be open, or also what is unknown."""

Condition = tuple[str, list[Any]]

_CARD = "stations_stationcard"
_NAME = re.compile(r"%\((\w+)\)s")
_RUNNING = f"""(
    ({_CARD}.suspended_through IS NULL OR {_CARD}.suspended_through < %(today)s
        OR {_CARD}.suspended_from > %(last_day)s)
    AND ({_CARD}.closed_at IS NULL OR {_CARD}.closed_at < %(midnight)s)
)"""
_KEEPER_OPEN = f"""({_CARD}.opened_at >= %(midnight)s AND {_CARD}.opened_at >=
    coalesce((%(ended)s::jsonb ->> {_CARD}.timetable_id::text)::timestamptz, {_CARD}.opened_at))"""
# What was published within this minute is not among the decided ones either.
_UNKNOWN = f"({_CARD}.timetable_id IS NULL OR {_CARD}.timetable_id <> ALL(%(decided)s::bigint[]))"
_DOUBTED = f"""coalesce({_CARD}.reported_closed_at >= %(midnight)s AND {_CARD}.reported_closed_at >
    greatest({_CARD}.opened_at, {_CARD}.seen_at, '-infinity'), FALSE)"""
_CONDITIONS: dict[Wanted, str] = {
    "open": f"""({_RUNNING} AND NOT {_DOUBTED} AND (
        {_CARD}.timetable_id = ANY(%(open)s::bigint[]) OR {_KEEPER_OPEN}
        OR ({_CARD}.seen_at BETWEEN %(fresh)s AND %(at)s AND {_UNKNOWN})
    ))""",
    "not_closed": f"""({_RUNNING} AND (
        {_CARD}.timetable_id = ANY(%(open)s::bigint[]) OR {_UNKNOWN} OR {_KEEPER_OPEN}
    ))""",
}
# For a span of time: which timetables, and which openings by the keeper, last long enough.
_LASTING: dict[Wanted, str] = {
    "open": f"""({_RUNNING} AND NOT {_DOUBTED} AND (
        {_CARD}.timetable_id = ANY(%(lasting)s::bigint[])
        OR ({_KEEPER_OPEN} AND {_CARD}.timetable_id = ANY(%(keeper_lasting)s::bigint[]))
    ))""",
    "not_closed": f"""({_CONDITIONS["not_closed"]}
        AND NOT coalesce({_CARD}.timetable_id = ANY(%(closing)s::bigint[]), FALSE))""",
}


def open_condition(at: datetime, wanted: Wanted, minutes: int = 0) -> Condition:
    """A condition on the columns of `stations_stationcard` and its parameters; agrees with `hours.state_now`.

    With `minutes`, open from `at` on for so long without a break.
    """
    values = _values(at)
    if minutes:
        values = values | _lasting_values(at, minutes)
    text = (_LASTING if minutes else _CONDITIONS)[wanted]
    return _NAME.sub("%s", text), [values[name] for name in _NAME.findall(text)]


def timetables_anew(at: datetime) -> dict[int, PlanNow]:
    """`timetables_now` for whoever met one that was published within this minute; queries then know of it, too."""
    timetables_now.forget()
    _values.forget()
    return timetables_now(at)


@once_a_minute
def _values(at: datetime) -> dict[str, Any]:
    today = timezone.localdate(at)
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    timetables = timetables_now(at)
    # An opening counts only if no interval of the hours has ended since; most have not ended any today.
    ended = {pk: now.ended_at.isoformat() for pk, now in timetables.items() if now.ended_at > midnight}
    return {
        # As text: the driver would write every moment anew for each request.
        "today": str(today),
        "last_day": str(today),
        "midnight": midnight.isoformat(),
        "at": at.isoformat(),
        "fresh": (at - FRESH).isoformat(),
        "ended": json.dumps(ended),
        "open": _array(pk for pk, now in timetables.items() if now.base.state == "open"),
        "decided": _array(pk for pk, now in timetables.items() if now.base.state != "unknown"),
    }


def _lasting_values(at: datetime, minutes: int) -> dict[str, str]:
    timetables = timetables_now(at)
    end = at + timedelta(minutes=minutes)
    lasting = {
        pk
        for pk, now in timetables.items()
        if now.base.state == "open" and (now.base.until is None or now.base.until >= end)
    }
    # A keeper's opening lasts as long as the hours that it stands for; outside of them nobody knows how long.
    return {
        "last_day": str(timezone.localdate(end - timedelta(microseconds=1))),
        "lasting": _array(lasting),
        "keeper_lasting": _array(
            lasting | {pk for pk, now in timetables.items() if now.next_end and now.next_end >= end}
        ),
        "closing": _array(pk for pk, now in timetables.items() if now.closes_at and now.closes_at < end),
    }


class OpenAt(Func):
    """`open_condition` for querysets of cards."""

    output_field = BooleanField()

    def __init__(self, at: datetime, wanted: Wanted, minutes: int = 0) -> None:
        super().__init__()
        self._condition = open_condition(at, wanted, minutes)

    def as_sql(self, *_args: Any, **_kwargs: Any) -> tuple[str, Any]:
        return self._condition


def open_at(stations: QuerySet[Station], moment: datetime) -> QuerySet[Station]:
    """Those known to be open at that moment, as the map shows them."""
    return stations.filter(card__isnull=False).filter(OpenAt(moment, "open"))


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes an array: as one string it costs the parser nothing, however long it is."""
    return "{" + ",".join(map(str, numbers)) + "}"
