"""How rows are read that last from a day to a day, and so belong to a month by how they stood at its end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, DateField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.choices import HonourLevel
from stations.querysets import OfStationsQuerySet, in_subtrees, keys_in_scope
from stations.scope import scope_of
from stations.trees import Line, Paths

if TYPE_CHECKING:
    from harbor_portal.lib.months import Month
    from stations.querysets import Person

OPERATED, SUPERVISED = "station__postings__operator", "station__postings__supervisor"


def _rows(model: str) -> Any:
    return apps.get_model("stations", model)._default_manager


class Lasting:
    """What a queryset of such rows can do beside its own."""

    def on(self, day: date) -> Any:
        """Those that hold on that day."""
        raise NotImplementedError

    def in_month(self, month: Month) -> Any:
        """As it stood at the end of the month: today, while that runs. `day` tells when."""
        day = month.end(timezone.localdate())
        return self.on(day).annotate(day=Value(day, DateField()))

    def with_day(self: Any) -> Any:
        """Each with the `day` that was asked for, else with today."""
        if "day" in self.query.annotations:
            return self
        return self.annotate(day=Value(timezone.localdate(), DateField()))


class LastingOfStations(Lasting, OfStationsQuerySet):
    def of_units(self, paths: Paths) -> Any:
        """Of stations that a unit at or below one of these paths operated or supervised on that day, once each."""
        ran = in_subtrees(paths, OPERATED, "day") | in_subtrees(paths, SUPERVISED, "day")
        return self.with_day().filter(posted(), ran)


class HonourQuerySet(LastingOfStations):
    def visible_to(self, user: Person) -> Self:
        """Those of the stations, units and people that the person sees."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        run, kept = keys_in_scope(scope)
        stations = Q(station__in=run) | Q(station__in=kept)
        people = Q(person__in=_rows("User").visible_to(user).order_by().values("pk"))
        return self.filter(stations | in_subtrees(scope.paths, "unit") | people)

    def on(self, day: date) -> Self:
        return self.in_force(day)

    def in_force(self, day: date) -> Self:
        """Given in that year or before, and not expired."""
        return self.filter(Q(expires_date=None) | Q(expires_date__gte=day), year__lte=day.year)

    def during(self, first: date, last: date) -> Any:
        """In force on at least one of these days, for whoever belonged where on the last one."""
        in_force = Q(expires_date=None) | Q(expires_date__gte=first)
        return self.filter(in_force, year__lte=last.year).annotate(day=Value(last, DateField()))

    def of_units(self, paths: Paths) -> Any:
        """Of such units, of the stations that they ran, and of people whose first role, or first station, is theirs."""
        stations = posted() & (in_subtrees(paths, OPERATED, "day") | in_subtrees(paths, SUPERVISED, "day"))
        return self.with_home().filter(stations | in_subtrees(paths, "unit", "day") | _at_home(paths))

    def in_division(self, prefix: str) -> Any:
        """Of the stations posted there, and of the units of these divisions with their people."""
        units = _rows("Unit").filter(division__code__startswith=prefix).order_by()
        stations = posted() & Q(station__postings__division__code__startswith=prefix)
        people = Q(person_path__in=units.values("path"))
        return self.with_home().filter(stations | Q(unit__in=units.values("pk")) | people)

    def with_home(self) -> Any:
        """Each with its `day`, and of a person the `person_path` of the unit where they belong."""
        return self.with_day().annotate(person_path=Coalesce(_first_role(), _first_station()))

    def in_order(self) -> Self:
        """The highest first, of one level the latest."""
        ranks = [When(level=level, then=Value(rank)) for rank, level in enumerate(HonourLevel.values)]
        return self.order_by(Case(*ranks, output_field=IntegerField()), "-year", "pk")


def _at_home(paths: Paths) -> Q:
    if isinstance(paths, Line):
        spans = ((first, last, _rows("Unit").filter(units).order_by()) for first, last, units in paths.spans)
        people = [Q(day__range=(first, last), person_path__in=units.values("path")) for first, last, units in spans]
    else:
        people = [Q(person_path__startswith=path) for path in paths]
    return Q(*people, _connector=Q.OR)


def posted() -> Q:
    """The posting at `station__postings` is the one of the row's `day`: a station has one at most."""
    in_force = Q(station__postings__until=None) | Q(station__postings__until__gte=F("day"))
    return in_force & Q(station__postings__since__lte=F("day"))


def _first_role() -> Subquery:
    roles = _rows("Membership").filter(user=OuterRef("person")).order_by("pk")
    return Subquery(roles.values("unit__path")[:1])


def _first_station() -> Subquery:
    """The unit that runs today the first station that they keep."""
    postings = _rows("Posting").on(timezone.localdate()).filter(station__keepers__user=OuterRef("person"))
    return Subquery(postings.order_by("station__keepers__pk").values("operator__path")[:1])
