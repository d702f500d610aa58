"""Search beyond what the visitor's device has already seen: stations by name, and places to move the map to."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from harbor_portal.portal.criteria import LONGEST_SEARCH
from harbor_portal.portal.listing import named_like
from stations.choices import DivisionLevel
from stations.models import Division, StationCard

MOST_STATIONS = 20
MOST_PLACES = 6
ZOOMS = {DivisionLevel.PROVINCE: 7, DivisionLevel.CITY: 10, DivisionLevel.DISTRICT: 12, DivisionLevel.TOWNSHIP: 14}


@require_safe
@cache_control(public=True, max_age=300)
def search(request: HttpRequest) -> HttpResponse:
    """`{"places": […], "stations": […]}` for `?q=`; two queries."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    if not text or len(text) > LONGEST_SEARCH:
        message = _("Say what to look for, in at most {n} characters.").format(n=LONGEST_SEARCH)
        return JsonResponse({"error": {"code": "invalid", "message": message, "fields": {"q": [message]}}}, status=400)
    return JsonResponse({"places": _places(text), "stations": _stations(text)})


def _stations(text: str) -> list[dict[str, Any]]:
    keys = ("code", "name", "address", "longitude", "latitude")
    cards = StationCard.objects.filter(named_like(text)).order_by("code")[:MOST_STATIONS]
    return [{key: card.record[key] for key in keys} for card in cards]


def _places(text: str) -> list[dict[str, Any]]:
    """Divisions with a known centre, the larger ones first."""
    found = (
        Division.objects.filter(Q(name__startswith=text) | Q(pk=text), longitude__isnull=False)
        .select_related("parent__parent")
        .order_by("code")[: MOST_PLACES * 10]
    )
    ranks = list(DivisionLevel)
    places = sorted(found, key=lambda place: (ranks.index(DivisionLevel(place.level)), place.code))
    return [_place(place) for place in places[:MOST_PLACES]]


def _place(place: Division) -> dict[str, Any]:
    above = [place.parent.parent, place.parent] if place.parent else []
    return {
        "name": place.name,
        "path": " ".join(division.name for division in above if division),
        "longitude": place.longitude,
        "latitude": place.latitude,
        "zoom": ZOOMS[DivisionLevel(place.level)],
    }
