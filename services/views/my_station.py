"""My station: a keeper's day on one page, made for a phone in one hand."""

import re
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import EARLIEST, LATEST
from services.choices import Method, WorkerGroup
from services.daily_codes import GIVE, read_code
from services.kept import kept_by
from services.my_day import MyDay
from services.querysets import LATE_DAYS
from stations.asked_by import user_of
from stations.models import Station
from stations.moved import code_that_stays, moved
from stations.policies import refuse_unless_may_record


@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The stations that one keeps; with a single one, straight to it."""
    stations = kept_by(user_of(request), timezone.localdate())
    if len(stations) == 1:
        return redirect("admin:my_station", stations[0].station.code)
    return _page(request, "admin/my_station/choose.html", title=_("My stations"), kept_stations=stations)


@never_cache
@require_safe
def today(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, code, timezone.localdate())


@never_cache
@require_safe
def on_day(request: HttpRequest, code: str, day: str) -> HttpResponse:
    return _show(request, code, day_of(day))


def station_of(request: HttpRequest, code: str) -> Station:
    """What the person cannot see is not there; what they see but do not keep is refused.

    What a phone still holds for a station that was merged meanwhile is recorded at the one that stays.
    """
    seen = Station.objects.visible_to(user_of(request))
    station: Station | None = seen.filter(code=code, merged_into=None).first()
    if station is None:
        station = get_object_or_404(seen, code=code_that_stays(code) or code)
    try:
        refuse_unless_may_record(user_of(request), station)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return station


def day_of(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST.first <= day <= LATEST.last:
        raise Http404
    return day


def day_context(request: HttpRequest, station: Station, day: date) -> dict[str, Any]:
    """What the page and its live part are drawn from."""
    mine = MyDay(station, day, user_of(request), timezone.now(), hour_chosen(request))
    return {"mine": mine, "methods": Method.choices, "groups": WorkerGroup.choices, "late_days": LATE_DAYS}


def hour_chosen(request: HttpRequest) -> int | None:
    text = request.GET.get("hour", "")
    return int(text) if re.fullmatch(r"[01]?[0-9]|2[0-3]", text) else None


def _show(request: HttpRequest, code: str, day: date) -> HttpResponse:
    station = station_of(request, code)
    if station.code != code and (elsewhere := moved(request, code)):
        return elsewhere
    if day > timezone.localdate():
        raise Http404
    context = day_context(request, station, day) | _scanned(request, day)
    return _page(request, "admin/my_station/day.html", title=station.name, **context)


def _scanned(request: HttpRequest, day: date) -> dict[str, Any]:
    """The code of the day that somebody's phone showed to the one who looks at this page."""
    text = request.GET.get(GIVE, "")
    return {"is_giving": bool(text), "given_code": read_code(text, day) or ""}


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, admin.site.each_context(request) | context)
