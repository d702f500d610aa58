"""The code on a station's door: its poster, its serial number, and a new one when the old is abused."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.doors import renew_door_code
from services.doors import door_serial
from services.models import DoorCode
from stations.asked_by import user_of
from stations.models import Station
from stations.policies import may_record


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def door_code(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever sees the station may print its poster; renewing is for those who record there."""
    station: Station = get_object_or_404(Station.objects.visible_to(user_of(request)), code=code)
    if request.method != "POST":
        return _page(request, station)
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        renewed = renew_door_code(station=station, by=user_of(request), reason=reason)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Invalid as error:
        return _page(request, station, error=str(error), status=400)
    sentence = _("The code is now number {serial}. Print the poster and hang it up: the former one no longer counts.")
    messages.success(request, sentence.format(serial=renewed.serial))
    return redirect("admin:door_code", station.code)


def _page(request: HttpRequest, station: Station, *, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Poster and door code"),
        "station": station,
        "serial": door_serial(station),
        "renewals": DoorCode.history.filter(station=station).select_related("history_user"),
        "can_renew": may_record(user_of(request), station),
        "reason": request.POST.get("reason", ""),
        "error": error,
    }
    return render(request, "admin/door_code.html", admin.site.each_context(request) | context, status=status)
