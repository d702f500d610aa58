"""The addresses of the API."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.api import params, records, serializers
from stations.card_querysets import StationCardQuerySet
from stations.codes import WELL_FORMED
from stations.models import StationCard
from stations.moved import moved
from stations.nearest import nearest
from stations.open_now import OpenAt, open_condition

PAGE_SIZE = 50
GEOJSON = "application/geo+json"


def _parameter(name: str, text: str, *, kind: Any = OpenApiTypes.STR, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=text, required=required)


_FORMAT = OpenApiParameter(
    "format", OpenApiTypes.STR, enum=["json", "geojson"], description="geojson is also had by the Accept header"
)
_OPEN = OpenApiParameter(
    "open",
    OpenApiTypes.STR,
    enum=["0", "1", "not_closed"],
    description="1: only stations known to be open now. not_closed: also those of which nobody knows. 0: all.",
)
_AMENITIES = _parameter(
    "amenities", "codes separated by commas; a station must have all of them, in working order, inside or nearby"
)
_REFUSED = {400: serializers.ErrorSerializer}


class AnyAccept(BaseContentNegotiation):
    """JSON whatever the Accept header says: a browser that asks for HTML is better served by it than by a 406."""

    def select_parser(self, _request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, _request: Request, renderers: Any, _suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PublicView(APIView):
    """Open to everybody, from any origin, without a session."""

    authentication_classes = ()
    content_negotiation_class = AnyAccept

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response["Access-Control-Allow-Origin"] = "*"
        return super().finalize_response(request, response, *args, **kwargs)


class NearestView(PublicView):
    """The most asked question: answered without the framework's machinery, and documented by it."""

    @extend_schema(
        operation_id="stations_nearest",
        summary="The stations nearest to a place",
        parameters=[
            _parameter("lng", "longitude, WGS-84", kind=OpenApiTypes.DOUBLE, required=True),
            _parameter("lat", "latitude, WGS-84", kind=OpenApiTypes.DOUBLE, required=True),
            _parameter("limit", "1 to 100, by default 20", kind=OpenApiTypes.INT),
            _AMENITIES,
            _OPEN,
            _FORMAT,
        ],
        responses={200: serializers.NearestSerializer} | _REFUSED,
    )
    def get(self, request: Request) -> HttpResponse:
        return answer_nearest(request.query_params, request.headers.get("Accept", ""))


def answer_nearest(query: params.Query, accept: str) -> HttpResponse:
    """The answer as text that the database keeps ready; raises `Invalid`."""
    place, limit, amenities = params.place(query), params.limit(query), params.amenities(query)
    wanted = params.wanted(query)
    geojson = params.wants_geojson(query, accept)
    at = timezone.now()
    condition = open_condition(at, wanted) if wanted else None
    found = nearest(place.longitude, place.latitude, limit, amenities=amenities, condition=condition)
    states = records.States(at)
    if geojson:
        response: HttpResponse = JsonResponse(records.nearest_features(found, states), content_type=GEOJSON)
    else:
        response = HttpResponse(records.nearest_json(found, states), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


class StationListView(PublicView):
    @extend_schema(
        operation_id="stations_list",
        summary="Stations, page by page, ordered by code",
        parameters=[
            _parameter("bbox", "west,south,east,north in degrees, WGS-84"),
            _parameter("division", "code (GB/T 2260) of a province, city, district or township"),
            _parameter("programme", "code of the programme whose plate hangs there"),
            _parameter("q", "part of the name or address, or pinyin initials"),
            _AMENITIES,
            _OPEN,
            _parameter("after", "code of the last station of the page before, as in `next`"),
            _parameter("page", f"from 1 to {params.MAX_PAGE}; follow `next` to go farther", kind=OpenApiTypes.INT),
            _FORMAT,
        ],
        responses={200: serializers.PageSerializer} | _REFUSED,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        geojson = params.wants_geojson(query, request.headers.get("Accept", ""))
        page, at = params.page(query), timezone.now()
        start = (page - 1) * PAGE_SIZE
        # One more than a page tells whether there is another, which a count of all would cost far more to tell.
        ordered = _filtered(query, at).filter(code__gt=params.after(query)).order_by("code")
        cards = list(ordered[start : start + PAGE_SIZE + 1])
        states = records.States(at)
        found = [records.brief(card, states) for card in cards[:PAGE_SIZE]]
        following = self._address(request, found[-1]["code"]) if len(cards) > PAGE_SIZE else None
        body = records.feature_collection(found, next=following) if geojson else {"next": following, "results": found}
        return _answer(body, geojson=geojson)

    def _address(self, request: Request, after: str) -> str:
        query = request.query_params.copy()
        query.pop("page", None)
        query["after"] = after
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class StationView(PublicView):
    @extend_schema(
        operation_id="stations_retrieve",
        summary="Everything public about one station",
        parameters=[_FORMAT],
        responses={
            200: serializers.FullStationSerializer,
            301: OpenApiResponse(description="merged into another station: its address"),
            404: serializers.ErrorSerializer,
        }
        | _REFUSED,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        geojson = params.wants_geojson(request.query_params, request.headers.get("Accept", ""))
        known = StationCard.objects.select_related("station", "timetable")
        card = known.filter(code=code.upper()).first() if WELL_FORMED.fullmatch(code.upper()) else None
        if card is None and (elsewhere := moved(request, code)):
            return elsewhere
        if card is None:
            raise NotFound(_("No station on the map has the code “%(code)s”.") % {"code": code})
        at = timezone.now()
        record = records.full(card, records.States(at), timezone.localdate(at))
        return _answer(records.feature(record) if geojson else record, geojson=geojson)


def _answer(body: dict[str, Any], *, geojson: bool) -> Response:
    return Response(body, content_type=GEOJSON if geojson else None)


def _filtered(query: params.Query, at: datetime) -> StationCardQuerySet:
    cards: StationCardQuerySet = StationCard.objects.all()
    if bounds := params.bounds(query):
        cards = cards.within(*bounds)
    if prefix := params.division(query):
        cards = cards.in_division(prefix)
    if programme := params.programme(query):
        cards = cards.filter(programmes__contains=[programme])
    if amenities := params.amenities(query):
        cards = cards.filter(amenities__contains=amenities)
    if wanted := params.wanted(query):
        cards = cards.filter(OpenAt(at, wanted))
    if text := params.text(query):
        cards = cards.matching(text)
    return cards
