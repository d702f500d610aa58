"""Search beyond what the visitor's device has already seen: stations by name, and places to move the map to."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from harbor_portal.portal.criteria import LONGEST_SEARCH
from harbor_portal.portal.finding import find_places, find_stations

KEYS = ("code", "name", "address", "longitude", "latitude")


@require_safe
@cache_control(public=True, max_age=300)
def search(request: HttpRequest) -> HttpResponse:
    """`{"places": […], "stations": […]}` for `?q=`."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    if not text or len(text) > LONGEST_SEARCH:
        message = _("Say what to look for, in at most {n} characters.").format(n=LONGEST_SEARCH)
        return JsonResponse({"error": {"code": "invalid", "message": message, "fields": {"q": [message]}}}, status=400)
    return JsonResponse(
        {
            "places": [asdict(place) for place in find_places(text, timezone.now())],
            "stations": [{key: card.record[key] for key in KEYS} for card in find_stations(text)],
        }
    )
