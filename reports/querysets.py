"""How month reports are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from stations.querysets import in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import MonthReport  # noqa: F401  # a type argument in quotes
    from stations.models import User


class MonthReportQuerySet(QuerySet["MonthReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))
