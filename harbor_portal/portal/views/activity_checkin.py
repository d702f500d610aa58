"""What the code at the venue of an activity opens: one tap, and a participant is counted."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.http import client_address, same_origin_only
from harbor_portal.lib.limits import seconds_left
from harbor_portal.portal.views.checkin import FIRST_GROUPS, device_of
from services.actions.attendance import check_in_to, refuse_unless_running, scan_key, scanned
from services.activity_codes import is_of_venue
from services.choices import WorkerGroup
from services.limits import scan_limit
from services.models import Activity, AttendanceScan
from stations.codes import read_code

COOKIE = "harbor_activity"
KEPT_SECONDS = 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@same_origin_only
def activity_checkin(request: HttpRequest, code: str) -> HttpResponse:
    """Asks who is there, or counts them; what is not counted is explained."""
    found = _find(code)
    if found is None or not is_of_venue(found, request.GET.get("k", "")):
        reason = _("This is not the code that is shown at the venue. Scan it there.")
        return _page(request, None, {"reason": reason}, status=404)
    device, at = device_of(request, COOKIE), timezone.now()
    if scan := scanned(scan_key(found, device)):
        return _thanks(request, found, scan, device, is_again=True)
    try:
        if request.method != "POST":
            refuse_unless_running(found, at)
            return _ask(request, found, device)
        return _count(request, found, device)
    except PortalError as refusal:
        return _page(request, found, {"reason": str(refusal)}, status=200 if request.method != "POST" else 403)


def _find(code: str) -> Activity | None:
    """Also what is for members alone: whoever stands there was let in."""
    try:
        spelt = read_code(code)
    except ValueError:
        return None
    found: Activity | None = Activity.objects.filter(code=spelt).select_related("organiser").first()
    return found


def _count(request: HttpRequest, found: Activity, device: str) -> HttpResponse:
    try:
        group = WorkerGroup(request.POST.get("group", ""))
    except ValueError:
        return _ask(request, found, device, problem=_("Choose what you work as."), status=400)
    if limit := scan_limit(activity=found.code, address=client_address(request)):
        reason = _("Too many check-ins came at once. Please try again in a minute.")
        response = _page(request, found, {"reason": reason}, status=429)
        response["Retry-After"] = str(seconds_left(limit))
        return response
    scan = check_in_to(activity=found, group=group, device=device, at=timezone.now())
    return _thanks(request, found, scan, device, is_again=False)


def _ask(request: HttpRequest, found: Activity, device: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "groups": FIRST_GROUPS,
        "other_groups": [group for group in WorkerGroup if group not in FIRST_GROUPS],
        "device": device,
        "problem": problem,
    }
    return _page(request, found, context, status=status)


def _thanks(
    request: HttpRequest, found: Activity, scan: AttendanceScan, device: str, *, is_again: bool
) -> HttpResponse:
    response = _page(request, found, {"scan": scan, "is_again": is_again})
    response.set_cookie(
        COOKIE,
        device,
        max_age=KEPT_SECONDS,
        path="/activities/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _page(request: HttpRequest, found: Activity | None, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "activity_checkin.html", {"activity": found} | context, status=status)
