"""Which units still owe the reports of which months."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Greatest, Least, Substr, TruncMonth
from django.utils.functional import cached_property

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES, RunState
from reports.models import MonthReport, ReportWaiver, RollupRun
from stations.models import Posting, Unit
from stations.querysets import in_subtrees, run_by
from stations.scope import Scope

YEAR = 12


def known_months(today: date) -> list[Month]:
    """The last month, and those of the year before it that were ever added up; the oldest first. One query."""
    last = Month.of(today).plus(-1)
    done = RollupRun.objects.filter(state=RunState.DONE, month__range=(last.plus(1 - YEAR).first, last.first))
    return sorted({last} | {Month.of(first) for first in done.order_by().values_list("month", flat=True).distinct()})


def owing_units(units: QuerySet[Unit], scope: Scope, month: Month) -> QuerySet[Unit]:
    """Of the person's units and those right below them, those that had a station in the month and owe its report."""
    return units.filter(path__in=Owing(scope, [month]).paths(month))


class Owing:
    """Which of these units owe the reports of these months, the oldest first. Whose report is waived owes none.

    Three queries, however many months; none for the administrator and for keepers, who have no units.
    """

    def __init__(self, scope: Scope, months: Sequence[Month]) -> None:
        self._scope, self.months = scope, months

    @cached_property
    def _held(self) -> Mapping[Month, set[str]]:
        return _with_stations(self._scope, self.months) if self._scope.paths else {}

    @cached_property
    def _settled(self) -> Mapping[Month, set[str]]:
        return _settled(self._scope, self.months) if self._scope.paths else {}

    def paths(self, month: Month) -> set[str]:
        return self._held.get(month, set()) - self._settled.get(month, set())

    @property
    def first_open(self) -> Month | None:
        """In which days can still be recorded: of the lowest of these units one has not handed in."""
        return next((month for month in self.months if self.paths(month) - self._above(month)), None)

    def _above(self, month: Month) -> set[str]:
        return {path[: -Unit.steplen] for path in self._held.get(month, ())}


def _settled(scope: Scope, months: Sequence[Month]) -> Mapping[Month, set[str]]:
    firsts, deep = [month.first for month in months], _deepest(scope) // Unit.steplen
    units = in_subtrees(scope.paths, "unit")
    reports = MonthReport.objects.filter(units, month__in=firsts, unit__depth__lte=deep, state__in=LOCKING_STATES)
    waivers = ReportWaiver.objects.filter(units, month__in=firsts, unit__depth__lte=deep)
    found: dict[Month, set[str]] = defaultdict(set)
    for rows in (reports, waivers):
        for first, path in rows.order_by().values_list("month", "unit__path"):
            found[Month.of(first)].add(path)
    return found


def _with_stations(scope: Scope, months: Sequence[Month]) -> Mapping[Month, set[str]]:
    """The units that had one, themselves or further below."""
    first, last = months[0].first, months[-1].last
    postings = Posting.objects.filter(run_by(scope.paths), since__lte=last).exclude(until__lt=first)
    lines = [Substr(f"{line}__path", 1, _deepest(scope)) for line in ("operator", "supervisor")]
    span = [TruncMonth(Greatest("since", first)), TruncMonth(Least("until", last))]
    found: dict[Month, set[str]] = defaultdict(set)
    for *paths, begun, ended in postings.order_by().values_list(*lines, *span).distinct():
        units = {unit for path in paths if path for unit in _units_of(path, scope)}
        for month in months:
            if begun <= month.first <= ended:
                found[month] |= units
    return found


def _units_of(path: str, scope: Scope) -> set[str]:
    """The person's units at or above this one, and those right below them."""
    own = [above for above in scope.paths if path.startswith(above)]
    return {path[: len(above) + extra] for above in own for extra in (0, Unit.steplen)}


def _deepest(scope: Scope) -> int:
    deepest: int = max(map(len, scope.paths)) + Unit.steplen
    return deepest
