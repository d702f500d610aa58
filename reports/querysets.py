"""How month reports and roll-ups are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from harbor_portal.lib.months import Month
from reports.choices import AnomalyState, ReportState
from stations.choices import Role
from stations.querysets import OfStationsQuerySet, in_subtrees, run_by
from stations.scope import Scope, scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import MonthReport, StationMonth  # noqa: F401  # type arguments in quotes
    from stations.models import User

STEP = 4
"""Characters of a treebeard path for each level of the tree."""
ACTIVE = (Role.OFFICER, Role.REVIEWER)
"""Who submits and judges; an auditor only reads."""


class MonthReportQuerySet(QuerySet["MonthReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))

    def to_be_judged_by(self, user: User | AnonymousUser) -> Self:
        """Submitted, and waiting for this person to approve or return them: `policies.may_judge` of many at once."""
        return self.filter(_judged_by(user), state=ReportState.SUBMITTED)

    def to_be_sealed_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(_judged_by(user), state=ReportState.APPROVED)

    def returned_to(self, user: User | AnonymousUser) -> Self:
        """Given back to be corrected and submitted again, by an officer or official of the unit or above it."""
        scope = scope_of(user)
        mine = Q() if scope.everything else in_subtrees(scope.paths_as(*ACTIVE), "unit")
        return self.filter(mine, state=ReportState.DRAFT).exclude(returned_reason="")


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


class ContestQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Held by the person's units or below them, and by those above, who compare them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        above = {path[:end] for path in scope.paths for end in range(STEP, len(path), STEP)}
        return self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above))
