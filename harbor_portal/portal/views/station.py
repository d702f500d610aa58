"""The page of one station: the address to share and to print."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.listing import lineage
from harbor_portal.portal.routes import Route, routes_to
from harbor_portal.portal.structured import structured_data
from harbor_portal.portal.views.home import leaflet_options
from harbor_portal.portal.wording import absent_amenities, amenity_tags, day, entry_advice, open_sentence, seen_sentence
from partners.facets import plates
from partners.models import Programme
from stations.choices import Access, DayKind, Health, StationStatus
from stations.facets import live_of
from stations.hours import OpenState, calendar_around, day_intervals, schedule_now, state_now
from stations.models import CalendarDay, Posting, Schedule, Station

WEEK = 7


@dataclass(frozen=True)
class DayHours:
    """A row of the table of the coming week."""

    date: date
    hours: str
    note: str
    is_today: bool


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def station(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that the public may know of a station, with the answer for this minute on top."""
    found = _find(code)
    at = timezone.now()
    url = settings.PUBLIC_URL + found.get_absolute_url()
    amenities = _amenities(found)
    context = _answer(found, at) | _offer(amenities) | _belonging(found, timezone.localdate(at))
    context |= {
        "station": found,
        "url": url,
        "canonical_path": found.get_absolute_url(),
        "is_gone": found.status == StationStatus.CLOSED,
        "phone_number": re.sub(r"[^\d+].*$", "", found.phone.replace("-", "").replace(" ", "")),
        "advice": entry_advice(found.entry_mode),
        "week": _week(found.schedule, timezone.localdate(at)),
        "checked": day(timezone.localdate(found.verified_at)) if found.verified_at else "",
        "routes": _routes(found),
        "structured_data": structured_data(found, url, [item["name"] for item in amenities if _is_there(item)]),
    }
    return render(request, "station.html", context)


def _answer(found: Station, at: datetime) -> dict[str, Any]:
    """Open or not, until when, why, and how fresh that is."""
    live = _live(found)
    state = _state(found, live, at)
    return {
        "state": state,
        "sentence": open_sentence(state, at, phone=found.phone),
        "reason": state.reason.label,
        "seen": seen_sentence(live, at),
        "map_config": _map_config(found, state),
    }


def _amenities(found: Station) -> list[dict[str, Any]]:
    rows = found.amenities.select_related("amenity").order_by("amenity__order", "amenity__code")
    return [
        {
            "code": item.amenity.code,
            "name": str(item.amenity),
            "access": item.access,
            "health": item.health,
            "note": item.note,
            "due": item.due_back,
        }
        for item in rows
    ]


def _offer(amenities: list[dict[str, Any]]) -> dict[str, Any]:
    names = {item["code"]: item["name"] for item in amenities}
    return {
        "tags": amenity_tags(amenities, names),
        "absent": absent_amenities(amenities, names),
        "remarks": [item for item in amenities if item["access"] != Access.NONE and (item["note"] or item["due"])],
    }


def _belonging(found: Station, today: date) -> dict[str, Any]:
    """Who runs it, where it is, under which names it is known."""
    posting = Posting.objects.filter(station=found).on(today).select_related("division", "operator").first()
    return {
        "operator": posting.operator if posting else None,
        "division_path": lineage(posting.division if posting else None),
        "plates": _plates(found),
    }


def _find(code: str) -> Station:
    """Drafts are nobody's business; a station closed for good keeps its page, which says so."""
    shown = (StationStatus.PUBLISHED, StationStatus.SUSPENDED, StationStatus.CLOSED)
    found: Station | None = (
        Station.objects.filter(code=code.upper(), status__in=shown).select_related("schedule").first()
    )
    if found is None:
        raise Http404(_("There is no station with the code {code}.").format(code=code))
    return found


def _live(found: Station) -> dict[str, datetime | None]:
    moments = live_of([found.pk])[found.pk]
    return {key: datetime.fromisoformat(value) if value else None for key, value in moments.items()}


def _state(found: Station, live: dict[str, datetime | None], at: datetime) -> OpenState:
    return state_now(
        schedule_now(found.schedule, at, calendar_around(at)),
        at,
        suspended_through=_suspended_through(found, timezone.localdate(at)),
        opened_at=live.get("opened_at"),
        closed_at=live.get("closed_at"),
        seen_at=live.get("seen_at"),
        reported_closed_at=live.get("reported_closed_at"),
    )


def _suspended_through(found: Station, today: date) -> date | None:
    if found.suspended_from is None or found.suspended_from > today:
        return None
    return found.suspended_until or date.max


def _week(schedule: Schedule | None, today: date) -> list[DayHours]:
    if schedule is None:
        return []
    last = today + timedelta(days=WEEK - 1)
    holidays = {item.date: item for item in CalendarDay.objects.filter(date__range=(today, last))}
    # A make-up day takes the hours of a neighbouring weekday, which needs no calendar of its own.
    calendar = {item.date: DayKind(item.kind) for item in holidays.values()}
    return [
        DayHours(
            date=date_,
            hours=_hours_text(schedule, date_, calendar),
            note=f"{holidays[date_].name} ({holidays[date_].get_kind_display()})" if date_ in holidays else "",
            is_today=date_ == today,
        )
        for date_ in (today + timedelta(days=offset) for offset in range(WEEK))
    ]


def _hours_text(schedule: Schedule, date_: date, calendar: dict[date, DayKind]) -> str:
    found = day_intervals(schedule.opening_hours, schedule.calendar_policy, date_, calendar)
    if not found:
        return _("Closed")
    if [(item.start, item.end, item.state) for item in found] == [(0, 1440, "open")]:
        return _("Open 24 hours")
    return ", ".join(_interval_text(item.start, item.end, item.state) for item in found)


def _interval_text(start: int, end: int, state: str) -> str:
    if state == "unknown" and (start, end) == (0, 1440):
        return _("Hours unknown")
    span = f"{_clock(start)}–{_clock(end)}"
    return _("{hours} (not certain)").format(hours=span) if state == "unknown" else span


def _clock(minute: int) -> str:
    text = f"{minute // 60 % 24:02}:{minute % 60:02}" if minute != 1440 else "24:00"
    return _("{time} the next day").format(time=text) if minute > 1440 else text


def _plates(found: Station) -> list[dict[str, str]]:
    hanging = plates([found.pk]).get(found.pk, [])
    names = {programme.code: str(programme) for programme in Programme.objects.all()}
    return [{"name": names[plate["programme"]], "number": plate["number"]} for plate in hanging]


def _routes(found: Station) -> list[Route]:
    if found.longitude is None or found.latitude is None or found.status == StationStatus.CLOSED:
        return []
    return routes_to(found.name, found.longitude, found.latitude)


def _is_there(item: dict[str, Any]) -> bool:
    return bool(item["access"] != Access.NONE and item["health"] == Health.OK)


def _map_config(found: Station, state: OpenState) -> dict[str, Any]:
    return {
        "leaflet": leaflet_options(),
        "place": [found.latitude, found.longitude],
        "name": found.name,
        "state": state.state,
        "map_name": _("Map with this station"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
    }
