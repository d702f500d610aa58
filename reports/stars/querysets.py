"""How assessments are read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from reports.choices import RunState
from reports.querysets import ACTIVE
from reports.stars.choices import ObjectionState, RoundState
from reports.targets.querysets import above
from stations.choices import Role
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stations.models import User

EXPIRING_DAYS = 60
"""So long before its last day a star is shown as about to expire: assessing anew takes its time."""


def falls(today: date) -> Q:
    """Of stars: today's figures would bring fewer than the station bears."""
    return Q(since__lte=today, until__gte=today, now_star__lt=F("star"))


LOWERED = Q(round__state=RoundState.PROPOSED, star__lt=F("star_before"))
"""Of stars: proposed with fewer than the station bears."""


class RubricQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Samples, which are nobody's, and those of the person's units, of all below and all above them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        mine = in_subtrees(scope.paths, "unit") | Q(unit__path__in=above(scope))
        return self.filter(mine | Q(unit=None))


class RubricItemQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the rubrics that the person sees."""
        rubrics: Any = apps.get_model("reports", "Rubric")._default_manager
        return self.filter(rubric__in=rubrics.visible_to(user))


class RoundQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the person's units and everything below them, and of those above, which assess them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        return self.filter(in_subtrees(scope.paths, "unit") | Q(unit__path__in=above(scope)))

    def to_decide(self, user: User | AnonymousUser, today: date) -> Self:
        """Objections are no longer taken, none is open, and the person decides."""
        scope = scope_of(user)
        rows = self.filter(state=RoundState.PROPOSED, objections_until__lt=today)
        return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(*ACTIVE), "unit"))


class AssessmentQuerySet(OfStationsQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the stations that the person sees, and in rounds of their units."""
        scope = scope_of(user)
        if scope.everything or scope.user_id is None:
            return super().visible_to(user)
        of_stations = super().visible_to(user).order_by().values("pk")
        return self.filter(Q(pk__in=of_stations) | in_subtrees(scope.paths, "round__unit"))

    def in_force(self, day: date) -> Self:
        """The stars that stations bear on that day: one of each line, since a new one ends the one before."""
        return self.filter(since__lte=day, until__gte=day)

    def expiring(self, today: date) -> Self:
        return self.in_force(today).filter(until__lte=today + timedelta(days=EXPIRING_DAYS))

    def falling(self, today: date) -> Self:
        return self.filter(falls(today))

    def lowered(self) -> Self:
        return self.filter(LOWERED)

    def cared_for_by(self, user: User | AnonymousUser) -> Self:
        """Of the stations whose officer the person is, who mend what costs a star and object to it."""
        scope = scope_of(user)
        if scope.everything:
            return self
        stations: Any = apps.get_model("stations", "Station")._default_manager
        return self.filter(station__in=stations.in_units(scope.paths_as(Role.OFFICER)))

    def objected_to(self, user: User | AnonymousUser) -> Self:
        """With an objection that this person decides: never one of their own."""
        scope = scope_of(user)
        open_ones = apps.get_model("reports", "Objection")._base_manager.filter(
            assessment=OuterRef("pk"), state=ObjectionState.OPEN
        )
        rows = self.filter(Exists(open_ones.exclude(by=scope.user_id)))
        return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(*ACTIVE), "round__unit"))


class ObjectionQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the stars that the person sees."""
        assessments: Any = apps.get_model("reports", "Assessment")._default_manager
        return self.filter(assessment__in=assessments.visible_to(user).order_by())


class StarRunQuerySet(QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the rounds that the person sees."""
        rounds: Any = apps.get_model("reports", "AssessmentRound")._default_manager
        return self.filter(round__in=rounds.visible_to(user))

    def under_way(self) -> Self:
        return self.filter(state=RunState.STARTED)
