"""The addresses of the public API of partners."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from partners.api import serializers
from partners.choices import PartnerKind
from partners.models import Partner, Programme, SpecialStation
from stations.api import params
from stations.api.lists import AFTER, ITEM_REFUSED, LIST_REFUSED, PublicItem, PublicList, choice, page_of
from stations.choices import StationStatus

DIVISION = OpenApiParameter("division", str, description="code (GB/T 2260): in it and inside it")
ON_MAP = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


def _public() -> QuerySet[Any]:
    return Partner.objects.all().public()


def _special_today() -> Any:
    rows: Any = SpecialStation.objects.all()
    return rows.on(timezone.localdate()).filter(station__status__in=ON_MAP).select_related("station")


@extend_schema_view(
    get=extend_schema(
        operation_id="partners_list",
        summary="Partners, page by page, ordered by code",
        parameters=[
            OpenApiParameter("kind", str, enum=PartnerKind.values),
            DIVISION,
            OpenApiParameter("q", str, description="part of the name"),
            AFTER,
        ],
        responses={200: page_of(serializers.PartnerSerializer)} | LIST_REFUSED,
    )
)
class PartnerListView(PublicList):
    serializer = serializers.PartnerSerializer
    order = ("code",)

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows: QuerySet[Any] = _public()
        if kind := choice(query, "kind", PartnerKind.values):
            rows = rows.filter(kind=kind)
        if prefix := params.division(query):
            rows = rows.filter(division__code__startswith=prefix)
        if text := params.text(query):
            rows = rows.filter(Q(name__icontains=text) | Q(short_name__icontains=text))
        return rows


@extend_schema_view(
    get=extend_schema(
        operation_id="partners_retrieve",
        summary="What is public of one partner",
        responses={200: serializers.FullPartnerSerializer} | ITEM_REFUSED,
    )
)
class PartnerView(PublicItem):
    serializer = serializers.FullPartnerSerializer

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = _public()
        return rows.prefetch_related(Prefetch("specials", _special_today().order_by("station__code"), "specials_now"))


@extend_schema_view(
    get=extend_schema(
        operation_id="programmes_list",
        summary="Programmes, ordered by code",
        parameters=[AFTER],
        responses={200: page_of(serializers.ProgrammeSerializer)} | LIST_REFUSED,
    )
)
class ProgrammeListView(PublicList):
    serializer = serializers.ProgrammeSerializer
    order = ("code",)

    def rows(self, query: params.Query) -> QuerySet[Any]:  # noqa: ARG002  # there are few, and nothing is asked of them
        return Programme.objects.select_related("owner")


@extend_schema_view(
    get=extend_schema(
        operation_id="programmes_retrieve",
        summary="One programme",
        responses={200: serializers.ProgrammeSerializer} | ITEM_REFUSED,
    )
)
class ProgrammeView(PublicItem):
    serializer = serializers.ProgrammeSerializer

    def rows(self) -> QuerySet[Any]:
        return Programme.objects.select_related("owner")


@extend_schema_view(
    get=extend_schema(
        operation_id="special_stations_list",
        summary="Stations that have a theme today, ordered by station",
        parameters=[OpenApiParameter("partner", str, description="code of the partner that brings it"), AFTER],
        responses={200: page_of(serializers.SpecialStationSerializer)} | LIST_REFUSED,
    )
)
class SpecialStationListView(PublicList):
    serializer = serializers.SpecialStationSerializer
    order = ("station__code", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows = _special_today().select_related("partner")
        if partner := query.get("partner", "").replace("\0", ""):
            rows = rows.filter(partner__in=_public().filter(code=partner))
        return rows  # type: ignore[no-any-return]  # any queryset
