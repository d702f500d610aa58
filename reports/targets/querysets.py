"""How targets are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q, QuerySet

from reports.querysets import ACTIVE, STEP
from stations.querysets import in_subtrees
from stations.scope import Scope, scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stations.models import User


def above(scope: Scope) -> set[str]:
    """The paths of the units above those of a person."""
    return {path[:end] for path in scope.paths for end in range(STEP, len(path), STEP)}


class TargetQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the person's units and everything below them, and of those above, whose parts they carry."""
        scope = scope_of(user)
        return (
            self if scope.everything else self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above(scope)))
        )

    def answered_by(self, user: User | AnonymousUser) -> Self:
        """Of the units in which the person works for them, not those above."""
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths_as(*ACTIVE), "unit"))

    def behind(self, user: User | AnonymousUser, year: int) -> Self:
        """Behind their pace when last measured, for those who answer for them."""
        return self.answered_by(user).filter(year=year, standing__is_behind=True)

    def reached(self) -> Self:
        return self.filter(standing__value__gte=F("goal"))
