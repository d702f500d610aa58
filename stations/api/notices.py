"""Notices: heat, cold, typhoons, holiday hours and the like. The public reads them; officials announce and end them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from stations.actions.alerts import change_alert, end_alert, start_alert
from stations.api import params
from stations.api.lists import AFTER, LIST_REFUSED, PublicList, choice, page_of
from stations.api.office import division_named
from stations.api.own import Adding, Changing, Named, NothingSerializer, Own, OwnItem, OwnList, described, once, step
from stations.choices import AlertKind
from stations.models import User, WeatherAlert
from stations.policies import refuse_unless_may_announce


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


class OwnNoticeSerializer(serializers.Serializer[Any]):
    """A notice as staff read it."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(AlertKind.choices)
    title = serializers.CharField(allow_blank=True, help_text="empty where the kind says it")
    message = serializers.CharField(allow_blank=True)
    division = serializers.CharField(source="division_id", help_text="GB/T 2260")
    first = serializers.DateField()
    last = serializers.DateField()
    publish_at = serializers.DateTimeField(
        allow_null=True, help_text="read from this moment on, if before its first day"
    )
    ended_at = serializers.DateTimeField(allow_null=True, help_text="when it was ended early")


class NoticeFactsSerializer(serializers.Serializer[Any]):
    """What may be said anew of a notice; where, of what and from when stays."""

    last = serializers.DateField(required=False)
    message = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NewNoticeSerializer(serializers.Serializer[Any]):
    """A new one. The same kind, division, title and first day are the same notice, until it is ended."""

    kind = serializers.ChoiceField(AlertKind.choices)
    division = serializers.CharField(max_length=9, help_text="GB/T 2260")
    first = serializers.DateField(help_text="today or later")
    last = serializers.DateField()
    title = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    message = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    publish_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="null: read from its first day on"
    )


class Notices(Own):
    """What is announced for divisions."""

    model = WeatherAlert
    noun, serializer = "notice", OwnNoticeSerializer
    missing = gettext_lazy("None of the notices that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"division": division_named}


@described(
    get=("office_notices", "Notices for the divisions of one's units, page by page"),
    post=("office_notices_announce", "Announce a notice"),
)
class OwnNoticesView(Notices, Adding, OwnList):
    takes = NewNoticeSerializer
    narrowed_by: ClassVar = {"kind": AlertKind.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        refuse_unless_may_announce(by, given["division"])
        same = {name: given[name] for name in ("kind", "division", "title", "first")}
        known = WeatherAlert.objects.filter(ended_at=None, **same)
        return once(given["division"], known, lambda: start_alert(by=by, **given), **given)


@described(
    get=("office_notice", "A notice"),
    patch=("office_notice_change", "Another last day, another message"),
)
class OwnNoticeView(Notices, Changing, OwnItem):
    takes = NoticeFactsSerializer

    def change(self, row: WeatherAlert, given: dict[str, Any], by: User) -> Any:
        said: dict[str, Any] = {"last": row.last, "message": row.message} | given
        return change_alert(alert=row, by=by, **said)


EndNoticeView = step(
    Notices, "end", "End it at once: nobody reads it any longer", NothingSerializer,
    lambda notice, _given, by: end_alert(alert=notice, by=by),
)  # fmt: skip
