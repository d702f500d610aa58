"""Plates for programs: hung at a station, and taken down again."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid, StaleState
from partners.actions.plates import grant_plates, withdraw_plates
from partners.api import plate_serializers as serializers
from partners.api.office import programme_named
from partners.models import Plate, Programme
from stations.api.office import (
    AFTER,
    REFUSED,
    OfficeView,
    OwnList,
    checked,
    own_page_of,
    person,
    station_named,
    unit_named,
)
from stations.models import Station, User
from stations.policies import refuse_unless_may_edit

PLATE: dict[int, Any] = {200: serializers.OwnPlateSerializer} | REFUSED
OF_STATION = OpenApiParameter("station", str, description="code")


class OwnPlatesView(OwnList):
    serializer = serializers.OwnPlateSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        by, query = person(request), request.query_params
        rows = _plates(by)
        if code := query.get("station"):
            rows = rows.filter(station=station_named(code, by, "station"))
        if code := query.get("programme"):
            rows = rows.filter(programme=programme_named(code, "programme"))
        return rows

    @extend_schema(
        operation_id="office_plates",
        summary="Plates at the stations in one's scope, page by page",
        parameters=[OF_STATION, OpenApiParameter("programme", str, description="code"), AFTER],
        responses={200: own_page_of(serializers.OwnPlateSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_plates_grant",
        summary="Hang a programme's plate at a station",
        request=serializers.NewPlateSerializer,
        responses=PLATE,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        by, given = person(request), checked(serializers.NewPlateSerializer, request)
        station = station_named(given.pop("station"), by, "station")
        programme = programme_named(given.pop("programme"), "programme")
        refuse_unless_may_edit(by, station)
        # Two that are sent at the same moment would not see each other.
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        same = {name: given[name] for name in ("since", "until", "number")}
        found = Plate.objects.filter(station=station, programme=programme, **same).first()
        return _told(found or _hang(station, programme, given, by), by)


class OwnPlateView(OfficeView):
    @extend_schema(operation_id="office_plate", summary="A plate", responses=PLATE)
    def get(self, request: Request, pk: int) -> Response:
        by = person(request)
        return _told(_plate(pk, by), by)


class WithdrawView(OfficeView):
    @extend_schema(
        operation_id="office_plate_withdraw",
        summary="Take it down; what hangs under an agreement comes down with that",
        request=serializers.LastDaySerializer,
        responses=PLATE | {204: OpenApiResponse(description="it would have hung later, and is removed")},
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        plate, given = _plate(pk, by), checked(serializers.LastDaySerializer, request)
        if not withdraw_plates(by=by, plates=[plate], **given):
            raise StaleState(_("By then this plate is down already."))
        return _told(plate, by) if plate.since <= given["last"] else Response(status=204)


def _hang(station: Station, programme: Programme, given: dict[str, Any], by: User) -> Plate:
    """One plate, or the sentence that says why the station gets none."""
    granted_by = unit_named(given["granted_by"], by, "granted_by") if given["granted_by"] else None
    done = grant_plates(
        by=by,
        programme=programme,
        stations=[station],
        since=given["since"],
        until=given["until"],
        granted_by=granted_by,
        numbers={station.pk: given["number"]},
        reason=given["reason"],
    )
    if done.plan.closed:
        raise Invalid("station", _("%(station)s is closed for good.") % {"station": station})
    if done.plan.bore_it:
        raise Invalid("since", _("This station bears this programme's plate on one of these days already."))
    return done.plates[0]


def _plates(by: User) -> QuerySet[Any]:
    rows: Any = Plate.objects.all()
    return rows.visible_to(by).select_related("station", "programme", "granted_by")  # type: ignore[no-any-return]  # any queryset


def _plate(pk: int, by: User) -> Plate:
    found: Plate | None = _plates(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("None of the plates that you see has the number “%(number)s”.") % {"number": pk})
    return found


def _told(plate: Plate, by: User) -> Response:
    return Response(serializers.OwnPlateSerializer(_plate(plate.pk, by)).data)
