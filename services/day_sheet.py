"""A month of a station as a sheet: its days, and by group what one method counted. A constant number of queries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, Sum

from harbor_portal.lib.months import Month
from services.choices import GroupClass, Method, WorkerGroup, group_class
from services.models import StationDay, Visit
from services.policies import unwritable_days
from stations.expected_days import Expected, expected_days
from stations.models import Station, User

LOOKBACK_DAYS = 60
FEWEST_DAYS = 5
"""With fewer days on record nothing can be called usual."""
FAR_OFF, TIMES = 10, 3
"""A day stands out when it has more than `TIMES` the usual figure or less than its `TIMES`th, and is so many away."""

TYPED = (Method.LEDGER, Method.TALLY, Method.ESTIMATE)
"""The methods of a sheet that nobody has chosen one for: those that people write down."""

Figures = Mapping[tuple[date, str], dict[str, int]]


@dataclass
class Cell:
    """What one group counts on one day; `text` is what was typed, where that was not saved."""

    name: str
    group: WorkerGroup
    count: int
    text: str
    error: str = ""


@dataclass
class Row:
    """A day of the sheet. `refusal` says why it takes nothing; `is_hourly` that its figures stand by the hour."""

    day: date
    expected: Expected
    cells: list[Cell]
    record: StationDay | None
    refusal: str
    is_hourly: bool
    others: dict[Method, int]
    """What other methods counted."""
    is_over: bool
    usual: float
    reason: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return f"{self.day.day:02d}-reason"

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def takes_figures(self) -> bool:
        return not self.refusal and not self.is_hourly

    @property
    def is_awaited(self) -> bool:
        """Whether something should be on record by now, and no other method nor a nil return says it."""
        return self.expected.kind == "open" and self.is_over and not self.is_nil and not self.others

    @property
    def is_nil(self) -> bool:
        return bool(self.record and self.record.is_nil)

    @property
    def is_missing(self) -> bool:
        return self.is_awaited and not self.total

    @property
    def is_gap(self) -> bool:
        return self.is_missing and not self.reason

    @property
    def is_outlier(self) -> bool:
        return stands_out(self.total, self.usual)

    @property
    def other_figures(self) -> list[tuple[Method, int]]:
        return list(self.others.items())

    @property
    def counted_by(self) -> Method | None:
        """The method that makes the day's total."""
        return Method(self.record.counted_by) if self.record and self.record.counted_by else None


@dataclass(frozen=True)
class Column:
    group: WorkerGroup
    total: int


@dataclass(frozen=True)
class Band:
    """Neighbouring columns of one class of groups."""

    label: str
    width: int


@dataclass(frozen=True)
class DaySheet:
    station: Station
    month: Month
    method: Method
    today: date
    rows: list[Row]
    usual: float

    @property
    def columns(self) -> list[Column]:
        return [
            Column(group, sum(row.cells[place].count for row in self.rows)) for place, group in enumerate(WorkerGroup)
        ]

    @property
    def bands(self) -> list[Band]:
        classes = [group_class(group) for group in WorkerGroup]
        return [Band(str(one.label), classes.count(one)) for one in GroupClass]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def is_writable(self) -> bool:
        return any(not row.refusal for row in self.rows)

    @property
    def has_hourly(self) -> bool:
        return any(row.is_hourly and not row.refusal for row in self.rows)

    @property
    def shared_refusals(self) -> list[str]:
        """What keeps several days from being written: said once, and not beside each."""
        return [
            sentence for sentence, times in Counter(row.refusal for row in self.rows).items() if sentence and times > 1
        ]

    @property
    def seen(self) -> dict[str, int | str]:
        """What stands in the cells, by name: what a change is a change of."""
        figures: dict[str, int | str] = {cell.name: cell.count for row in self.rows for cell in row.cells if cell.count}
        reasons = {row.name: row.record.remark for row in self.rows if row.record and row.record.remark}
        return figures | reasons


def stands_out(total: int, usual: float) -> bool:
    """`static/js/day-sheet-marks.js` decides alike."""
    if not total or not usual or abs(total - usual) < FAR_OFF:
        return False
    return total > TIMES * usual or TIMES * total < usual


def read_sheet(*, station: Station, month: Month, method: Method | None, by: User, today: date) -> DaySheet:
    """`method` None: the one of `TYPED` by which most was counted in the month."""
    days = list(month.days())
    figures, hourly = _figures(station, month)
    method = method or max(TYPED, key=lambda one: sum(_total(figures, day, one) for day in days))
    kept = StationDay.objects.filter(station=station, date__range=(month.first, month.last))
    records = {record.date: record for record in kept}
    refusals = unwritable_days(station=station, days=days, by=by, today=today)
    expected = expected_days(station, month)
    usual = _usual(station, month, method)
    rows = [
        Row(
            day=day,
            expected=expected[day],
            cells=_cells(day, figures.get((day, method), {})),
            record=records.get(day),
            refusal=refusals.get(day, ""),
            is_hourly=(day, method) in hourly,
            others={one: _total(figures, day, one) for one in Method if one != method and _total(figures, day, one)},
            is_over=day < today,
            usual=usual,
            reason=records[day].remark if day in records else "",
        )
        for day in days
    ]
    return DaySheet(station, month, method, today, rows, usual)


def _figures(station: Station, month: Month) -> tuple[Figures, set[tuple[date, str]]]:
    """By day and method the figures of the groups, and which days a method counted by the hour."""
    figures: dict[tuple[date, str], dict[str, int]] = {}
    hourly: set[tuple[date, str]] = set()
    visits = Visit.objects.filter(station=station, date__range=(month.first, month.last), count__gt=0).order_by()
    sums = visits.values_list("date", "method", "group").annotate(Sum("count"), Count("hour"))
    for day, method, group, count, hours in sums:
        figures.setdefault((day, method), {})[group] = count
        if hours:
            hourly.add((day, method))
    return figures, hourly


def _total(figures: Figures, day: date, method: Method) -> int:
    return sum(figures.get((day, method), {}).values())


def _cells(day: date, counts: Mapping[str, int]) -> list[Cell]:
    return [
        Cell(f"{day.day:02d}-{group}", group, count := counts.get(group, 0), str(count) if count else "")
        for group in WorkerGroup
    ]


def _usual(station: Station, month: Month, method: Method) -> float:
    """The median day of this month and the `LOOKBACK_DAYS` before it; 0 while nothing is usual."""
    dates = (month.first - timedelta(days=LOOKBACK_DAYS), month.last)
    visits = Visit.objects.filter(station=station, method=method, date__range=dates, count__gt=0).order_by()
    totals = list(visits.values("date").annotate(total=Sum("count")).values_list("total", flat=True))
    return median(totals) if len(totals) >= FEWEST_DAYS else 0
