"""How activities are read: by whose they are, where, and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.activity_choices import TOOK_PLACE, UNREPORTED, ActivityStatus, SignUpState
from stations.querysets import IsAnyOf, division_prefix, in_subtrees, keys_in_scope, named_in_scope
from stations.scope import Scope, scope_of
from stations.trees import Paths

if TYPE_CHECKING:
    from stations.querysets import Person

FEW_STATIONS = 2000
"""Up to so many stations of a scope their activities are named by their keys, while those are few too."""
FEW_ACTIVITIES = 20_000
MANY_STATIONS = 10_000
"""Up to so many the keys are read once, into a hash; beyond, a page of the newest is read from the end of the index,
where most rows are of the scope anyhow."""
SOON_DAYS = 3
"""So long before an activity those who hold it are reminded."""


def _rows(app: str, model: str) -> Any:
    """The manager of a model: models import this module, so it finds them by name."""
    return apps.get_model(app, model)._default_manager


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class ActivityQuerySet(QuerySet[Any]):
    moment = "starts_at"

    def visible_to(self, user: Person) -> Self:
        """What the person's units organise, and what happens at stations of their scope."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        return self.filter(self._organised_in(scope) | self._held_in(scope))

    def _organised_in(self, scope: Scope) -> Q:
        units = _rows("stations", "Unit").below(scope.paths).order_by().values("pk")
        return Q(IsAnyOf(F("organiser_id"), ArraySubquery(units)))

    def _held_in(self, scope: Scope) -> Q:
        places = _rows("services", "ActivityStation").order_by()
        stations = named_in_scope(scope, MANY_STATIONS + 1)
        if len(stations) <= FEW_STATIONS:
            held = places.filter(station__in=stations).values_list("activity", flat=True)
            ids = list(held[: FEW_ACTIVITIES + 1])
            if len(ids) <= FEW_ACTIVITIES:
                return Q(pk__in=ids)
        run, kept = keys_in_scope(scope)
        if len(stations) <= MANY_STATIONS:
            at_run, at_kept = (places.filter(station__in=keys).values("activity") for keys in (run, kept))
            return Q(pk__in=at_run) | Q(pk__in=at_kept)
        return Q(Exists(places.filter(Q(station__in=run) | Q(station__in=kept), activity=OuterRef("pk"))))

    def public(self) -> Self:
        """What everybody may read of, the cancelled ones with their notice."""
        return self.filter(is_public=True)

    def not_cancelled(self) -> Self:
        return self.exclude(status=ActivityStatus.CANCELLED)

    def upcoming(self, at: datetime) -> Self:
        """Neither over nor called off.

        The moment of its end is read as a sum, which no index knows: PostgreSQL takes it for rare that what is planned
        lies ahead, would gather all of that first, and sort it, instead of walking the newest until a page is full.
        """
        ends_at = ExpressionWrapper(F("ends_at") + Value(timedelta()), DateTimeField())
        return self.filter(GreaterThan(ends_at, at), status=ActivityStatus.PLANNED)

    def starting_within(self, days: int, at: datetime) -> Self:
        return self.filter(status=ActivityStatus.PLANNED, starts_at__gte=at, starts_at__lt=at + timedelta(days=days))

    def to_report(self, at: datetime) -> Self:
        """Over, and nobody has said how it was."""
        return self.filter(status__in=UNREPORTED, ends_at__lt=at)

    def took_place(self) -> Self:
        return self.filter(status__in=TOOK_PLACE)

    def reported(self) -> Self:
        return self.filter(status=ActivityStatus.REPORTED)

    def at_station(self, station: Any) -> Self:
        return self.filter(at__station=station)

    def in_division(self, code: str) -> Self:
        """In the division with this code or inside it."""
        return self.filter(division__code__startswith=division_prefix(code))

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        """Beginning from the start of the first day to the end of the last one, as bounds that an index knows."""
        return self.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(last + timedelta(days=1)))

    def organised_by(self, paths: tuple[str, ...]) -> Self:
        """Of units at or below one of these paths: each activity is one unit's."""
        return self.filter(in_subtrees(paths, "organiser"))

    def of_units(self, paths: Paths) -> Self:
        """Organised at or below one of these paths, or held where such a unit ran or supervised the station that day.

        Each once.
        """
        day, begun = TruncDate("starts_at", output_field=DateField()), "activity__starts_at__date"
        postings = _rows("services", "ActivityStation").filter(
            in_subtrees(paths, "station__postings__operator", begun)
            | in_subtrees(paths, "station__postings__supervisor", begun),
            Q(station__postings__until=None) | Q(station__postings__until__gte=OuterRef("day")),
            activity=OuterRef("pk"),
            station__postings__since__lte=OuterRef("day"),
        )
        return self.annotate(day=day).filter(in_subtrees(paths, "organiser", "day") | Q(Exists(postings)))


class OfActivitiesQuerySet(QuerySet[Any]):
    """Rows that belong to an activity are seen by whoever sees the activity."""

    def visible_to(self, user: Person) -> Self:
        if scope_of(user).everything:
            return self
        return self.filter(activity__in=_rows("services", "Activity").visible_to(user).values("pk"))


class SignUpQuerySet(OfActivitiesQuerySet):
    def coming(self) -> Self:
        """With a place, or waiting for one."""
        return self.filter(state__in=(SignUpState.BOOKED, SignUpState.WAITING))

    def booked(self) -> Self:
        return self.filter(state=SignUpState.BOOKED)

    def waiting(self) -> Self:
        """In the order in which they came."""
        return self.filter(state=SignUpState.WAITING).order_by("pk")

    def to_erase(self, before: datetime) -> Self:
        """With a phone number, of activities that were over before that moment."""
        return self.filter(~Q(phone="") | ~Q(phone_print=""), activity__ends_at__lt=before)
