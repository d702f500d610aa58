"""How the month stands in the units right below one, and what each of them still waits for itself.

A unit counts as soon as it, or anything below it, had a station in the month. The unit above waits for it until its
report is approved (to hand in its own) or sealed (to have its own sealed), or until it is waived with a reason.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.models import MonthReport, ReportWaiver
from stations.models import Posting, Unit
from stations.querysets import run_by
from stations.trees import Era, eras, line_of, tree_on

APPROVED = (ReportState.APPROVED, ReportState.SEALED)
SEALED = (ReportState.SEALED,)
"""What a unit above waits for before it hands in, and before its own report is sealed."""
NAMED = 5
"""So many units are named in a sentence; of others it says how many."""


@dataclass
class Below:
    """A unit right below, with what is right below that."""

    unit: Unit
    report: MonthReport | None
    """Its newest revision."""
    waiver: ReportWaiver | None
    below: list["Below"] = field(default_factory=list)

    @property
    def state(self) -> ReportState:
        return ReportState(self.report.state) if self.report else ReportState.DRAFT

    def is_awaited(self, states: Sequence[str]) -> bool:
        return self.waiver is None and self.state not in states

    @property
    def awaited(self) -> list["Below"]:
        """What it waits for before it can hand in."""
        return [one for one in self.below if one.is_awaited(APPROVED)]


def units_below(unit: Unit, month: Month) -> list[Below]:
    """In the order of the tree, each with those below it. Twelve queries, however many there are."""
    near = below_each([unit], month)[unit.pk]
    further = below_each([one.unit for one in near], month)
    for one in near:
        one.below = further[one.unit.pk]
    return near


def awaited_below(units: Sequence[Unit], month: Month, states: Sequence[str]) -> dict[int, list[Below]]:
    """For which units right below it each of these waits; by id of the unit."""
    return {unit: [one for one in below if one.is_awaited(states)] for unit, below in below_each(units, month).items()}


def below_each(units: Sequence[Unit], month: Month) -> dict[int, list[Below]]:
    """What is right below each of these; by id of the unit. Six queries, however many they are."""
    by_path, (era,) = {unit.path: unit.pk for unit in units}, eras(month.first, month.last)
    rows = list(Unit.objects.filter(path__in=_paths_with_stations(by_path, era)).order_by("path"))
    reports, waivers = _reports(rows, month), _waivers(rows, month)
    found: dict[int, list[Below]] = {unit.pk: [] for unit in units}
    for row in rows:
        found[by_path[era.tree.parent(row.path)]].append(Below(row, reports.get(row.pk), waivers.get(row.pk)))
    return found


def _paths_with_stations(above: Collection[str], month: Era) -> set[str]:
    """Right below these, the units that had a station in the month, themselves or further below."""
    if not above:
        return set()
    tree, held = month.tree, run_by(line_of(tuple(above), [month]))
    during = Posting.objects.all().during(month.first, month.last).filter(held)
    paths: set[str] = set()
    for line in ("operator", "supervisor"):
        each = during.order_by().values_list(Substr(f"{line}__path", 1, tree.depth(above)), flat=True).distinct()
        paths |= {path for path in each if path}
    return {one for path in paths for one in tree.above(path) if tree.parent(one) in above}


def _reports(units: Iterable[Unit], month: Month) -> dict[int, MonthReport]:
    """The newest revision of each."""
    reports = MonthReport.objects.light().in_month(month).filter(unit__in=units)
    return {report.unit_id: report for report in reports.select_related("unit", "moved_by").order_by("revision")}


def _waivers(units: Iterable[Unit], month: Month) -> dict[int, ReportWaiver]:
    waivers = ReportWaiver.objects.filter(unit__in=units, month=month.first).select_related("by")
    return {waiver.unit_id: waiver for waiver in waivers}


def handed_in_above(units: Sequence[Unit], months: Collection[date]) -> dict[tuple[str, date], MonthReport]:
    """By path and month of each unit, the report of the nearest unit above that is handed in, if any.

    One query, and one for each month.
    """
    trees = {month: tree_on(month) for month in months}
    paths = {path for unit in units for tree in trees.values() for path in tree.above(unit.path)}
    reports = MonthReport.objects.light().newest().filter(unit__path__in=paths, month__in=months)
    above = {
        (report.unit.path, report.month): report
        for report in reports.exclude(state=ReportState.DRAFT).select_related("unit")
    }
    return {
        (unit.path, month): nearest
        for unit in units
        for month in months
        if (nearest := next(_known(above, trees[month].above(trees[month].parent(unit.path)), month), None))
    }


def _known(reports: Mapping[tuple[str, date], MonthReport], paths: Iterable[str], month: date) -> Iterator[MonthReport]:
    return (reports[path, month] for path in paths if (path, month) in reports)


def awaiting(unit: Unit, awaited: Sequence[Below]) -> str:
    """Which units below are waited for."""
    names = _(", ").join(str(one.unit) for one in awaited[:NAMED])
    if len(awaited) > NAMED:
        names = _("%(names)s and %(count)d more") % {"names": names, "count": len(awaited) - NAMED}
    return _("%(unit)s waits for %(names)s.") % {"unit": unit, "names": names}


def refuse_if_awaited(unit: Unit, awaited: Sequence[Below]) -> None:
    if awaited:
        raise Refused(awaiting(unit, awaited))
