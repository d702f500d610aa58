"""What the page of handing in shows: how far a unit's month is, what it waits for, and what a person can do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import cached_property

from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.flow.below import APPROVED, SEALED, Below, units_below
from reports.flow.locks import holders_of, last_day
from reports.models import MonthOpening, MonthReport
from reports.policies import judges, may_submit, waives
from stations.models import Unit, User
from stations.scope import scope_of

MOVES = {
    "submit": {ReportState.DRAFT},
    "approve": {ReportState.SUBMITTED},
    "return": {ReportState.SUBMITTED, ReportState.APPROVED},
    "seal": {ReportState.APPROVED},
    "revise": {ReportState.SEALED},
    "open": {ReportState.DRAFT},
}
"""Each move and the states in which it is offered."""
TOGETHER = ("approve", "return", "seal")
"""Judged for many units with one press."""
JUDGED = (*TOGETHER, "revise", "open")


@dataclass(frozen=True)
class Step:
    """One of the four steps of a report's way."""

    state: ReportState
    is_done: bool
    is_current: bool
    who: User | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A unit right below, with what the person may do about it."""

    below: Below
    moves: Sequence[str]
    """Of `submit`, `approve`, `return`, `seal`, `waive`."""


class UnitMonth:
    """A unit's month as one person sees it. The queries do not depend on how many units and stations there are."""

    def __init__(self, unit: Unit, month: Month, user: User) -> None:
        self.unit, self.month, self.user = unit, month, user

    @cached_property
    def revisions(self) -> list[MonthReport]:
        """The newest first."""
        reports = MonthReport.objects.light().in_month(self.month).filter(unit=self.unit)
        people = ("unit", "moved_by", "submitted_by", "approved_by", "sealed_by")
        return list(reports.select_related(*people).order_by("-revision"))

    @property
    def newest(self) -> MonthReport | None:
        """The revision that is on its way, or was the last to arrive."""
        return self.revisions[0] if self.revisions else None

    @property
    def in_force(self) -> MonthReport | None:
        sealed = (report for report in self.revisions if report.state == ReportState.SEALED)
        return next((report for report in sealed if report.superseded_at is None), None)

    @property
    def state(self) -> ReportState:
        return ReportState(self.newest.state) if self.newest else ReportState.DRAFT

    @property
    def steps(self) -> list[Step]:
        states = list(ReportState)
        reached = states.index(self.state)
        signed = {state: _signature(self.newest, state) for state in states}
        return [
            Step(state, number <= reached and number > 0, number == reached, *signed[state])
            for number, state in enumerate(states)
        ]

    @cached_property
    def below(self) -> list[Below]:
        return units_below(self.unit, self.month)

    @property
    def awaited(self) -> list[Below]:
        """What keeps this unit from handing in; or, once it is approved, from being sealed."""
        states = {ReportState.DRAFT: APPROVED, ReportState.APPROVED: SEALED}.get(self.state)
        return [one for one in self.below if one.is_awaited(states)] if states else []

    @property
    def open_through(self) -> date:
        """Offered as the last day of an opening."""
        return last_day()

    @property
    def may_judge(self) -> bool:
        return self.newest is not None and judges(scope_of(self.user), self.newest)

    @property
    def may_open_more(self) -> bool:
        """Days of further stations, of a report of which not all are open."""
        is_whole = any(opening.is_open and opening.station_id is None for opening in self.openings)
        return "open" in self.moves and not is_whole

    @cached_property
    def moves(self) -> list[str]:
        return moves_of(self.user, self.unit, self.newest)

    @cached_property
    def lines(self) -> list[Line]:
        scope = scope_of(self.user)
        is_over = self.month.last < timezone.localdate()

        def allowed(one: Below) -> list[str]:
            report = one.report or MonthReport(unit=one.unit, month=self.month.first)
            found = [move for move in TOGETHER if one.state in MOVES[move] and judges(scope, report)]
            if one.state == ReportState.DRAFT:
                found += ["submit"] if is_over and waives(scope, one.unit) and not one.awaited else []
                found += ["waive"] if one.waiver is None and waives(scope, one.unit) else []
            return found

        return [Line(one, allowed(one)) for one in self.below]

    @property
    def moves_below(self) -> list[str]:
        """What the person can do to any of the units below."""
        found = {move for line in self.lines for move in line.moves}
        return [move for move in ("submit", "waive", "approve", "seal", "return") if move in found]

    @cached_property
    def openings(self) -> list[MonthOpening]:
        openings = MonthOpening.objects.filter(report__in=self.revisions).light().select_related("station", "by")
        return list(openings.order_by("-at", "-pk")[:50])

    @cached_property
    def holders(self) -> list[MonthReport]:
        """Other reports that hold the same days, so that what is opened here is not open yet."""
        is_open = any(opening.is_open for opening in self.openings)
        return [one for one in holders_of(self.unit, self.month) if one.unit_id != self.unit.pk] if is_open else []


def moves_of(user: User, unit: Unit, report: MonthReport | None) -> list[str]:
    state = ReportState(report.state) if report else ReportState.DRAFT
    allowed = {"submit"} if may_submit(user, unit) else set()
    if report and judges(scope_of(user), report):
        allowed |= set(JUDGED) if report.is_reopened else {*JUDGED} - {"open"}
    return [move for move, states in MOVES.items() if move in allowed and state in states]


def _signature(report: MonthReport | None, state: ReportState) -> tuple[User | None, datetime | None]:
    if report is None or state == ReportState.DRAFT:
        return None, None
    return getattr(report, f"{state}_by"), getattr(report, f"{state}_at")
