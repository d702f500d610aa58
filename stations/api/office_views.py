"""What a program learns of whom it acts for, and of the stations in that person's hands."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from stations.actions.amenities import report_broken, report_repaired
from stations.api import office_serializers as serializers
from stations.api import params
from stations.api.office import REFUSED, OfficeView, checked, person, station_of
from stations.choices import Health
from stations.models import Station, StationAmenity

PAGE_SIZE = 100


class MeView(OfficeView):
    @extend_schema(
        operation_id="office_me",
        summary="Whom the key acts for",
        responses={200: serializers.PersonSerializer} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        user = person(request)
        key: Any = request.auth
        roles = user.memberships.order_by("unit__path").values_list("unit__code", "role")
        return Response(
            {
                "username": user.username,
                "name": user.name,
                "is_administrator": user.is_superuser,
                "roles": [{"unit": unit, "role": role} for unit, role in roles],
                "keeps": list(user.keeperships.order_by("station__code").values_list("station__code", flat=True)),
                "key": {"name": key.name, "expires_at": key.expires_at} if key else None,
            }
        )


class OwnStationsView(OfficeView):
    @extend_schema(
        operation_id="office_stations",
        summary="The stations in one's scope, page by page, ordered by code",
        parameters=[OpenApiParameter("after", str, description="`next` of the page before")],
        responses={200: serializers.OwnStationsSerializer} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        mine = Station.objects.visible_to(person(request)).filter(code__gt=params.after(request.query_params))
        rows = list(mine.order_by("code").values("code", "name", "address", "status")[: PAGE_SIZE + 1])
        following = rows[PAGE_SIZE - 1]["code"] if len(rows) > PAGE_SIZE else None
        return Response({"next": following, "results": rows[:PAGE_SIZE]})


class AmenityHealthView(OfficeView):
    @extend_schema(
        operation_id="office_amenity_health",
        summary="Say that equipment is out of order, or works again",
        request=serializers.NewHealthSerializer,
        responses={200: serializers.StateOfAmenitySerializer} | REFUSED,
    )
    def put(self, request: Request, code: str, amenity: str) -> Response:
        station, given = station_of(request, code), checked(serializers.NewHealthSerializer, request)
        rows = StationAmenity.objects.select_related("amenity", "station")
        row: StationAmenity | None = rows.filter(station=station, amenity__code=amenity).first()
        if row is None:
            raise NotFound(_("This station has no amenity “%(code)s”.") % {"code": amenity[:40]})
        if given["health"] == Health.OK:
            row = report_repaired(amenity=row, by=person(request))
        else:
            due_back, note = given.get("due_back"), given.get("note", "")
            row = report_broken(amenity=row, by=person(request), due_back=due_back, note=note)
        return Response(_state(row))


def _state(row: StationAmenity) -> dict[str, Any]:
    return {
        "code": row.amenity.code,
        "access": row.access,
        "health": row.health,
        "note": row.note,
        "out_since": row.out_since,
        "due_back": row.due_back,
    }
