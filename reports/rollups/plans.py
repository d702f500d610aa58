"""What every station was to do on each day of a month, laid out for the statements of the roll-up.

Most stations share few plans: the hours of one schedule, with the exceptions of the units that operate them. Each is
worked out once, by the same rules as the day sheet's (`stations.expected_days`). Of whatever is known of a station by
itself - exceptions of its own, a suspension, hours that changed since the month began - follows a plan of its own.

A plan carries a fingerprint of its days up to yesterday. The roll-up keeps it with the figures, so whatever changed
what was to be done, be it the calendar, a unit's exception or the hours, is noticed by what it comes to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from harbor_portal.lib.db import copy_rows
from harbor_portal.lib.months import Month
from reports.rollups import plan_sql as sql
from stations.choices import StationStatus
from stations.expected_days import kind_of
from stations.expressions import Calendar
from stations.hours import calendar_between
from stations.models import HoursException, Schedule, Station, Unit
from stations.models.schedules import plan_with
from stations.plans import DatedHours, Plan, layered
from stations.standings import Past, changed_since, past_of
from stations.trees import tree_on

Dated = tuple[DatedHours, ...]
Hours = tuple[tuple[int, int], ...]
"""Minutes after midnight at which the door opens and shuts."""
Days = dict[date, Hours | None]
"""The days that count: when the station was to be open, None while it was suspended. Others are not in it."""


def through(month: Month, at: datetime) -> date:
    """The last day of the month that is over, by which its stations are judged; before the 1st if none is."""
    return max(min(month.last, timezone.localdate(at) - timedelta(days=1)), month.first - timedelta(days=1))


@contextmanager
def laid_out(cursor: CursorWrapper, month: Month, values: dict[str, Any]) -> Iterator[None]:
    """Within, `month_span` has every posting with its plan; `month_plan`, `month_day`, `month_hours` what these say.

    In a transaction. `values`: of `adding_up.parameters`.
    """
    cursor.execute(sql.MAKE)
    copy_rows("month_closed", ("station_id", "day"), list(_closed()))
    groups = _Groups(month)
    copy_rows("month_operator", ("operator_id", "exceptions"), groups.rows())
    book = _Book(month, values["through"])
    copy_rows(
        "month_base", ("is_in_use", "schedule_id", "exceptions", "plan"), list(_shared(cursor, book, groups, values))
    )
    copy_rows("month_own", ("posting_id", "plan"), list(_own(cursor, book, groups, values)))
    copy_rows("month_plan", ("plan", "fingerprint", "expected", "suspended", "minutes"), book.plan_rows())
    copy_rows("month_day", ("plan", "date", "minutes"), book.day_rows())
    copy_rows("month_hours", ("plan", "date", "starts", "ends"), book.hour_rows())
    for statement in sql.LAY_OUT:
        cursor.execute(statement, values)
    yield
    cursor.execute(sql.DROP)


class _Groups:
    """Which operators share which exceptions of the units above them; most share none."""

    def __init__(self, month: Month) -> None:
        rows = HoursException.objects.filter(first__lte=month.last, last__gte=month.first)
        of_units: dict[str, list[DatedHours]] = defaultdict(list)
        columns = ("first", "last", "hours", "reason")
        for path, *row in rows.filter(unit__isnull=False).values_list("unit__path", *columns):
            of_units[path].append(DatedHours(*row))
        self.own: dict[int, list[DatedHours]] = defaultdict(list)
        for pk, *row in rows.filter(unit=None).values_list("station", *columns):
            self.own[pk].append(DatedHours(*row))
        self._numbers: dict[Dated, int] = {(): 0}
        self._of: dict[int, int] = {}
        if of_units:
            tree = tree_on(month.first)
            for pk, path in Unit.objects.filter(tree.below(of_units)).values_list("pk", "path"):
                dated = layered(of_units[each] for each in tree.above(path) if each in of_units)
                self._of[pk] = self._numbers.setdefault(dated, len(self._numbers))
        self._dated = list(self._numbers)

    def rows(self) -> Iterable[tuple[int, int]]:
        return self._of.items()

    def dated(self, number: int) -> Dated:
        return self._dated[number]

    def number_of(self, operator: int | None) -> int:
        return self._of.get(operator or 0, 0)


@dataclass
class _Book:
    """Plans by number; plans whose days are alike have one number."""

    month: Month
    through: date
    calendar: Calendar = field(init=False)
    schedules: Mapping[int, Schedule] = field(init=False)
    dates: Sequence[date] = field(init=False)
    """Of the month those that are over."""
    _numbers: dict[UUID, int] = field(default_factory=dict)
    _days: list[Days] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calendar = calendar_between(self.month.first, self.month.last)
        self.schedules = Schedule.objects.in_bulk()
        self.dates = [day for day in self.month.days() if day <= self.through]
        # The plan 0: of stations of which nothing is expected.
        self.enter({})

    def plan(self, schedule: int | None, dated: Dated) -> Plan:
        return plan_with(self.schedules.get(schedule or 0), dated)

    def hours(self, plan: Plan, day: date) -> Hours | None:
        """None if the station was not to be open, or nobody knows."""
        intervals = plan.intervals(day, self.calendar)
        if kind_of(intervals) != "open":
            return None
        return tuple((one.start, one.end) for one in intervals if one.state == "open")

    def enter(self, days: Days) -> int:
        fingerprint = UUID(md5(repr(sorted(days.items())).encode(), usedforsecurity=False).hexdigest())
        if fingerprint not in self._numbers:
            self._numbers[fingerprint] = len(self._days)
            self._days.append(days)
        return self._numbers[fingerprint]

    def plan_rows(self) -> Iterator[tuple[int, UUID, int, int, int]]:
        for fingerprint, number in self._numbers.items():
            days = self._days[number]
            expected = self._bits(day for day, hours in days.items() if hours is not None)
            suspended = self._bits(day for day, hours in days.items() if hours is None)
            yield number, fingerprint, expected, suspended, sum(map(_minutes, days.values()))

    def day_rows(self) -> Iterator[tuple[int, date, int]]:
        for number, days in enumerate(self._days):
            yield from ((number, day, _minutes(hours)) for day, hours in days.items() if hours is not None)

    def hour_rows(self) -> Iterator[tuple[int, date, int, int]]:
        """From when to when the door is open, in minutes since 1970."""
        for number, days in enumerate(self._days):
            for day, hours in days.items():
                midnight = _minute(day)
                yield from ((number, day, midnight + starts, midnight + ends) for starts, ends in hours or ())

    def _bits(self, days: Iterable[date]) -> int:
        return sum(1 << (day - self.month.first).days for day in days)


def _minute(day: date) -> int:
    """The one at which the day begins, counted since 1970."""
    return int(timezone.make_aware(datetime.combine(day, time.min)).timestamp()) // 60


def _minutes(hours: Hours | None) -> int:
    return sum(end - start for start, end in hours or ())


def _closed() -> Iterator[tuple[int, date]]:
    """The stations that are closed for good, and since when."""
    closed = Station.objects.filter(status=StationStatus.CLOSED).order_by()
    for pk, past in past_of(closed.values_list("pk", flat=True)).items():
        if past.closed_on:
            yield pk, past.closed_on


def _shared(
    cursor: CursorWrapper, book: _Book, groups: _Groups, values: dict[str, Any]
) -> Iterator[tuple[bool, int, int, int]]:
    cursor.execute(sql.KEYS, values)
    for is_in_use, schedule, number in cursor.fetchall():
        plan = book.plan(schedule, groups.dated(number))
        dates = book.dates if is_in_use else ()
        open_days = {day: hours for day in dates if (hours := book.hours(plan, day)) is not None}
        yield is_in_use, schedule, number, book.enter(dict(open_days))


def _own(cursor: CursorWrapper, book: _Book, groups: _Groups, values: dict[str, Any]) -> Iterator[tuple[int, int]]:
    stations = {*groups.own, *changed_since(book.month.first)}
    cursor.execute(sql.OWN_SPANS, values | {"stations": sorted(stations)})
    spans = cursor.fetchall()
    pasts = past_of({station for _posting, station, _operator in spans})
    for posting, station, operator in spans:
        dated = layered([groups.own.get(station, []), groups.dated(groups.number_of(operator))])
        yield posting, book.enter(_days_of(pasts[station], dated, book))


def _days_of(past: Past, dated: Dated, book: _Book) -> Days:
    suspensions = past.suspensions
    days: Days = {}
    for day in book.dates:
        standing = past.on(day)
        if any(one.first <= day <= one.last for one in suspensions):
            days[day] = None
        elif standing.is_in_use and (hours := book.hours(book.plan(standing.schedule_id, dated), day)) is not None:
            days[day] = hours
    return days
