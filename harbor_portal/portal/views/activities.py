"""The public calendar of activities, the page of each, and both for other calendars."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.activity_words import Line, clock_of, line_of, places_of, where_of
from harbor_portal.portal.calendar import SHOWN, Asked, filtered, from_day, page_of, with_places
from harbor_portal.portal.cards import portal_card
from harbor_portal.portal.feeds import calendar_response, feed_rows
from harbor_portal.portal.listing import lineage
from harbor_portal.portal.structured_events import event_data
from harbor_portal.portal.texts import locale_tag
from services.activity_choices import ActivityKind, ActivityStatus
from services.models import Activity
from stations.codes import read_code
from stations.models import Division, Station
from stations.moved import moved

MOST_DATES = 6
"""Further dates of a series that its page names."""


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def activities(request: HttpRequest) -> HttpResponse:
    """What comes, day by day; or from another day on, of a kind, in a division, at a station."""
    at = timezone.now()
    asked = Asked.read(request.GET, timezone.localdate(at))
    page = page_of(asked, at)
    path = lineage(asked.division)
    context = {
        "asked": asked,
        "kinds": ActivityKind.choices,
        "path": path,
        "divisions": list(Division.objects.filter(parent=asked.division).order_by("code")),
        "running": _lines(page.running, at),
        "days": [(day, _lines(rows, at)) for day, rows in page.days],
        "following": page.following,
        "is_empty": page.is_empty,
        "feed": _feed(asked),
        "without_station": asked.query(station=""),
        "canonical_path": reverse("activities"),
    }
    return render(request, "activities.html", context)


def _lines(rows: Iterable[Activity], at: datetime) -> list[Line]:
    """Their places are in hand."""
    return [line_of(row, at, stations=list(row.stations.all())) for row in rows]


def _feed(asked: Asked) -> str:
    """The address under which a calendar subscribes to the same."""
    station = asked.station
    address = reverse("station_feed", args=[station.code]) if station else reverse("activities_feed")
    query = asked.query(station="")
    return f"{address}?{query}" if query else address


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def activity(request: HttpRequest, code: str) -> HttpResponse:
    """One activity: the address to share, before and after."""
    found = find_activity(code)
    if found.code != code:
        return redirect(found, permanent=True)
    at = timezone.now()
    stations = list(found.stations.all())
    photos = list(found.photos.order_by("pk"))
    url = settings.PUBLIC_URL + found.get_absolute_url()
    context = {
        "activity": found,
        "stations": stations,
        "clock": clock_of(found),
        "where": where_of(found, stations),
        "places": places_of(found, at),
        "takes_sign_ups": takes_sign_ups(found, at),
        "is_over": at >= found.ends_at,
        "journeys": _journeys(found),
        "photos": photos,
        "partners": list(found.partners.filter(is_public=True).order_by("pk")),
        "others": _other_dates(found, at),
        "url": url,
        "canonical_path": found.get_absolute_url(),
        "summary": " · ".join(part for part in (clock_of(found), where_of(found, stations)) if part),
        "card": _card(found, photos),
        "og_locale": locale_tag().replace("-", "_"),
        "structured_data": event_data(found, url, stations, photos),
    }
    return render(request, "activity.html", context)


def find_activity(code: str) -> Activity:
    """What is for members alone has no public page."""
    try:
        spelt = read_code(code)
    except ValueError:
        spelt = ""
    rows = with_places(Activity.objects.all().public())
    found: Activity | None = rows.filter(code=spelt).first()
    if found is None:
        raise Http404(_("There is no activity with the code {code}.").format(code=code))
    return found


def takes_sign_ups(found: Activity, at: datetime) -> bool:
    is_planned = found.takes_sign_ups and found.status == ActivityStatus.PLANNED
    return is_planned and at < (found.sign_up_until or found.starts_at)


def _journeys(found: Activity) -> list[Any]:
    rows = found.journeys.order_by("departs_at", "pk")
    return list(rows.prefetch_related("stops"))


def _other_dates(found: Activity, at: datetime) -> list[Activity]:
    """The next dates of its series. One query, none where it is single and nothing names it."""
    head = found.series_id or found.pk
    rows = Activity.objects.filter(series=head) | Activity.objects.filter(pk=head)
    coming = rows.filter(is_public=True, status=ActivityStatus.PLANNED, starts_at__gt=at).exclude(pk=found.pk)
    return list(coming.order_by("starts_at", "pk")[:MOST_DATES])


def _card(found: Activity, photos: list[Any]) -> dict[str, Any]:
    """The picture beside a shared link: the first photo, or the portal's own card."""
    if photos:
        first = photos[0]
        alt = first.caption or str(found)
        return {"url": settings.PUBLIC_URL + first.url, "width": first.width, "height": first.height, "alt": alt}
    return portal_card()


@require_safe
@cache_control(public=True, max_age=900)
def activity_feed(_request: HttpRequest, code: str) -> HttpResponse:
    """One activity for one's own calendar."""
    found = find_activity(code)
    return calendar_response(str(found), [found], found.code, timezone.now())


@require_safe
@cache_control(public=True, max_age=900)
def activities_feed(request: HttpRequest) -> HttpResponse:
    """Everything that comes; or what comes in a division, of a kind, from a day on, as in the calendar."""
    at = timezone.now()
    asked = replace(Asked.read(request.GET, timezone.localdate(at)), station=None)
    if request.GET.get("division", "").replace("\0", "") and asked.division is None:
        raise Http404
    name = _("Activities in {name}").format(name=asked.division) if asked.division else _("Activities")
    return _feed_of(asked, name, asked.division.code if asked.division else "all", at)


@require_safe
@cache_control(public=True, max_age=900)
def station_feed(request: HttpRequest, code: str) -> HttpResponse:
    """What comes at one station."""
    if elsewhere := moved(request, code):
        return elsewhere
    station = get_object_or_404(Station, code=code.upper(), status__in=SHOWN)
    at = timezone.now()
    asked = replace(Asked.read(request.GET, timezone.localdate(at)), station=station)
    return _feed_of(asked, _("Activities: {name}").format(name=station), station.code, at)


def _feed_of(asked: Asked, name: str, of: str, at: datetime) -> HttpResponse:
    rows = filtered(asked)
    if asked.kind:
        name = f"{name} · {ActivityKind(asked.kind).label}"
    if not asked.is_today:
        rows = from_day(rows, asked.since)
    file = "-".join(part for part in ("activities", of, asked.kind) if part)
    return calendar_response(name, feed_rows(rows, at), file, at)
