"""The returns of the units right below: which have handed in the last month, and which of them in time."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.choices import LOCKING_STATES, ReportState
from reports.flow.deadlines import due_days, handed_in
from reports.models import MonthReport
from reports.sections.base import Asked
from reports.sections.breakdown import breakdown
from reports.sections.printing import NONE
from stations.models import Unit


@dataclass(frozen=True)
class Return:
    """One unit's; `day` is when it handed in for the first time."""

    unit: Unit
    state: str
    day: date | None
    due: date

    @property
    def is_reported(self) -> bool:
        return self.state in LOCKING_STATES

    @property
    def in_time(self) -> bool | None:
        """None while nobody can say: not handed in, and not yet due."""
        if self.day:
            return self.day <= self.due
        return False if self.due < timezone.localdate() else None


def told_return(state: str | None, *, in_time: bool | None) -> str:
    """In words, of frozen values: no state where nobody hands anything in."""
    if state is None:
        return NONE
    label = str(ReportState(state).label) if state else _("Not submitted")
    if in_time is None:
        return label
    return " · ".join([label, _("in time") if in_time else _("late")])


def returns(asked: Asked) -> dict[str, Return]:
    """By the path of each unit right below that had a station in one of the times; a division has none."""
    return asked.once(_returns)


def reporting(asked: Asked) -> list[Return]:
    """Of those the ones that had a station in the period itself, which are to hand it in."""
    sums = breakdown(asked)["unit"]
    return [one for path, one in returns(asked).items() if sums[path]["days_expected"] is not None]


def _returns(asked: Asked) -> dict[str, Return]:
    unit = asked.subject.unit
    if unit is None:
        return {}
    paths = [path for path in breakdown(asked)["unit"] if path != unit.path]
    below = list(Unit.objects.filter(path__in=paths).order_by("code"))
    return returns_of(below, asked)


def returns_of(units: list[Unit], asked: Asked) -> dict[str, Return]:
    """Four queries, none of no unit."""
    if not units:
        return {}
    month = asked.period.last
    reports = MonthReport.objects.filter(unit__in=units, month=month.first)
    states = dict(reports.order_by("revision").values_list("unit", "state"))
    days, due = handed_in(month, [one.pk for one in units]), due_days(month, units, timezone.localdate())
    return {one.path: Return(one, states.get(one.pk, ""), days.get(one.pk), due[one.pk].day) for one in units}
