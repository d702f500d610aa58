"""The public API of activities, the wall of wishes, stories and online services."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.months import EARLIEST, LATEST
from services.activity_choices import ActivityKind
from services.api import public_serializers as serializers
from services.models import Activity, OnlineService, Story, Wish
from services.online_choices import OnlineKind
from services.wish_choices import ON_WALL, WishKind
from stations.api import params
from stations.api.lists import AFTER, ITEM_REFUSED, LIST_REFUSED, PublicItem, PublicList, choice, page_of
from stations.codes import WELL_FORMED
from stations.models import Station

DIVISION = OpenApiParameter("division", str, description="code (GB/T 2260): in it and inside it")


def _activities() -> Any:
    rows: Any = Activity.objects.all()
    return rows.public().select_related("organiser").prefetch_related("stations", "partners")


@extend_schema_view(
    get=extend_schema(
        operation_id="activities_list",
        summary="The public calendar, page by page, ordered by when they begin",
        parameters=[
            OpenApiParameter("since", date, description="those that begin on this day or later; today by default"),
            OpenApiParameter("until", date, description="those that begin on this day at the latest"),
            OpenApiParameter("kind", str, enum=ActivityKind.values),
            DIVISION,
            OpenApiParameter("station", str, description="code of a station where it is held"),
            AFTER,
        ],
        responses={200: page_of(serializers.ActivitySerializer)} | LIST_REFUSED,
    )
)
class ActivityListView(PublicList):
    serializer = serializers.ActivitySerializer
    order = ("starts_at", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows = _activities().filter(starts_at__gte=_midnight(_day(query, "since") or timezone.localdate()))
        if until := _day(query, "until"):
            rows = rows.filter(starts_at__lt=_midnight(until + timedelta(days=1)))
        if kind := choice(query, "kind", ActivityKind.values):
            rows = rows.filter(kind=kind)
        if prefix := params.division(query):
            rows = rows.filter(division__code__startswith=prefix)
        if station := query.get("station", ""):
            rows = rows.at_station(_station(station))
        return rows  # type: ignore[no-any-return]  # any queryset


@extend_schema_view(
    get=extend_schema(
        operation_id="activities_retrieve",
        summary="One activity",
        responses={200: serializers.ActivitySerializer} | ITEM_REFUSED,
    )
)
class ActivityView(PublicItem):
    serializer = serializers.ActivitySerializer

    def rows(self) -> QuerySet[Any]:
        return _activities()  # type: ignore[no-any-return]  # any queryset


def _wishes() -> Any:
    rows: Any = Wish.objects.all()
    return rows.on_wall().select_related("unit")


@extend_schema_view(
    get=extend_schema(
        operation_id="wishes_list",
        summary="The wall of wishes, page by page, the most urgent first",
        parameters=[
            OpenApiParameter("kind", str, enum=WishKind.values),
            OpenApiParameter("state", str, enum=list(ON_WALL)),
            DIVISION,
            AFTER,
        ],
        responses={200: page_of(serializers.WishSerializer)} | LIST_REFUSED,
    )
)
class WishListView(PublicList):
    serializer = serializers.WishSerializer
    order = ("needed_by", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows = _wishes().without_missed(timezone.localdate())
        if kind := choice(query, "kind", WishKind.values):
            rows = rows.filter(kind=kind)
        if state := choice(query, "state", list(ON_WALL)):
            rows = rows.filter(state=state)
        if prefix := params.division(query):
            rows = rows.filter(division__code__startswith=prefix)
        return rows  # type: ignore[no-any-return]  # any queryset


@extend_schema_view(
    get=extend_schema(
        operation_id="wishes_retrieve",
        summary="One wish",
        responses={200: serializers.WishSerializer} | ITEM_REFUSED,
    )
)
class WishView(PublicItem):
    serializer = serializers.WishSerializer

    def rows(self) -> QuerySet[Any]:
        return _wishes()  # type: ignore[no-any-return]  # any queryset


def _stories() -> Any:
    rows: Any = Story.objects.all()
    return rows.shown_on(timezone.localdate()).select_related("unit", "station")


@extend_schema_view(
    get=extend_schema(
        operation_id="stories_list",
        summary="Warm stories, page by page, in the order in which they were published",
        parameters=[AFTER],
        responses={200: page_of(serializers.StorySerializer)} | LIST_REFUSED,
    )
)
class StoryListView(PublicList):
    serializer = serializers.StorySerializer
    order = ("published_at", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:  # noqa: ARG002  # nothing is asked of them
        return _stories()  # type: ignore[no-any-return]  # any queryset


@extend_schema_view(
    get=extend_schema(
        operation_id="online_services_list",
        summary="Links and guides that hold today, page by page, by their order",
        parameters=[
            OpenApiParameter("kind", str, enum=OnlineKind.values),
            OpenApiParameter("division", str, description="code (GB/T 2260): what is to be had there"),
            AFTER,
        ],
        responses={200: page_of(serializers.OnlineServiceSerializer)} | LIST_REFUSED,
    )
)
class OnlineServiceListView(PublicList):
    serializer = serializers.OnlineServiceSerializer
    order = ("order", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows: Any = OnlineService.objects.all()
        rows = rows.public(timezone.localdate()).select_related("partner")
        if kind := choice(query, "kind", OnlineKind.values):
            rows = rows.filter(kind=kind)
        if prefix := params.division(query):
            rows = rows.at(prefix)
        return rows  # type: ignore[no-any-return]  # any queryset


def _day(query: params.Query, name: str) -> date | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST.first <= day <= LATEST.last:
        raise Invalid(name, _("A day is written like 2026-11-18."))
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _station(code: str) -> Station:
    found: Station | None = None
    if WELL_FORMED.fullmatch(code.upper()):
        found = Station.objects.filter(code=code.upper(), status__in=serializers.ON_MAP).first()
    if found is None:
        raise Invalid("station", _("No station on the map has the code “%(code)s”.") % {"code": code[:20]})
    return found
