"""Notices that the public reads now: heat, cold, typhoons, holiday hours and the like."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from stations.api import params
from stations.api.lists import AFTER, LIST_REFUSED, PublicList, choice, page_of
from stations.choices import AlertKind
from stations.models import WeatherAlert


class PublicNoticeSerializer(serializers.Serializer[Any]):
    """What is announced for a division, from a day to a day, both included."""

    kind = serializers.ChoiceField(AlertKind.choices)
    title = serializers.CharField(allow_blank=True, help_text="empty where the kind says it")
    message = serializers.CharField(allow_blank=True)
    division = serializers.CharField(source="division_id", help_text="GB/T 2260")
    place = serializers.CharField(source="division.name")
    first = serializers.DateField(help_text="a day to come where it is announced beforehand")
    last = serializers.DateField()


@extend_schema_view(
    get=extend_schema(
        operation_id="notices_list",
        summary="Notices to be read now, page by page, those that end first before the others",
        parameters=[
            OpenApiParameter("kind", str, enum=AlertKind.values),
            OpenApiParameter("division", str, description="code (GB/T 2260): what holds there, or in a part of it"),
            AFTER,
        ],
        responses={200: page_of(PublicNoticeSerializer)} | LIST_REFUSED,
    )
)
class NoticeListView(PublicList):
    serializer = PublicNoticeSerializer
    order = ("last", "pk")

    def rows(self, query: params.Query) -> QuerySet[Any]:
        rows = WeatherAlert.objects.all().read_at(timezone.now()).select_related("division")
        if kind := choice(query, "kind", AlertKind.values):
            rows = rows.filter(kind=kind)
        if prefix := params.division(query):
            rows = rows.holding_in(prefix)
        return rows
