"""How roll-ups and month reports are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from harbor_portal.lib.months import Month
from stations.querysets import in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import MonthReport  # noqa: F401  # a type argument in quotes
    from stations.models import User


class StationMonthQuerySet(QuerySet[Any]):
    """Of `StationMonth` and `StationMonthVisits`, which both belong to a posting."""

    def in_month(self, month: Month) -> Self:
        return self.filter(month=month.first)

    def of_subtree(self, path: str) -> Self:
        """Of the postings operated or supervised at or below the treebeard path: each is counted once."""
        return self.filter(in_subtrees((path,), "posting__operator") | in_subtrees((path,), "posting__supervisor"))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        if scope.everything:
            return self
        units = in_subtrees(scope.paths, "posting__operator") | in_subtrees(scope.paths, "posting__supervisor")
        return self.filter(units | Q(posting__station__keepers__user=scope.user_id))


class MonthReportQuerySet(QuerySet["MonthReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))
