"""How batches of money and grants are read."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Sum
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.grant_choices import GRANTED, PAID, GrantState
from stations.choices import Role
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.scope import Scope, scope_of
from stations.trees import Paths

if TYPE_CHECKING:
    from stations.querysets import Person

DECIDING = (Role.OFFICER, Role.REVIEWER)
"""Who decides about the money of a unit."""
STEP = 4
"""Characters of a treebeard path for each level of the tree."""

TAKEN = {
    "applied": Q(),
    "granted": Q(state__in=GRANTED),
    "paid": Q(state__in=PAID),
    "spent": Q(state=GrantState.ACCOUNTED),
}
"""What a month tells of money: by step who has taken it. Each counts in the month of its own day."""


def took(step: str) -> Q:
    """Of grants `with_steps`: that they took it in those days."""
    return Q(**{f"took_{step}": True})


def _within(moment: str, first: date, last: date) -> Q:
    """The moment lies on one of these days, as bounds that an index knows."""
    since, before = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(1)))
    return Q(**{f"{moment}__gte": since, f"{moment}__lt": before})


class GrantBatchQuerySet(QuerySet[Any]):
    def visible_to(self, user: "Person") -> Self:
        """Of the person's units and everything below them, and of those above, which give to them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        above = {path[:end] for path in scope.paths for end in range(STEP, len(path), STEP)}
        return self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above))

    def decided_by(self, user: "Person") -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths_as(*DECIDING), "unit"))

    def with_sums(self) -> Self:
        """What was asked, granted, paid and spent, each a column."""
        zero = Decimal(0)
        return self.annotate(
            asked=Sum("grants__amount_asked", default=zero),
            granted=Sum("grants__amount", filter=Q(grants__state__in=GRANTED), default=zero),
            paid=Sum("grants__amount", filter=Q(grants__state__in=PAID), default=zero),
            spent=Sum("grants__amount_spent", filter=Q(grants__state=GrantState.ACCOUNTED), default=zero),
        )


class GrantQuerySet(OfStationsQuerySet):
    """A grant belongs to the units that run its station today, and to the unit whose money it is.

    It belongs to the month in which it was applied for; the kinds of this below know it by another step.
    """

    step, moment = "applied", "applied_at"

    def visible_to(self, user: "Person") -> Self:
        scope = scope_of(user)
        if scope.everything or scope.user_id is None:
            return super().visible_to(user)
        of_stations = super().visible_to(user).order_by().values("pk")
        return self.filter(Q(pk__in=of_stations) | in_subtrees(scope.paths, "batch__unit"))

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        """That took its step on one of these days."""
        return self.filter(TAKEN[self.step] & self.taken_on(first, last))

    @classmethod
    def taken_on(cls, first: date, last: date) -> Q:
        return _within(cls.moment, first, last)

    def with_steps(self, first: date, last: date) -> Self:
        """Those that took one of the steps on one of these days; which, `took` asks."""
        steps = {kind.step: TAKEN[kind.step] & kind.taken_on(first, last) for kind in BY_STEP.values()}
        told = {f"took_{step}": ExpressionWrapper(one, BooleanField()) for step, one in steps.items()}
        return self.annotate(**told).filter(reduce(or_, map(took, steps)))

    def given_by(self, paths: Paths) -> Self:
        """Out of batches of units that stood at or below one of these paths when it was applied for."""
        return self.filter(in_subtrees(paths, "batch__unit", "applied_at__date"))

    def to_decide(self, user: "Person") -> Self:
        """Applied for by somebody else, with money of a unit for which the person decides."""
        scope = scope_of(user)
        rows = self.filter(state=GrantState.APPLIED).exclude(applied_by=scope.user_id)
        return rows if scope.everything else rows.filter(_decided(scope))

    def to_pay(self, user: "Person") -> Self:
        scope = scope_of(user)
        rows = self.filter(state=GrantState.APPROVED)
        return rows if scope.everything else rows.filter(_decided(scope))

    def to_account(self, user: "Person") -> Self:
        """Paid, and to be accounted for by the officers of the station."""
        scope = scope_of(user)
        rows = self.filter(state=GrantState.PAID)
        if scope.everything:
            return rows
        stations: Any = apps.get_model("stations", "Station")._default_manager
        return rows.filter(station__in=stations.in_units(scope.paths_as(Role.OFFICER)))


class GrantsApproved(GrantQuerySet):
    step, moment = "granted", "decided_at"


class GrantsPaid(GrantQuerySet):
    step, moment = "paid", "paid_date"

    @classmethod
    def taken_on(cls, first: date, last: date) -> Q:
        return Q(paid_date__range=(first, last))


class GrantsAccounted(GrantQuerySet):
    step, moment = "spent", "accounted_at"


BY_STEP: dict[str, type[GrantQuerySet]] = {
    kind.step: kind for kind in (GrantQuerySet, GrantsApproved, GrantsPaid, GrantsAccounted)
}
"""How grants are read month by month, by what a month tells of them."""


def _decided(scope: Scope) -> Q:
    return in_subtrees(scope.paths_as(*DECIDING), "batch__unit")
