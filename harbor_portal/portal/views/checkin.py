"""What the code on a station's door opens: one tap, and a visitor is counted. No name, no login, no script needed."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.http import client_address, same_origin_only
from harbor_portal.lib.limits import Limit, seconds_left
from harbor_portal.lib.qr import qr_svg
from harbor_portal.portal.criteria import Criteria
from harbor_portal.portal.listing import Row, rows_of
from services.actions.checkins import check_in, checked_in, checkin_key
from services.choices import WorkerGroup
from services.daily_codes import GIVE, daily_code
from services.doors import judge
from services.limits import CHECKINS_PER_DEVICE, checkin_limit
from services.models import VisitEntry
from services.my_day import total_of
from services.policies import refuse_unless_in_service
from services.supplies import daily_items
from stations.choices import StationStatus
from stations.models import Amenity, Station, StationCard
from stations.moved import moved

COOKIE = "harbor_device"
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
FIRST_GROUPS = (
    WorkerGroup.COURIER,
    WorkerGroup.FOOD_DELIVERY,
    WorkerGroup.SANITATION,
    WorkerGroup.TAXI,
    WorkerGroup.TRUCK,
    WorkerGroup.TRAFFIC_POLICE,
)
"""The largest groups are one tap away, the others below a fold; in the same place at every door, unlike a keeper's
counters, since visitors know the page from other stations."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@same_origin_only
def checkin(request: HttpRequest, code: str) -> HttpResponse:
    """Asks who is there, or counts them. What is not counted is explained, with the station's facts below."""
    if (station := _find(code)) is None:
        return moved(request, code) or _nowhere(code)
    verdict = judge(station, request.GET.get("k", ""))
    if verdict != "holds":
        status = 200 if request.method != "POST" else 403
        return _page(request, station, {"verdict": verdict}, status=status)
    device, at = device_of(request, COOKIE), timezone.now()
    if sent := checked_in(checkin_key(station, device, at)):
        return _thanks(request, station, sent, device, is_again=True)
    if request.method == "POST":
        return _count(request, station, device, at)
    return _ask(request, station, device, at)


def _find(code: str) -> Station | None:
    shown = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
    station: Station | None = Station.objects.filter(code=code.upper(), status__in=shown).first()
    return station


def _nowhere(code: str) -> NoReturn:
    raise Http404(_("There is no station with the code {code}.").format(code=code))


def device_of(request: HttpRequest, cookie: str) -> str:
    """A random token that stands for the visitor's browser for a day at most, and says nothing about it.

    It comes from the cookie, or else from the form, so that a post repeated before any cookie came counts once, too.
    """
    known = (request.COOKIES.get(cookie, ""), request.POST.get("device", ""))
    return next((token for token in known if TOKEN.fullmatch(token)), "") or secrets.token_urlsafe(16)


def _count(request: HttpRequest, station: Station, device: str, at: datetime) -> HttpResponse:
    try:
        group = WorkerGroup(request.POST.get("group", ""))
    except ValueError:
        return _ask(request, station, device, at, problem=_("Choose what you work as."), status=400)
    if broken := checkin_limit(device=device, station=station.code, address=client_address(request)):
        response = _page(request, station, {"verdict": "refused", "reason": _limit_sentence(broken)}, status=429)
        response["Retry-After"] = str(seconds_left(broken))
        return response
    try:
        entry = check_in(station=station, group=group, device=device, at=at)
    except PortalError as refusal:
        return _page(request, station, {"verdict": "refused", "reason": str(refusal)}, status=403)
    return _thanks(request, station, entry, device, is_again=False)


def _limit_sentence(broken: Limit) -> str:
    if broken.name == CHECKINS_PER_DEVICE.name:
        return _(
            "This phone has checked in {most} times today. Come in all the same; tomorrow it counts again."
        ).format(most=broken.most)
    return _("Too many check-ins came at once. Come in all the same, and try again in a while if you like.")


def _ask(
    request: HttpRequest, station: Station, device: str, at: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    try:
        refuse_unless_in_service(station=station, day=timezone.localdate(at))
    except PortalError as refusal:
        return _page(request, station, {"verdict": "refused", "reason": str(refusal)}, status=status)
    context = {
        "verdict": "holds",
        "problem": problem,
        "device": device,
        "groups": FIRST_GROUPS,
        "other_groups": [group for group in WorkerGroup if group not in FIRST_GROUPS],
    }
    return _page(request, station, context, status=status)


def _thanks(request: HttpRequest, station: Station, entry: VisitEntry, device: str, *, is_again: bool) -> HttpResponse:
    items, code = daily_items(station), daily_code(device, entry.date)
    context = {
        "verdict": "thanks",
        "is_again": is_again,
        "group": WorkerGroup(entry.group).label,
        "total": total_of(station, entry.date),
        "daily_items": items,
        "daily_code": code,
        "daily_qr": qr_svg(_giving_address(station, code)) if items else "",
    }
    response = _page(request, station, context)
    if request.method == "POST":
        _remember(response, device)
    return response


def _giving_address(station: Station, code: str) -> str:
    """Of the keeper's page, with the code filled in: what the staff's own phone opens."""
    page = reverse("admin:my_station", args=[station.code])
    return f"{settings.PUBLIC_URL}{page}?{urlencode({GIVE: code.replace(' ', '')})}#{GIVE}"


def _remember(response: HttpResponse, device: str) -> None:
    """Until midnight, since nothing counts over days: whoever comes tomorrow is nobody we know."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    response.set_cookie(
        COOKIE,
        device,
        max_age=midnight - now,
        path="/s/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _page(request: HttpRequest, station: Station, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    facts = {"station": station, "row": _row(station)}
    return render(request, "checkin.html", facts | context, status=status)


def _row(station: Station) -> Row | None:
    """The station as the list shows it; one that was put on the map this minute has no card yet."""
    cards = list(StationCard.objects.filter(station=station))
    names = {amenity.code: str(amenity) for amenity in Amenity.objects.all()}
    return next(iter(rows_of(cards, names, Criteria(), timezone.now())), None)
