"""How batches of money and grants are read."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.grant_choices import GRANTED, PAID, GrantState
from stations.choices import Role
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.scope import Scope, scope_of

if TYPE_CHECKING:
    from stations.querysets import Person

DECIDING = (Role.OFFICER, Role.REVIEWER)
"""Who decides about the money of a unit."""
STEP = 4
"""Characters of a treebeard path for each level of the tree."""


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
    """A grant belongs to the units that run its station today, and to the unit whose money it is."""

    moment = "applied_at"

    def visible_to(self, user: "Person") -> Self:
        scope = scope_of(user)
        if scope.everything or scope.user_id is None:
            return super().visible_to(user)
        of_stations = super().visible_to(user).order_by().values("pk")
        return self.filter(Q(pk__in=of_stations) | in_subtrees(scope.paths, "batch__unit"))

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        """Applied for on one of these days."""
        since, before = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(1)))
        return self.filter(applied_at__gte=since, applied_at__lt=before)

    def given_by(self, paths: tuple[str, ...]) -> Self:
        """Out of batches of units at or below one of these paths."""
        return self.filter(in_subtrees(paths, "batch__unit"))

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


def _decided(scope: Scope) -> Q:
    return in_subtrees(scope.paths_as(*DECIDING), "batch__unit")
