"""Which units still owe the reports of which months."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Greatest, Least, Substr, TruncMonth
from django.utils.functional import cached_property

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES, RunState
from reports.models import MonthReport, ReportWaiver, RollupRun
from stations.models import Posting, Unit
from stations.querysets import run_by
from stations.scope import Scope
from stations.trees import Tree, eras, line_of

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

    Four queries, however many months; none for the administrator and for keepers, who have no units.
    """

    def __init__(self, scope: Scope, months: Sequence[Month]) -> None:
        self._scope, self.months = scope, months

    @cached_property
    def _held(self) -> "Held":
        return _with_stations(self._scope, self.months)

    @cached_property
    def _settled(self) -> Mapping[Month, set[str]]:
        return _settled(self._held)

    def paths(self, month: Month) -> set[str]:
        return {*self._held.get(month, {})} - self._settled.get(month, set())

    @property
    def first_open(self) -> Month | None:
        """In which days can still be recorded: of the lowest of these units one has not handed in."""
        return next((month for month in self.months if self.paths(month) - self._above(month)), None)

    def _above(self, month: Month) -> set[str]:
        return {*self._held.get(month, {}).values()}


Held = dict[Month, dict[str, str]]
"""By month the paths of units that had a station, each with that of the unit above it in that month."""


def _with_stations(scope: Scope, months: Sequence[Month]) -> Held:
    """The person's units and those right below them which had one, themselves or further below. Two queries."""
    found: Held = {month: {} for month in months}
    if not scope.paths or not months:
        return found
    first, last, own = months[0].first, months[-1].last, {*scope.paths}
    known = eras(first, last)
    trees = {month: next(era.tree for era in known if era.first <= month.first <= era.last) for month in months}
    postings = Posting.objects.all().during(first, last).filter(run_by(line_of(scope.paths, known)))
    deep = max(tree.depth(own) for tree in trees.values())
    lines = [Substr(f"{line}__path", 1, deep) for line in ("operator", "supervisor")]
    span = [TruncMonth(Greatest("since", first)), TruncMonth(Least("until", last))]
    for *paths, begun, ended in postings.order_by().values_list(*lines, *span).distinct():
        for month, tree in trees.items():
            if begun <= month.first <= ended:
                found[month] |= _units_of(paths, own, tree)
    return found


def _units_of(paths: Iterable[str | None], own: set[str], tree: Tree) -> dict[str, str]:
    """Of the units at these paths and above them the person's and those right below them, each with the one above."""
    steps = ((unit, tree.parent(unit)) for path in paths for unit in tree.above(path or ""))
    return {unit: above for unit, above in steps if unit in own or above in own}


def _settled(held: Held) -> Mapping[Month, set[str]]:
    """By month which of these have handed in, or are not waited for. Two queries."""
    firsts, paths = [month.first for month in held], {path for units in held.values() for path in units}
    reports = MonthReport.objects.filter(unit__path__in=paths, month__in=firsts, state__in=LOCKING_STATES)
    waivers = ReportWaiver.objects.filter(unit__path__in=paths, month__in=firsts)
    found: dict[Month, set[str]] = defaultdict(set)
    for rows in (reports, waivers):
        for first, path in rows.order_by().values_list("month", "unit__path"):
            found[Month.of(first)].add(path)
    return found
