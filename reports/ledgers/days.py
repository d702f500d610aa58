"""The days behind a figure: first the sums of the stations, as rolled up, then the days of one of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.ledgers.places import placed
from reports.ledgers.visits import STATION, by_station, waiting_note
from reports.models import StationMonth
from reports.sections.completeness import by_class
from reports.sections.printing import NONE, Row
from reports.sections.unopened import UNOPENED_DAYS, not_as_posted
from services.models import StationDay, Visit
from stations.expected_days import Expected, expected_days
from stations.models import Station

MINUTES = ("minutes_posted", "minutes_open")
AMOUNTS = {"days_unopened": UNOPENED_DAYS}
"""What is added up of measures that are no columns of the rolled-up rows."""


def days(wanted: Wanted) -> Rows:
    return _rows(wanted, wanted.station) if wanted.station else _by_station(wanted)


def months_of(wanted: Wanted) -> Any:
    """The rolled-up rows of these stations and months."""
    asked, only = wanted.asked, wanted.only
    rows = asked.months.filter(asked.within("value"), placed(asked, only)).order_by()
    if "days" in only:
        rows = rows.filter(posting__in=by_class(rows).filter(of=only["days"]).values("posting"))
    if "opened" in only:
        rows = not_as_posted(rows)
    return rows.filter(first_day=only["since"]) if "since" in only else rows


def _by_station(wanted: Wanted) -> Rows:
    rows, amount = months_of(wanted), Sum(AMOUNTS.get(wanted.measure, F(wanted.measure)))
    total = rows.aggregate(total=amount)["total"]
    found = rows.values(**STATION).annotate(figure=amount).filter(figure__gt=0)
    return by_station(
        found.order_by("-figure", "code"), total, _("Minutes") if wanted.measure in MINUTES else _("Days")
    )


@dataclass(frozen=True)
class _Day:
    """What is known of one day of a station."""

    date: date
    expected: Expected
    is_judged: bool
    record: StationDay | None
    visits: int
    """By whatever method."""

    @property
    def is_opened(self) -> bool:
        return bool(self.record and self.record.opened_at)

    @property
    def is_nil(self) -> bool:
        return bool(self.record and self.record.is_nil)

    @property
    def is_recorded(self) -> bool:
        return self.is_nil or self.visits > 0

    @property
    def is_expected(self) -> bool:
        return self.is_judged and self.expected.kind == "open"

    @property
    def is_explained(self) -> bool:
        return self.is_expected and not self.is_recorded and bool(self.record and self.record.remark)


COUNTS: dict[str, Callable[[_Day], bool]] = {
    "days_opened": lambda day: day.is_opened,
    "days_recorded": lambda day: day.is_recorded,
    "days_nil": lambda day: day.is_nil,
    "days_expected": lambda day: day.is_expected,
    "days_explained": lambda day: day.is_explained,
    "days_missing": lambda day: day.is_expected and not day.is_recorded and not day.is_explained,
    "days_kept": lambda day: day.is_expected and day.is_opened,
    "days_unopened": lambda day: day.is_expected and not day.is_opened,
    "days_suspended": lambda day: day.is_judged and day.expected.kind == "suspended",
    # Of minutes the roll-up knows only the sum; these are the days that they are of.
    "minutes_posted": lambda day: day.is_expected,
    "minutes_open": lambda day: day.is_expected and day.is_opened,
}


def _rows(wanted: Wanted, station: Station) -> Rows:
    held = list(months_of(wanted).filter(posting__station=station).order_by("month", "first_day"))
    found = [day for day in _days(station, held) if COUNTS[wanted.measure](day)]
    columns = [
        Column("date", _("Date"), "date"),
        Column("expected", _("By its hours")),
        Column("opened", _("Opened at")),
        Column("closed", _("Closed at")),
        Column("nil", _("Nil return")),
        Column("remark", _("Remark")),
        Column("visits", _("Recorded by any method"), "integer"),
    ]
    if wanted.measure in MINUTES:
        total = sum(getattr(month, wanted.measure) for month in held)
        note = _("Minutes are worked out from the hours posted on these days and from when the door stood open.")
        return Rows(columns, found, total, _line, note=note)
    columns.append(Column(AMOUNT, _("Days"), "integer"))
    return Rows(columns, found, len(found), _line, note=waiting_note(wanted, station))


def _days(station: Station, held: list[StationMonth]) -> Iterator[_Day]:
    for month in dict.fromkeys(Month.of(part.month) for part in held):
        span = (month.first, month.last)
        expected = expected_days(station, month)
        records = {row.date: row for row in StationDay.objects.filter(station=station, date__range=span)}
        counted = Visit.objects.filter(station=station, date__range=span, count__gt=0).order_by()
        visits = dict(counted.values_list("date").annotate(Sum("count")))
        for part in held:
            if part.month == month.first:
                for day in month.days():
                    if part.first_day <= day <= part.last_day:
                        yield _Day(day, expected[day], day <= part.through, records.get(day), visits.get(day, 0))


def _line(day: _Day) -> Row:
    record = day.record
    return {
        "date": day.date,
        "expected": " · ".join(filter(None, [str(_kinds()[day.expected.kind]), day.expected.why])),
        "opened": _clock(record.opened_at if record else None),
        "closed": _clock(record.closed_at if record else None),
        "nil": _("Yes") if day.is_nil else "",
        "remark": record.remark if record else "",
        "visits": day.visits,
        AMOUNT: 1,
    }


def _kinds() -> dict[str, str]:
    return {
        "open": _("to be open"),
        "closed": _("closed"),
        "suspended": _("suspended"),
        "unknown": _("hours not known"),
    }


def _clock(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%H:%M") if at else NONE
