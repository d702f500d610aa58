"""How partners, their contacts and plates are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from stations.choices import Role
from stations.lasting_querysets import LastingOfStations
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from stations.models import User

    Person: TypeAlias = User | AnonymousUser

_STEP = 4
"""Characters of a treebeard path for each level of the tree."""


def at_or_above(paths: tuple[str, ...], field: str) -> Q:
    """A condition: the unit at `field` stands at one of these treebeard paths, or above it."""
    above = {path[:end] for path in paths for end in range(_STEP, len(path) + 1, _STEP)}
    return Q(**{f"{field}__path__in": above})


class PartnerQuerySet(QuerySet[Any]):
    def visible_to(self, user: Person) -> Self:
        """What is public, what one's units keep, and what a unit above them keeps for all below it."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        kept = in_subtrees(scope.paths, "kept_by") | at_or_above(scope.paths, "kept_by")
        return self.filter(kept | Q(is_public=True))

    def for_units(self, paths: tuple[str, ...]) -> Self:
        """Those in use that these units keep, or a unit above them keeps for all below it."""
        return self.in_use().filter(at_or_above(paths, "kept_by"))

    def in_use(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def public(self) -> Self:
        return self.in_use().filter(is_public=True)

    def party_to(self, agreements: QuerySet[Any]) -> Self:
        """First or further partner of at least one of them."""
        parties = agreements.order_by()
        return self.filter(Q(pk__in=parties.values("partner")) | Q(pk__in=parties.values("more_partners")))


class OfPartnersQuerySet(QuerySet[Any]):
    """Rows that say more of a partner than its name are for those whose unit keeps it."""

    partner = "partner"

    def visible_to(self, user: Person) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, f"{self.partner}__kept_by"))


class PartnerContactQuerySet(OfPartnersQuerySet):
    pass


class PartnerMemberQuerySet(OfPartnersQuerySet):
    partner = "association"

    def on(self, day: date) -> Self:
        """Who belongs to it on that day."""
        begun = Q(since=None) | Q(since__lte=day)
        return self.filter(begun, Q(until=None) | Q(until__gte=day))


class ProgrammeQuerySet(QuerySet[Any]):
    def behind_for(self, user: Person) -> Self:
        """With a stage that falls behind its pace, where the person is an officer of the owner."""
        stages = apps.get_model("partners", "ProgrammeStage")._default_manager.filter(is_behind=True)
        scope, rows = scope_of(user), self.filter(pk__in=stages.order_by().values("programme"))
        return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(Role.OFFICER), "owner"))


class PlateQuerySet(OfStationsQuerySet):
    def on(self, day: date) -> Self:
        """The plates that hang on that day."""
        return self.not_ended(day).filter(since__lte=day)

    def not_ended(self, day: date) -> Self:
        """The plates that hang on that day or will."""
        return self.filter(Q(until=None) | Q(until__gte=day))


class SpecialStationQuerySet(LastingOfStations):
    def on(self, day: date) -> Self:
        """Special on that day."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def between(self, first: date, last: date) -> Self:
        """Special on at least one day from `first` to `last`."""
        return self.filter(Q(until=None) | Q(until__gte=first), since__lte=last)
