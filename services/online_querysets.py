"""How online services are read."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q, QuerySet

from services.online_choices import LinkState, OnlineKind
from stations.querysets import in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from stations.querysets import Person

CHECKED_EVERY = timedelta(hours=20)
"""A little less than a day, so that a check at the same hour each night finds all of them due."""
LONGEST_CODE = 9


class OnlineServiceQuerySet(QuerySet[Any]):
    def visible_to(self, user: "Person") -> Self:
        """In the back office: what one's units keep, and those above and below them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        above = {path[:end] for path in scope.paths for end in range(4, len(path) + 1, 4)}
        return self.filter(in_subtrees(scope.paths, "kept_by") | Q(kept_by__path__in=above))

    def public(self, today: date) -> Self:
        """Published, and begun and not over."""
        begun = Q(first=None) | Q(first__lte=today)
        return self.filter(begun, Q(last=None) | Q(last__gte=today), is_published=True)

    def at(self, prefix: str) -> Self:
        """For whoever is in the division with this prefix: its own, of those around it, and the whole country's."""
        around = [prefix[:length] for length in (2, 4, 6, 9) if length <= len(prefix)]
        return self.filter(Q(prefix="") | Q(prefix__in=around))

    def for_group(self, group: str) -> Self:
        """For everybody, or for that group of workers."""
        return self.filter(Q(groups=[]) | Q(groups__contains=[group]))

    def services(self) -> Self:
        return self.exclude(kind=OnlineKind.PRODUCT)

    def dead(self) -> Self:
        return self.filter(is_published=True, link_state=LinkState.DEAD)

    def due_for_check(self, now: datetime) -> Self:
        """What was never looked at first."""
        due = Q(checked_at=None) | Q(checked_at__lt=now - CHECKED_EVERY)
        rows = self.filter(due, is_published=True).exclude(url="")
        return rows.order_by(F("checked_at").asc(nulls_first=True), "pk")
