"""How month reports and roll-ups are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from harbor_portal.lib.months import Month
from reports.choices import AnomalyState, BundleState, ReminderState, ReportState
from stations.choices import Role, UnitKind
from stations.querysets import OfStationsQuerySet, covered_prefixes, in_subtrees, run_by
from stations.scope import Scope, scope_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import AnonymousUser

    from reports.models import (  # noqa: F401  # type arguments in quotes
        Bundle,
        MonthOpening,
        MonthReport,
        ReportWaiver,
        StationMonth,
    )
    from stations.models import User

STEP = 4
"""Characters of a treebeard path for each level of the tree."""
ACTIVE = (Role.OFFICER, Role.REVIEWER)
"""Who submits and judges; an auditor only reads."""


class MonthReportQuerySet(QuerySet["MonthReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))

    def in_month(self, month: Month) -> Self:
        return self.filter(month=month.first)

    def light(self) -> Self:
        """Without the frozen rows, which may be tens of thousands."""
        return self.defer("rows", "changes")

    def newest(self) -> Self:
        """Of each unit and month the newest revision: the one that is on its way, or was the last to arrive."""
        newer = self.model._default_manager.filter(
            unit=OuterRef("unit"), month=OuterRef("month"), revision__gt=OuterRef("revision")
        )
        return self.filter(~Exists(newer))

    def in_force(self) -> Self:
        """Sealed, and no later revision is."""
        return self.filter(state=ReportState.SEALED, superseded_at=None)

    def holding(self, at: datetime, station: int | None = None) -> Self:
        """Those that lock the days of this station, or of all stations, at that moment."""
        opened: Any = self.model._meta.get_field("openings").related_model
        these = Q(station=None) if station is None else Q(station=None) | Q(station=station)
        return self.filter(~Exists(opened.objects.in_force(at).filter(these, report=OuterRef("pk"))), holds_days=True)

    def to_be_judged_by(self, user: User | AnonymousUser) -> Self:
        """Submitted, and waiting for this person to approve or return them: `policies.may_judge` of many at once."""
        return self.filter(_judged_by(user), state=ReportState.SUBMITTED)

    def to_be_sealed_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(_judged_by(user), state=ReportState.APPROVED)

    def returned_to(self, user: User | AnonymousUser) -> Self:
        """Given back, or opened again, to be corrected and submitted by an officer or official of the unit or above."""
        scope = scope_of(user)
        mine = Q() if scope.everything else in_subtrees(scope.paths_as(*ACTIVE), "unit")
        waiting = ~Q(returned_reason="") | Q(revision__gt=1)
        return self.filter(mine, waiting, state=ReportState.DRAFT)


class MonthOpeningQuerySet(QuerySet["MonthOpening"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "report__unit"))

    def light(self) -> Self:
        """With their report, but without its frozen rows."""
        return self.select_related("report__unit").defer("report__rows", "report__changes")

    def in_force(self, at: datetime) -> Self:
        return self.filter(ends_at__gt=at, ended_at=None)


class ReportWaiverQuerySet(QuerySet["ReportWaiver"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))


def _judged_by(user: User | AnonymousUser) -> Q:
    scope = scope_of(user)
    return Q() if scope.everything else _judged_in(scope) & ~Q(submitted_by=scope.user_id)


def _judged_in(scope: Scope) -> Q:
    """Units below one's own, and one's own if there is none above it."""
    own = scope.paths_as(*ACTIVE)
    return in_subtrees(own, "unit") & (Q(unit__depth=1) | _below(own))


def _below(own: tuple[str, ...]) -> Q:
    found = Q(pk__in=[])
    for path in own:
        found |= Q(unit__path__startswith=path) & ~Q(unit__path=path)
    return found


class StationMonthQuerySet(QuerySet["StationMonth"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the postings under the person's units, as in their month reports; without a unit, of the stations kept."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        postings: Any = self.model._meta.get_field("posting").related_model
        kept = Q(station__keepers__user=scope.user_id)
        mine = postings._default_manager.filter(run_by(scope.paths) if scope.paths else kept)
        return self.filter(posting__in=mine.values("pk"))


class AnomalyQuerySet(OfStationsQuerySet):
    def waiting(self) -> Self:
        """Nobody has said yet how it is."""
        return self.filter(state=AnomalyState.OPEN)

    def in_month(self, month: Month) -> Self:
        return self.filter(month=month.first)


def contest_steps(today: date) -> dict[str, Q]:
    """The work to do with contests that one holds; the desk counts it, and the list shows it."""
    return {
        "freeze": Q(frozen_at=None, last__lt=today.replace(day=1)),
        "honour": Q(frozen_at__isnull=False, honoured_at=None),
    }


class ContestQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Held by the person's units or below them, and by those above, who compare them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        above = {path[:end] for path in scope.paths for end in range(STEP, len(path), STEP)}
        return self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above))

    def held_by(self, user: User | AnonymousUser) -> Self:
        """Those that the person may freeze, and honour from."""
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths_as(*ACTIVE), "unit"))

    def work(self, key: str, user: User | AnonymousUser, today: date) -> Self:
        """What waits for the person, by one of the keys of `contest_steps`."""
        return self.held_by(user).filter(contest_steps(today)[key])


class DeadlineQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the person's units, and of those above them, whose deadline holds for theirs too."""
        scope = scope_of(user)
        if scope.everything:
            return self
        above = {path[:end] for path in scope.paths for end in range(STEP, len(path), STEP)}
        return self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above))


class ReminderQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own."""
        scope = scope_of(user)
        return self if scope.everything else self.filter(user=scope.user_id)

    def waiting(self) -> Self:
        return self.filter(state=ReminderState.WAITING)


class BundleQuerySet(QuerySet["Bundle"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the subjects whose report the person may read, whoever asked for them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        readable = in_subtrees(scope.paths, "unit")
        for prefix in covered_prefixes(scope.paths, kind=UnitKind.UNION, path__in=scope.paths):
            readable |= Q(division__code__startswith=prefix)
        return self.filter(readable)

    def whole(self) -> Self:
        """With whose it is, and who did what with it."""
        return self.select_related("unit", "division", "asked_by", "cancelled_by")

    def being_made(self) -> Self:
        return self.filter(state=BundleState.MAKING)

    def in_month(self, month: Month) -> Self:
        return self.filter(month=month.first)
