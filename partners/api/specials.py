"""Special stations for programs: given a theme, changed, ended by its last day."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import StaleState
from partners.actions.special import add_special, remove_special, update_special
from partners.api import plate_serializers as serializers
from partners.api.office import partner_named
from partners.api.plates import OF_STATION
from partners.models import SpecialStation
from stations.api.office import AFTER, REFUSED, OfficeView, OwnList, checked, own_page_of, person, station_named
from stations.models import Station, User
from stations.policies import refuse_unless_may_edit

SPECIAL: dict[int, Any] = {200: serializers.OwnSpecialSerializer} | REFUSED


class OwnSpecialsView(OwnList):
    serializer = serializers.OwnSpecialSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        by = person(request)
        rows = _specials(by)
        code = request.query_params.get("station")
        return rows.filter(station=station_named(code, by, "station")) if code else rows

    @extend_schema(
        operation_id="office_specials",
        summary="Themes of the stations in one's scope, page by page",
        parameters=[OF_STATION, AFTER],
        responses={200: own_page_of(serializers.OwnSpecialSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_specials_add",
        summary="Make a station special",
        request=serializers.NewSpecialSerializer,
        responses=SPECIAL,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        by = person(request)
        given = _facts(checked(serializers.NewSpecialSerializer, request), by)
        station = station_named(given.pop("station"), by, "station")
        refuse_unless_may_edit(by, station)
        # Two that are sent at the same moment would not see each other.
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        same = {name: given[name] for name in ("theme", "since")}
        found = SpecialStation.objects.filter(station=station, **same).first()
        if found and any(getattr(found, name) != value for name, value in given.items() if name != "reason"):
            raise StaleState(_("This station has this theme from that day on already, with other facts; change those."))
        return _told(found or add_special(by=by, station=station, **given), by)


class OwnSpecialView(OfficeView):
    @extend_schema(operation_id="office_special", summary="A theme of a station", responses=SPECIAL)
    def get(self, request: Request, pk: int) -> Response:
        by = person(request)
        return _told(_special(pk, by), by)

    @extend_schema(
        operation_id="office_special_change",
        summary="Change it, or end it by its last day",
        request=serializers.SpecialFactsSerializer,
        responses=SPECIAL,
    )
    def patch(self, request: Request, pk: int) -> Response:
        by = person(request)
        special, given = _special(pk, by), _facts(checked(serializers.SpecialFactsSerializer, request), by)
        return _told(update_special(by=by, special=special, **given), by)

    @extend_schema(
        operation_id="office_special_remove",
        summary="Take back what was entered by mistake",
        responses={204: OpenApiResponse(description="it is gone; its history stays")} | REFUSED,
    )
    def delete(self, request: Request, pk: int) -> Response:
        by = person(request)
        remove_special(by=by, special=_special(pk, by))
        return Response(status=204)


def _specials(by: User) -> QuerySet[Any]:
    rows: Any = SpecialStation.objects.all()
    return rows.visible_to(by).select_related("station", "partner")  # type: ignore[no-any-return]  # any queryset


def _special(pk: int, by: User) -> SpecialStation:
    found: SpecialStation | None = _specials(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("None of the themes that you see has the number “%(number)s”.") % {"number": pk})
    return found


def _told(special: SpecialStation, by: User) -> Response:
    return Response(serializers.OwnSpecialSerializer(_special(special.pk, by)).data)


def _facts(given: dict[str, Any], by: User) -> dict[str, Any]:
    """With the partner that the code names."""
    if given.get("partner"):
        given["partner"] = partner_named(given["partner"], by, "partner")
    return given
