"""How stations and units are read: methods that compose and speak the business's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Manager, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.utils import timezone
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from stations.choices import BY_STAFF, StationStatus
from stations.facts import ALL, AMENITY_PREFIX
from stations.scope import Scope, scope_of
from stations.trees import STEP, Line, Paths

if TYPE_CHECKING:
    from stations.models import HoursException, Station, UnitMove, User, WeatherAlert  # noqa: F401  # in quotes

    Person: TypeAlias = User | AnonymousUser


def _rows(model: str) -> Any:
    """The manager of one of our models: models import this module, so it finds them by name."""
    return apps.get_model("stations", model)._default_manager


class IsAnyOf(Func):
    """`value = ANY(ARRAY(SELECT …))`: unlike a join or an IN, PostgreSQL reads the array first and then the index."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class IsOneOf(Func):
    """`value = ANY('{1,2,3}')`: one constant to send, to read and to plan, however many keys are in it."""

    template = "(%(expressions)s::bigint[]))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, value: Any, keys: Iterable[int]) -> None:
        super().__init__(value, Value(f"{{{','.join(map(str, keys))}}}"))


def run_by(paths: Paths, posting: str = "") -> Q:
    """Of postings, a condition: operated or supervised by a unit at or below one of these treebeard paths.

    `posting`: how one comes to the posting, with the underscores after it.
    """
    if isinstance(paths, Line):
        lasting = ((_lasting(posting, first, last), units) for first, last, units in paths.spans)
        return reduce(or_, (days & _run_by(units, posting) for days, units in lasting), Q(pk__in=[]))
    return _run_by(reduce(or_, [Q(path__startswith=path) for path in paths], Q(pk__in=[])), posting)


def _run_by(below: Q, posting: str) -> Q:
    units = ArraySubquery(_rows("Unit").filter(below).order_by().values("pk"))
    return Q(IsAnyOf(F(f"{posting}operator_id"), units)) | Q(IsAnyOf(F(f"{posting}supervisor_id"), units))


def _lasting(posting: str, first: date, last: date) -> Q:
    """In force on at least one of these days."""
    until = Q(**{f"{posting}until": None}) | Q(**{f"{posting}until__gte": first})
    return until & Q(**{f"{posting}since__lte": last})


def in_subtrees(paths: Paths, field: str, at: str = "") -> Q:
    """A condition: the unit at `field` stands at or below one of these treebeard paths.

    `at` is the day of the row; it may be left out where all rows are of days between two moves.
    """
    if isinstance(paths, Line):
        return reduce(or_, (_stood(field, at, span, paths) for span in paths.spans), Q(pk__in=[]))
    conditions = [Q(**{f"{field}__path__startswith": path}) for path in paths]
    return reduce(or_, conditions, Q(pk__in=[]))


def _stood(field: str, at: str, span: tuple[date, date, Q], line: Line) -> Q:
    first, last, units = span
    days = Q(**{f"{at}__range": (first, last)}) if len(line.spans) > 1 else Q()
    return days & Q(**{f"{field}__in": _rows("Unit").filter(units).order_by().values("pk")})


class UnitQuerySet(MP_NodeQuerySet):
    def visible_to(self, user: Person) -> Self:
        """The units that the person is a member of, with everything below them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        return self.below(scope.paths)

    def below(self, paths: tuple[str, ...]) -> Self:
        """At one of these treebeard paths, or below it."""
        conditions = [Q(path__startswith=path) for path in paths]
        return self.filter(reduce(or_, conditions, Q(pk__in=[])))  # type: ignore[no-any-return]  # untyped treebeard


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]  # treebeard is untyped
    def get_queryset(self) -> UnitQuerySet:
        """In tree order; treebeard's own method would return its own queryset class."""
        units: UnitQuerySet = UnitQuerySet(self.model, using=self._db).order_by("path")
        return units


class UnitMoveQuerySet(QuerySet["UnitMove"]):
    def visible_to(self, user: Person) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))


def _stations_in(scope: Scope) -> Any:
    """The ids of the stations that the scope's units operate or supervise today, for a condition with `__in`."""
    return (
        _written_run_on(scope.paths, timezone.localdate()) if scope.paths else _rows("Posting").none().values("station")
    )


def _run_on(paths: Paths, day: date) -> Any:
    postings = _rows("Posting")
    return postings.on(day).filter(run_by(paths)) if paths else postings.none()


@lru_cache(maxsize=1024)
def _written_run_on(paths: tuple[str, ...], day: date) -> RawSQL:
    """As SQL: a page of the back office asks for it some thirty times, and each time Django would write it anew."""
    written = _run_on(paths, day).order_by().values("station").query.sql_with_params()
    return RawSQL(*written)  # noqa: S611  # by Django itself


def keys_in_scope(scope: Scope) -> tuple[Any, Any]:
    """The keys of the stations of a scope that is not everything, as two queries: what its units run, what is kept.

    For conditions with `__in`.
    """
    return _stations_in(scope), _kept_in(scope)


def _kept_in(scope: Scope) -> Any:
    return _rows("Keeper").filter(user=scope.user_id).values("station")


def named_in_scope(scope: Scope, at_most: int) -> list[int]:
    """The keys of so many stations at most, each once, from postings and keepers alone; two queries at most.

    The stations themselves PostgreSQL would read from end to end.
    """
    run = list(_run_on(scope.paths, timezone.localdate()).order_by().values_list("station", flat=True)[:at_most])
    if len(run) == at_most:
        return run
    kept = _kept_in(scope).order_by().values_list("station", flat=True)[:at_most]
    return [*dict.fromkeys([*run, *kept])][:at_most]


class StationQuerySet(QuerySet["Station"]):
    def published(self) -> Self:
        return self.filter(status=StationStatus.PUBLISHED)

    def to_be_placed(self) -> Self:
        """Drafts that wait for somebody to put them on the map."""
        return self.filter(status=StationStatus.DRAFT, longitude=None)

    def in_units(self, paths: Paths, on: date | None = None) -> Self:
        """Operated or supervised, on that day (default today), by a unit at or below one of these paths."""
        return self.filter(pk__in=_run_on(paths, on or timezone.localdate()).values("station"))

    def visible_to(self, user: Person) -> Self:
        """What the person's units operate or supervise today, and what they keep."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        return self.filter(Q(pk__in=_stations_in(scope)) | Q(pk__in=self._kept_by(scope.user_id)))

    def kept_by(self, user: User) -> Self:
        return self.filter(pk__in=self._kept_by(user.pk))

    def _kept_by(self, user_id: int) -> Any:
        return _rows("Keeper").filter(user=user_id).values("station")


class StationManager(Manager.from_queryset(StationQuerySet)):  # type: ignore[misc]  # built at run time
    pass


class OfStationsQuerySet(QuerySet[Any]):
    """Rows that belong to a station are seen by whoever sees the station."""

    def visible_to(self, user: Person) -> Self:
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        # Two conditions side by side, where one subquery would be joined: so a page of five million visits is read
        # from the end of the index until it is full, not sorted whole.
        run, kept = keys_in_scope(scope)
        return self.filter(Q(station__in=run) | Q(station__in=kept))


class PostingQuerySet(OfStationsQuerySet):
    def on(self, day: date) -> Self:
        """In force on that day: at most one for a station."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def during(self, first: date, last: date) -> Self:
        """In force on at least one day from `first` to `last`."""
        return self.filter(Q(until=None) | Q(until__gte=first), since__lte=last)


class StationAmenityQuerySet(OfStationsQuerySet):
    def with_checks(self) -> Self:
        """Each with `checked_at`: when staff last looked at it, or None."""
        what = Concat(Value(AMENITY_PREFIX), OuterRef("amenity__code"))
        checks = _rows("FactCheck").filter(Q(what=what) | Q(what=ALL), station=OuterRef("station")).by_staff()
        return self.annotate(checked_at=Subquery(checks.order_by("-at").values("at")[:1]))


class FactCheckQuerySet(OfStationsQuerySet):
    def by_staff(self) -> Self:
        """What the public reads as checked by staff."""
        return self.filter(how__in=BY_STAFF)

    def last_of_each(self) -> Self:
        """The last check of each fact of each station, and the last of all of them at once."""
        return self.order_by("station", "what", "-at", "-pk").distinct("station", "what")


class ChangeRequestQuerySet(OfStationsQuerySet):
    def waiting(self) -> Self:
        """With a fact that nobody has decided about; what concerns a closed station waits for nobody."""
        return self.filter(settled_at=None).exclude(station__status=StationStatus.CLOSED)

    def with_facts(self) -> Self:
        facts = _rows("ProposedFact").select_related("decided_by").order_by("pk")
        return self.prefetch_related(Prefetch("facts", facts))


class PhotoQuerySet(OfStationsQuerySet):
    def in_order(self) -> Self:
        """As they are shown: the first is the one by which the station is known."""
        return self.order_by("order", "pk")


class PossibleDuplicateQuerySet(QuerySet[Any]):
    def visible_to(self, user: Person) -> Self:
        """Both are the person's: what is merged is in the care of whoever merges it."""
        if scope_of(user).everything:
            return self
        mine = _rows("Station").visible_to(user).values("pk")
        return self.filter(first__in=mine, second__in=mine)

    def waiting(self) -> Self:
        """On the map both, and nobody has said that they are two."""
        shown = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
        return self.filter(told_apart_at=None, first__status__in=shown, second__status__in=shown)

    def told_apart(self) -> Self:
        return self.filter(told_apart_at__isnull=False)


class HoursExceptionQuerySet(QuerySet["HoursException"]):
    def visible_to(self, user: Person) -> Self:
        """Those of the stations and units that the person sees, and of units above that hold for these stations."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        stations = Q(station__in=_stations_in(scope)) | Q(station__in=_kept_in(scope))
        return self.filter(stations | in_subtrees(scope.paths, "unit") | Q(unit__path__in=_operating_paths(scope)))

    def during(self, first: date, last: date) -> Self:
        """Those that hold on at least one day from `first` to `last`."""
        return self.filter(first__lte=last, last__gte=first)

    def ending_after(self, day: date) -> Self:
        """Those whose last day is `day` or later."""
        return self.filter(last__gte=day)


def _operating_paths(scope: Scope) -> set[str]:
    """Of the units that operate today what the scope sees, and of those above them. One query."""
    seen = (
        _rows("Posting")
        .on(timezone.localdate())
        .filter(Q(station__in=_stations_in(scope)) | Q(station__in=_kept_in(scope)))
    )
    operators = _rows("Unit").filter(pk__in=seen.values("operator")).order_by().values_list("path", flat=True)
    paths = {*operators, *scope.paths}
    return {path[:end] for path in paths for end in range(STEP, len(path) + 1, STEP)}


def division_prefix(code: str) -> str:
    """The digits that the codes of everything inside the division begin with: see `Division.prefix`."""
    if code.endswith("0000") and len(code) == 6:
        return code[:2]
    return code[:4] if code.endswith("00") and len(code) == 6 else code


def covered_prefixes(paths: tuple[str, ...], **units: Any) -> tuple[str, ...]:
    """The divisions of the units at or below these treebeard paths, as few prefixes as cover them. One query.

    `units` are conditions on the units that count.
    """
    if not paths:
        return ()
    return covering(_rows("Unit").filter(reduce(or_, [Q(path__startswith=path) for path in paths]), **units))


def covering(below: QuerySet[Any]) -> tuple[str, ...]:
    """The divisions of these units, as few prefixes as cover them. One query."""
    codes = below.exclude(division=None).order_by().values_list("division", flat=True).distinct()
    found: list[str] = []
    for prefix in sorted({division_prefix(code) for code in codes}):
        if not found or not prefix.startswith(found[-1]):
            found.append(prefix)
    return tuple(found)


class WeatherAlertQuerySet(QuerySet["WeatherAlert"]):
    def not_over(self, today: date) -> Self:
        """Running or to come."""
        return self.filter(ended_at=None, last__gte=today)

    def read_between(self, first: date, last: date) -> Self:
        """What the public reads on at least one of these days, as long as it is not ended."""
        begun = Q(first__lte=last) | Q(publish_at__date__lte=last)
        return self.filter(begun, ended_at=None, last__gte=first)

    def read_at(self, moment: datetime) -> Self:
        """What the public reads at that moment."""
        today = timezone.localdate(moment)
        begun = Q(first__lte=today) | Q(publish_at__lte=moment)
        return self.filter(begun, ended_at=None, last__gte=today)

    def holding_in(self, prefix: str) -> Self:
        """Of the division with this prefix, of those around it, and of its parts."""
        around = [prefix[:length].ljust(6, "0") for length in (2, 4, 6) if length <= len(prefix)]
        return self.filter(Q(division__in=around) | Q(division__code__startswith=prefix))

    def visible_to(self, user: Person) -> Self:
        """Those within the divisions of the person's units and of everything below them."""
        scope = scope_of(user)
        if scope.everything:
            return self
        inside = [Q(division__code__startswith=prefix) for prefix in covered_prefixes(scope.paths)]
        return self.filter(reduce(or_, inside, Q(pk__in=[])))
