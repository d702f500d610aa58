"""By which day a month is to be handed in, and by which it is to be sealed; and who handed in in time.

No official deadlines were found. `WORKING_DAY` and `SEALING_AFTER` are samples (参考样式); each unit may set its own
for itself and for all below it, and the nearest above counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Min
from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.models import Deadline, MonthReport
from services.deadlines import LOOK_AHEAD, working_day_after
from services.models import VisitEntry
from stations.hours import calendar_between
from stations.models import Unit
from stations.trees import tree_on

WORKING_DAY = 5
SEALING_AFTER = 5
"""So many working days later a month is to be approved and sealed."""
REMIND_BEFORE = (3, 1)
"""So many working days before the deadline people are reminded."""


@dataclass(frozen=True)
class Due:
    """`working_days`: from today to the deadline, not counting today; negative when it is over."""

    day: date
    working_days: int

    @property
    def is_over(self) -> bool:
        return self.working_days < 0

    @property
    def reminder(self) -> int | None:
        """Which of `REMIND_BEFORE` is to go out: today's, or one that nobody was there to send on its day."""
        ahead = [before for before in REMIND_BEFORE if before >= self.working_days > 0]
        return min(ahead, default=None)

    @property
    def last_reminder(self) -> int | None:
        """The same, and 0 once it is over."""
        return 0 if self.is_over else self.reminder


def due_days(month: Month, units: Iterable[Unit], today: date) -> dict[int, Due]:
    """By unit by when that month is to be handed in. Three queries."""
    days = _Days(month, today)
    return {unit: days.due(handing_in) for unit, (handing_in, _sealing) in _working_days(units, month).items()}


def sealing_days(month: Month, units: Iterable[Unit], today: date) -> dict[int, Due]:
    """By unit by when its report of that month is to be sealed. Three queries."""
    days = _Days(month, today)
    return {unit: days.due(sealing) for unit, (_handing_in, sealing) in _working_days(units, month).items()}


def usual_due(month: Month, today: date) -> Due:
    """Where no unit is asked for, such as a division. One query."""
    return _Days(month, today).due(WORKING_DAY)


def usual_sealing(month: Month, today: date) -> Due:
    """The same for sealing."""
    return _Days(month, today).due(WORKING_DAY + SEALING_AFTER)


def _working_days(units: Iterable[Unit], month: Month) -> dict[int, tuple[int, int]]:
    """By unit the working days of its nearest deadline: to hand in, and to be sealed. Two queries."""
    listed, tree = list(units), tree_on(month.first)
    above = {path for unit in listed for path in tree.above(unit.path)}
    rows = Deadline.objects.filter(unit__path__in=above).values_list("unit__path", "working_day", "sealing_day")
    own = {path: (day, sealing or day + SEALING_AFTER) for path, day, sealing in rows}
    return {unit.pk: _nearest(tree.above(unit.path), own) for unit in listed}


def _nearest(above: Iterable[str], own: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    usual = (WORKING_DAY, WORKING_DAY + SEALING_AFTER)
    return next((own[path] for path in above if path in own), usual)


class _Days:
    """The working days after the month. One query."""

    def __init__(self, month: Month, today: date) -> None:
        self._month, self._today = month, today
        far = max(today, month.last) + timedelta(days=LOOK_AHEAD)
        self._calendar = calendar_between(min(today, month.last), far)
        self._known: dict[int, Due] = {}

    def due(self, count: int) -> Due:
        if count not in self._known:
            day = working_day_after(self._month.last, count, self._calendar)
            self._known[count] = Due(day, self._from_today(day))
        return self._known[count]

    def _from_today(self, day: date) -> int:
        first, last = sorted((day, self._today))
        count, after = 0, first
        while after < last:
            after = working_day_after(after, 1, self._calendar)
            count += after <= last
        return count if day >= self._today else -max(count, 1)


def handed_in(month: Month, units: Iterable[int]) -> dict[int, date]:
    """On which day each unit handed the month in for the first time; absent who did not. One query.

    Who is given it back to correct it was in time all the same.
    """
    lines: Any = MonthReport.history.filter(unit__in=list(units), month=month.first, state=ReportState.SUBMITTED)
    first = lines.order_by().values_list("unit").annotate(Min("history_date"))
    return {unit: timezone.localdate(at) for unit, at in first}


def entered_late(codes: Sequence[str], month: Month, deadline: date) -> dict[str, int]:
    """By station on how many days of the month nobody was written down before the deadline was over. One query."""
    over = timezone.make_aware(datetime.combine(deadline + timedelta(days=1), time.min))
    entries = VisitEntry.objects.filter(station__code__in=codes, date__range=(month.first, month.last))
    days = entries.order_by().values_list("station__code", "date").annotate(first=Min("at")).filter(first__gte=over)
    return dict(Counter(code for code, _day, _first in days))
