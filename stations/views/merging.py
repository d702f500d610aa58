"""One place that stands twice: both stations beside each other, what would go along, and one button."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from harbor_portal.lib.errors import PortalError, Refused
from stations.actions.merging import (
    FAR_M,
    MOST_REASON,
    Pair,
    merge_stations,
    preview_merge,
    tell_apart,
)
from stations.asked_by import user_of
from stations.codes import WELL_FORMED
from stations.merging import Line
from stations.models import PossibleDuplicate, Station, StationCard
from stations.policies import refuse_unless_may_edit
from stations.side_by_side import facts_of, fingerprint

SHOWN_NEAR = 8


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """`?duplicate=` and `?into=` are the codes of the two; without the second one it is asked for."""
    duplicate = _editable(request, "duplicate")
    if not request.GET.get("into"):
        return _pick(request, duplicate)
    code = request.GET["into"].strip().upper()
    if not (WELL_FORMED.fullmatch(code) and _seen(request).filter(code=code).exists()):
        return _pick(request, duplicate, problem=_("None of your stations has this code."))
    pair = Pair(duplicate, _editable(request, "into"))
    if request.method == "POST":
        return _merged(request, pair)
    return _compare(request, pair)


@never_cache
@require_POST
def apart(request: HttpRequest) -> HttpResponse:
    """These are two places, and nobody need look again."""
    first, second = _editable(request, "duplicate"), _editable(request, "into")
    try:
        tell_apart(first=first, second=second, by=user_of(request))
    except PortalError as error:
        messages.error(request, str(error))
    else:
        names = {"first": first, "second": second}
        messages.success(request, _("Noted: “%(first)s” and “%(second)s” are two places.") % names)
    return redirect("admin:stations_possibleduplicate_changelist")


def merge_address(duplicate: Station, into: Station) -> str:
    query = urlencode({"duplicate": duplicate.code, "into": into.code})
    return f"{reverse('admin:merge_stations')}?{query}"


def _seen(request: HttpRequest) -> QuerySet[Station]:
    seen: QuerySet[Station] = Station.objects.visible_to(user_of(request)).select_related("schedule")
    return seen


def _editable(request: HttpRequest, parameter: str) -> Station:
    """What the person cannot see is not there; what they see but may not change is refused."""
    code = request.GET.get(parameter, "").strip().upper()
    station: Station = get_object_or_404(_seen(request), code=code if WELL_FORMED.fullmatch(code) else "")
    try:
        refuse_unless_may_edit(user_of(request), station)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return station


def _pick(request: HttpRequest, duplicate: Station, problem: str = "") -> HttpResponse:
    """Which one stays: what lies nearest comes first."""
    context = {
        "title": _("Merge with another station"),
        "station": duplicate,
        "near": _near(request, duplicate),
        "problem": problem,
        "typed": request.GET.get("into", ""),
    }
    return _page(request, "pick", context)


def _near(request: HttpRequest, station: Station) -> list[Pair]:
    if station.longitude is None or station.latitude is None:
        return []
    cards = StationCard.objects.filter(station__in=_seen(request).values("pk")).exclude(pk=station.pk)
    near = cards.near(station.longitude, station.latitude).select_related("station")[:SHOWN_NEAR]
    pairs = [Pair(station, card.station) for card in near]
    return [pair for pair in pairs if not pair.is_far]


def _merged(request: HttpRequest, pair: Pair) -> HttpResponse:
    if request.POST.get("seen") != fingerprint(facts_of(pair.into, pair.duplicate, timezone.localdate())):
        problem = _("One of the two was changed meanwhile. Look at both again, then merge them.")
        return _compare(request, pair, problem=problem, status=409)
    try:
        merge_stations(
            duplicate=pair.duplicate,
            into=pair.into,
            reason=request.POST.get("reason", "").replace("\0", ""),
            by=user_of(request),
            taking=request.POST.getlist("taking"),
            is_far_confirmed="far" in request.POST,
        )
    except PortalError as error:
        return _compare(request, pair, problem=str(error), status=400)
    names = {"duplicate": pair.duplicate, "code": pair.duplicate.code, "into": pair.into}
    messages.success(
        request, _("“%(duplicate)s” is merged into “%(into)s”. The code %(code)s leads there from now on.") % names
    )
    return redirect("admin:stations_station_change", pair.into.pk)


def _compare(request: HttpRequest, pair: Pair, problem: str = "", status: int = 200) -> HttpResponse:
    facts = list(facts_of(pair.into, pair.duplicate, timezone.localdate()))
    lines: list[Line] = []
    refusal = ""
    try:
        lines = preview_merge(duplicate=pair.duplicate, into=pair.into, by=user_of(request))
    except PortalError as error:
        refusal = str(error)
    told_apart = PossibleDuplicate.objects.told_apart().filter(
        first=min(pair.duplicate.pk, pair.into.pk), second=max(pair.duplicate.pk, pair.into.pk)
    )
    context = {
        "title": _("Merge two stations"),
        "pair": pair,
        "facts": facts,
        "seen": fingerprint(facts),
        "moving": [line for line in lines if not line.stays],
        "staying": [line for line in lines if line.stays],
        "refusal": refusal,
        "problem": problem,
        "swapped": merge_address(pair.into, pair.duplicate),
        "told_apart": told_apart.select_related("told_apart_by").first(),
        "taken": request.POST.getlist("taking") if request.method == "POST" else None,
        "reason": request.POST.get("reason", ""),
        "most_reason": MOST_REASON,
        "far": FAR_M,
    }
    return _page(request, "compare", context, status=status)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Station._meta} | context
    return render(request, f"admin/stations/merging/{name}.html", context, status=status)
