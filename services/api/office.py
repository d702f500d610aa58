"""Activities and supplies for programs, by the same actions as the pages of the back office."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
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
from stations.models import Station, Unit, User

ACTIVITY: dict[int, Any] = {200: serializers.OwnActivitySerializer} | REFUSED
STOCKS: dict[int, Any] = {200: serializers.StocksSerializer} | REFUSED


class PlanView(OfficeView):
    @extend_schema(
        operation_id="office_activities_plan",
        summary="Plan an activity",
        request=serializers.PlanSerializer,
        responses=ACTIVITY,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        given, by = checked(serializers.PlanSerializer, request), person(request)
        organiser, stations = unit_named(given.pop("organiser"), by, "organiser"), _stations(given.pop("stations"), by)
        refuse_unless_may_organise(by, organiser)
        # Two that are sent at the same moment would not see each other.
        Unit.objects.select_for_update(no_key=True).get(pk=organiser.pk)
        known = Activity.objects.filter(organiser=organiser, title=given["title"], starts_at=given["starts_at"])
        found = known.order_by("pk").first()
        if found is None:
            moments = (given.pop("starts_at"), given.pop("ends_at"))
            found = plan_activity(by=by, stations=stations, dates=[moments], organiser=organiser, **given)[0]
        return _told(found.code, by)


class OwnActivityView(OfficeView):
    @extend_schema(operation_id="office_activity", summary="An activity in one's scope", responses=ACTIVITY)
    def get(self, request: Request, code: str) -> Response:
        return _told(code, person(request))


class ReportView(OfficeView):
    @extend_schema(
        operation_id="office_activity_report",
        summary="Report how an activity was",
        request=serializers.ReportSerializer,
        responses=ACTIVITY,
    )
    def put(self, request: Request, code: str) -> Response:
        activity, given = _activity(code, person(request)), checked(serializers.ReportSerializer, request)
        report_activity(
            activity=activity,
            by=person(request),
            summary=given["summary"],
            counts={_group(name): count for name, count in given["counts"].items()},
            cost=given.get("cost"),
        )
        return _told(code, person(request))


class CancelView(OfficeView):
    @extend_schema(
        operation_id="office_activity_cancel",
        summary="Call an activity off",
        request=serializers.NoticeSerializer,
        responses=ACTIVITY,
    )
    def post(self, request: Request, code: str) -> Response:
        activity, given = _activity(code, person(request)), checked(serializers.NoticeSerializer, request)
        cancel_activity(activity=activity, by=person(request), notice=given["notice"])
        return _told(code, person(request))


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


def _activity(code: str, by: User) -> Activity:
    rows: Any = Activity.objects.all()
    found: Activity | None = rows.visible_to(by).filter(code=code.replace("\0", "").upper()).first()
    if found is None:
        raise NotFound(_("None of your activities has the code “%(code)s”.") % {"code": code[:20]})
    return found


def _told(code: str, by: User) -> Response:
    found = _activity(code, by)
    rows = Activity.objects.select_related("organiser").prefetch_related("stations", "partners", "attendance")
    return Response(serializers.OwnActivitySerializer(rows.get(pk=found.pk)).data)


def _stations(codes: list[str], by: User) -> list[Station]:
    seen: QuerySet[Station] = Station.objects.visible_to(by)
    known = {station.code: station for station in seen.filter(code__in=[code.upper() for code in codes])}
    for code in codes:
        if code.upper() not in known:
            raise Invalid("stations", _("None of your stations has the code “%(code)s”.") % {"code": code})
    return [known[code.upper()] for code in codes]


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
