"""Activities and supplies for programs, by the same actions as the pages of the back office."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from services.actions.activities import cancel_activity, plan_activity, report_activity
from services.actions.sent import do_once
from services.actions.supplies import Supply, move_supply
from services.activity_policies import refuse_unless_may_organise
from services.api import office_serializers as serializers
from services.api.views import date_of, writable
from services.choices import SupplyMove, WorkerGroup
from services.models import Activity, SupplyItem, SupplyStock
from stations.api.office import REFUSED, OfficeView, checked, person, station_of, unit_named
from stations.api.own import Adding, Named, Own, OwnItem, described, once, step
from stations.models import Station, User

STOCKS: dict[int, Any] = {200: serializers.StocksSerializer} | REFUSED


def _stations_named(codes: list[str], by: User, field: str) -> list[Station]:
    seen: QuerySet[Station] = Station.objects.visible_to(by)
    known = {station.code: station for station in seen.filter(code__in=[code.upper() for code in codes])}
    for code in codes:
        if code.upper() not in known:
            raise Invalid(field, _("None of your stations has the code “%(code)s”.") % {"code": code})
    return [known[code.upper()] for code in codes]


class Activities(Own):
    """What is held at stations, or elsewhere."""

    noun, serializer = "activity", serializers.OwnActivitySerializer
    missing = gettext_lazy("None of your activities has the code “%(code)s”.")

    def seen(self, by: User) -> QuerySet[Any]:
        rows: Any = Activity.objects.all()
        return rows.visible_to(by)  # type: ignore[no-any-return]  # any queryset

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organiser").prefetch_related("stations", "partners", "attendance")


@described(post=("office_activities_plan", "Plan an activity"))
class PlanView(Activities, Adding):
    takes = serializers.PlanSerializer
    named: ClassVar[dict[str, Named]] = {"organiser": unit_named, "stations": _stations_named}

    def add(self, given: dict[str, Any], by: User) -> Any:
        organiser, moments = given["organiser"], (given.pop("starts_at"), given.pop("ends_at"))
        refuse_unless_may_organise(by, organiser)
        known = Activity.objects.filter(organiser=organiser, title=given["title"], starts_at=moments[0])
        return once(organiser, known, lambda: plan_activity(by=by, dates=[moments], **given)[0])


@described(get=("office_activity", "An activity in one's scope"))
class OwnActivityView(Activities, OwnItem):
    pass


@described(put=("office_activity_report", "Report how an activity was"))
class ReportView(Activities):
    takes = serializers.ReportSerializer

    def put(self, request: Request, code: str) -> Response:
        by = person(request)
        activity, given = self.find(by, code=code), self.given(request)
        counts = {_group(name): count for name, count in given["counts"].items()}
        report_activity(activity=activity, by=by, summary=given["summary"], counts=counts, cost=given.get("cost"))
        return self.told(activity, by)


CancelView = step(
    Activities, "cancel", "Call an activity off", serializers.NoticeSerializer,
    lambda activity, given, by: cancel_activity(activity=activity, by=by, notice=given["notice"]),
)  # fmt: skip


class StocksView(OfficeView):
    @extend_schema(operation_id="office_supplies", summary="What a station has left", responses=STOCKS)
    def get(self, request: Request, code: str) -> Response:
        return _stocks(station_of(request, code))


class MovementView(OfficeView):
    @extend_schema(
        operation_id="office_supplies_move",
        summary="Record what came in, was given out or thrown away",
        request=serializers.MovementSerializer,
        responses=STOCKS,
    )
    def post(self, request: Request, code: str, day: str) -> Response:
        station, date, by = writable(request, code), date_of(day), person(request)
        given = checked(serializers.MovementSerializer, request)
        supply = Supply(
            item=_item(given["item"]),
            kind=SupplyMove(given["kind"]),
            quantity=given["quantity"],
            expires_date=given.get("expires_date"),
            group=WorkerGroup(given["group"]) if given.get("group") else None,
        )
        do_once(
            station=station,
            what="supply",
            client_key=given["client_key"],
            by=by,
            about=[date, {name: value for name, value in given.items() if name != "client_key"}],
            do=lambda: move_supply(station=station, supply=supply, day=date, by=by),
        )
        return _stocks(station)


def _group(name: str) -> WorkerGroup:
    try:
        return WorkerGroup(name)
    except ValueError as error:
        raise Invalid("counts", _("There is no group “%(name)s”.") % {"name": name[:40]}) from error


def _item(code: str) -> SupplyItem:
    found = SupplyItem.objects.filter(code=code).first()
    if found is None:
        raise Invalid("item", _("There is no supply “%(code)s”.") % {"code": code})
    return found


def _stocks(station: Station) -> Response:
    rows = SupplyStock.objects.filter(station=station).select_related("item").order_by("item__order", "item__code")
    return Response({"results": serializers.StockSerializer(rows, many=True).data})
