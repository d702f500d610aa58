"""Who misses what of a month shortly before its deadline, and who has to judge it: nobody else is reminded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES, ReportState
from reports.flow.deadlines import Due, due_days, sealing_days
from reports.models import MonthReport, ReportWaiver, StationMonth
from reports.querysets import ACTIVE
from stations.models import Keeper, Membership, Unit
from stations.trees import TODAY, Tree, tree_on

JUDGED_STATES = (ReportState.SUBMITTED, ReportState.APPROVED)


@dataclass(frozen=True)
class Missing:
    """What one person is told: of stations the days, of units that they have not handed in."""

    due: Due
    stations: int = 0
    days: int = 0
    units: int = 0

    def plus(self, other: "Missing") -> "Missing":
        """Of several, the earliest deadline counts."""
        due = min(self.due, other.due, key=lambda due: due.day)
        return Missing(due, self.stations + other.stations, self.days + other.days, self.units + other.units)


def who_misses(month: Month, today: date) -> dict[int, Missing]:
    """By user id, of units of whose deadline somebody is to be reminded now. Ten queries."""
    found: dict[int, Missing] = {}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    due = {pk: one for pk, one in due_days(month, units.values(), today).items() if one.reminder}
    if not due:
        return found
    locked, tree = _locked(month), tree_on(month.first)
    for user, missing in [*_of_units(month, units, due, locked, tree), *_of_keepers(month, due, locked, tree)]:
        found[user] = found[user].plus(missing) if user in found else missing
    return found


@dataclass(frozen=True)
class Judging:
    """What one person is told: how many months are to be approved, and how many sealed."""

    due: Due
    to_approve: int = 0
    to_seal: int = 0

    def plus(self, other: "Judging") -> "Judging":
        due = min(self.due, other.due, key=lambda due: due.day)
        return Judging(due, self.to_approve + other.to_approve, self.to_seal + other.to_seal)


def who_has_to_judge(month: Month, today: date) -> dict[int, Judging]:
    """By user id, of reports that are to be approved or sealed by a day that is near, or over. Five queries."""
    waiting = MonthReport.objects.light().newest().in_month(month).filter(state__in=JUDGED_STATES)
    reports = list(waiting.select_related("unit").order_by("unit__path"))
    days = sealing_days(month, [report.unit for report in reports], today)
    urgent = [report for report in reports if days[report.unit_id].last_reminder is not None]
    people = _people_above(urgent)
    found: dict[int, Judging] = {}
    for report in urgent:
        is_submitted = report.state == ReportState.SUBMITTED
        judging = Judging(days[report.unit_id], int(is_submitted), int(not is_submitted))
        for user in _judges(report, people):
            found[user] = found[user].plus(judging) if user in found else judging
    return found


def _people_above(reports: Iterable[MonthReport]) -> Mapping[str, set[int]]:
    """Officers and officials by the path of their unit, of these and all above."""
    paths = {above for report in reports for above in TODAY.above(report.unit.path)}
    members = Membership.objects.filter(unit__path__in=paths, role__in=ACTIVE, user__is_active=True)
    found: dict[str, set[int]] = defaultdict(set)
    for path, user in members.values_list("unit__path", "user"):
        found[path].add(user)
    return found


def _judges(report: MonthReport, people: Mapping[str, set[int]]) -> set[int]:
    """Those of the nearest unit above that has any; whoever submitted it judges it not."""
    path = report.unit.path
    above = TODAY.above(path[: -Unit.steplen] or path)
    return next((judges for one in above if (judges := people.get(one, set()) - {report.submitted_by_id})), set())


def _locked(month: Month) -> set[str]:
    """The paths of the units that have handed in: nothing at or below them can be recorded any more."""
    reports = MonthReport.objects.filter(month=month.first, state__in=LOCKING_STATES)
    return set(reports.values_list("unit__path", flat=True))


def _is_locked(paths: Iterable[str | None], locked: set[str], tree: Tree) -> bool:
    return any(above in locked for path in paths for above in tree.above(path or ""))


def _of_units(
    month: Month, units: Mapping[int, Unit], due: Mapping[int, Due], locked: set[str], tree: Tree
) -> Iterator[tuple[int, Missing]]:
    """Officers and officials, each for the units where they have their role, and with everything below these.

    Whose report is waived owes none.
    """
    stations, days, held = _by_path(month, locked, tree)
    waived = set(ReportWaiver.objects.filter(month=month.first).values_list("unit", flat=True))
    members = Membership.objects.filter(unit__in=due, role__in=ACTIVE, user__is_active=True)
    for user, pk in members.order_by("user", "unit").values_list("user", "unit"):
        path = units[pk].path
        if path in held and pk not in waived and not _is_locked([path], locked, tree):
            yield user, Missing(due[pk], stations[path], days[path], units=1)


def _by_path(month: Month, locked: set[str], tree: Tree) -> tuple[Mapping[str, int], Mapping[str, int], set[str]]:
    """Of each unit with all below it: stations with days missing, these days, and whether it had any station."""
    stations: dict[str, int] = defaultdict(int)
    days: dict[str, int] = defaultdict(int)
    held: set[str] = set()
    lines = ("posting__operator__path", "posting__supervisor__path")
    rows: Any = StationMonth.objects.filter(month=month.first).order_by().values_list(*lines)
    for operator, supervisor in rows.distinct():
        held.update(tree.above(operator or ""), tree.above(supervisor or ""))
    missing = rows.filter(days_missing__gt=0).annotate(Count("posting__station", distinct=True), Sum("days_missing"))
    for operator, supervisor, count, sum_of_days in missing:
        if not _is_locked([operator, supervisor], locked, tree):
            for path in {*tree.above(operator or ""), *tree.above(supervisor or "")}:
                stations[path] += count
                days[path] += sum_of_days
    return stations, days, held


def _of_keepers(month: Month, due: Mapping[int, Due], locked: set[str], tree: Tree) -> Iterator[tuple[int, Missing]]:
    """Each for the stations that they keep, by the deadline of who runs them."""
    rows = StationMonth.objects.filter(
        month=month.first, days_missing__gt=0, posting__station__in=Keeper.objects.values("station")
    )
    columns = ("posting__station", "days_missing", "posting__operator", "posting__supervisor")
    lines = ("posting__operator__path", "posting__supervisor__path")
    by_station: dict[int, Missing] = {}
    for station, days, operator, supervisor, *paths in rows.order_by("pk").values_list(*columns, *lines):
        unit = operator or supervisor
        if unit in due and not _is_locked(paths, locked, tree):
            missing = Missing(due[unit], 1, days)
            former = by_station.get(station)
            by_station[station] = Missing(missing.due, 1, former.days + days) if former else missing
    keepers = Keeper.objects.filter(station__in=by_station, user__is_active=True).order_by("user", "station")
    for user, station in keepers.values_list("user", "station"):
        yield user, by_station[station]
