"""The page of one station: the address to share and to print."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.lib.phones import dialled
from harbor_portal.lib.qr import qr_svg
from harbor_portal.portal.activity_words import line_of
from harbor_portal.portal.calendar import coming_at
from harbor_portal.portal.cards import portal_card
from harbor_portal.portal.given_out import given_out
from harbor_portal.portal.listing import lineage
from harbor_portal.portal.nearby import open_nearby
from harbor_portal.portal.offer import Offer, offer_of
from harbor_portal.portal.routes import Route, routes_to
from harbor_portal.portal.structured import Facts, OpeningDays, structured_data
from harbor_portal.portal.texts import locale_tag
from harbor_portal.portal.told import stories_of
from harbor_portal.portal.views.home import leaflet_options
from harbor_portal.portal.warnings import warnings_for
from harbor_portal.portal.wording import checked_by_staff, day, entry_advice, moment, open_sentence, seen_sentence
from partners.co_built import co_builders
from partners.facets import plates, specials_of
from partners.models import Partner, Programme
from reports.facets import shown_stars
from services.online import nearby_services
from stations.alerts import alerts_now, alerts_over
from stations.choices import DayKind, OpenReason, StationStatus
from stations.exceptions import plan_of
from stations.facets import live_of
from stations.freshness import checked_at
from stations.hours import OpenState, calendar_around, calendar_between, plan_now, state_now
from stations.models import Amenity, CalendarDay, Photo, Posting, Station
from stations.moved import moved
from stations.plans import Plan

WEEK = 7
WORD_JOINER = "\u2060"
"""Where a line must not break, although nothing is to be seen there."""
SHOWN_SERVICES = 3
AHEAD = 35
"""How many days ahead search engines are told the hours of: the window of the published map."""


@dataclass(frozen=True)
class DayHours:
    """A row of the table of the coming week."""

    date: date
    hours: str
    note: str
    is_today: bool


@conditional_page
@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def station(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that the public may know of a station, with the answer for this minute on top."""
    found = _find(code)
    if found.merged_into_id and (elsewhere := moved(request, code)):
        return elsewhere
    at = timezone.now()
    context = _place(found, at)
    if found.status == StationStatus.CLOSED:
        return render(request, "station_gone.html", context, status=HTTPStatus.GONE)
    lowest = context["division_path"][-1].code if context["division_path"] else ""
    prefix = context["division_path"][-1].prefix if context["division_path"] else ""
    offer, photos = offer_of(found, alerts_over(lowest, alerts_now(at))), list(found.photos.in_order())
    plan = plan_of(found, context["operator"], timezone.localdate(at))
    context |= _answer(found, plan, at) | _facts(found, plan, timezone.localdate(at))
    context |= warnings_for(lowest, at)
    context |= {
        "offer": offer,
        "online": nearby_services(prefix, timezone.localdate(at), SHOWN_SERVICES),
        "online_place": lowest,
        "photos": photos,
        "summary": _summary(found, offer),
        "card": _card(found, photos),
        "co_builders": _co_builders(found, context, timezone.localdate(at)),
        "og_locale": locale_tag().replace("-", "_"),
        "checked": checked_by_staff(checked_at(found), at),
        "qr": qr_svg(context["url"]),
        **stories_of(found),
        "activities": [line_of(row, at, stations=[found]) for row in coming_at(found, at)],
        "structured_data": structured_data(
            found,
            context["url"],
            Facts(offer.features, photos, context["division_path"], _opening_days(found, plan, timezone.localdate(at))),
        ),
    }
    return render(request, "station.html", context)


def _place(found: Station, at: datetime) -> dict[str, Any]:
    """Which station it is, and what is around it."""
    lines = ("division", "operator", "supervisor")
    posting = Posting.objects.filter(station=found).on(timezone.localdate(at)).select_related(*lines).first()
    names = {amenity.code: str(amenity) for amenity in Amenity.objects.all()}
    return {
        "station": found,
        "at": at,
        "url": settings.PUBLIC_URL + found.get_absolute_url(),
        "canonical_path": found.get_absolute_url(),
        "operator": posting.operator if posting else None,
        "supervisor": posting.supervisor if posting else None,
        "division_path": lineage(posting.division if posting else None),
        "neighbours": open_nearby(found, names, at),
    }


def _answer(found: Station, plan: Plan | None, at: datetime) -> dict[str, Any]:
    """Open or not, until when, why, and how fresh that is."""
    moments = live_of([found.pk])[found.pk]
    supplies = moments.pop("supplies", {})
    live = {key: datetime.fromisoformat(value) if value else None for key, value in moments.items()}
    state = _state(found, plan, live, at)
    return {
        "state": state,
        "sentence": open_sentence(state, at, phone=found.phone),
        "reason": state.note or state.reason.label,
        "afterwards": _afterwards(found, plan, state, at),
        "announced": _announced(found, timezone.localdate(at)),
        "seen": seen_sentence(live, at),
        "given_out": given_out(supplies, at),
        "map_config": _map_config(found, state),
    }


def _afterwards(found: Station, plan: Plan | None, state: OpenState, at: datetime) -> str:
    """What comes after the next change: back after lunch, or how long it will be open then."""
    if state.until is None or state.reason == OpenReason.SUSPENDED:
        return ""
    then = _state(found, plan, {}, state.until)
    if then.until is None:
        return ""
    match state.state, then.state:
        case "open", "closed" if _state(found, plan, {}, then.until).state == "open":
            return _("Opens again {time}").format(time=moment(then.until, at))
        case "closed", "open":
            return _("Then open until {time}").format(time=moment(then.until, state.until))
        case _:
            return ""


def _facts(found: Station, plan: Plan | None, today: date) -> dict[str, Any]:
    """How to get there and in, when, and under which names it is known."""
    return {
        "routes": _routes(found),
        "phone_number": dialled(found.phone),
        "advice": entry_advice(found.entry_mode),
        "week": _suspended_days(_week(plan, today), found),
        "plates": _plates(found),
        "honours": found.honours.in_force(today).in_order(),
        "specials": specials_of(found, today),
        "stars": shown_stars(found, today),
    }


def _summary(found: Station, offer: Offer) -> str:
    """What a search engine or a chat shows below the name; nothing in it changes by the hour."""
    things = _(", ").join(item.name for item in offer.there if item.kind != "broken")
    return " · ".join(part for part in (found.address, things) if part)


def _card(found: Station, photos: list[Photo]) -> dict[str, Any]:
    """The picture beside a shared link: the first photo, or the portal's own card."""
    if photos:
        first = photos[0]
        url, alt = settings.PUBLIC_URL + first.url, first.caption or found.name
        return {"url": url, "width": first.width, "height": first.height, "alt": alt}
    return portal_card()


def _opening_days(found: Station, plan: Plan | None, today: date) -> OpeningDays | None:
    """An ordinary week, and the weeks ahead as they will be."""
    if plan is None:
        return None
    usual = replace(plan, dated=())
    days = [today + timedelta(days=offset) for offset in range(AHEAD)]
    calendar = calendar_between(days[0], days[-1])
    monday = today - timedelta(days=today.weekday())
    return OpeningDays(
        ordinary=[usual.intervals(monday + timedelta(days=weekday), {}) for weekday in range(WEEK)],
        coming={day: [] if found.is_suspended_on(day) else plan.intervals(day, calendar) for day in days},
    )


def _find(code: str) -> Station:
    """Drafts are nobody's business; a station closed for good keeps its page, which says so."""
    shown = (StationStatus.PUBLISHED, StationStatus.SUSPENDED, StationStatus.CLOSED)
    found: Station | None = (
        Station.objects.filter(code=code.upper(), status__in=shown).select_related("schedule", "freshness").first()
    )
    if found is None:
        raise Http404(_("There is no station with the code {code}.").format(code=code))
    return found


def _state(found: Station, plan: Plan | None, live: dict[str, datetime | None], at: datetime) -> OpenState:
    return state_now(
        plan_now(plan, at, calendar_around(at)),
        at,
        suspended_from=found.suspended_from,
        suspended_through=found.suspended_through,
        opened_at=live.get("opened_at"),
        closed_at=live.get("closed_at"),
        seen_at=live.get("seen_at"),
        reported_closed_at=live.get("reported_closed_at"),
    )


def _week(plan: Plan | None, today: date) -> list[DayHours]:
    if plan is None:
        return []
    last = today + timedelta(days=WEEK - 1)
    holidays = {item.date: item for item in CalendarDay.objects.filter(date__range=(today, last))}
    # A make-up day takes the hours of a neighbouring weekday, which needs no calendar of its own.
    calendar = {item.date: DayKind(item.kind) for item in holidays.values()}
    return [
        DayHours(
            date=date_,
            hours=_hours_text(plan, date_, calendar),
            note=_note(plan, holidays.get(date_), date_),
            is_today=date_ == today,
        )
        for date_ in (today + timedelta(days=offset) for offset in range(WEEK))
    ]


def _suspended_days(week: list[DayHours], found: Station) -> list[DayHours]:
    """The week with the days on which the station rests, whatever its hours say."""
    return [replace(row, hours=_("Suspended")) if found.is_suspended_on(row.date) else row for row in week]


def _announced(found: Station, today: date) -> str:
    """A suspension that is still to come."""
    first, last = found.suspended_from, found.suspended_until
    if first is None or first <= today:
        return ""
    days = (
        _("Will be suspended from {first} to {last}").format(first=day(first), last=day(last))
        if last
        else _("Will be suspended from {first} on, until further notice").format(first=day(first))
    )
    return f"{days} · {found.suspended_reason}" if found.suspended_reason else days


def _note(plan: Plan, holiday: CalendarDay | None, date_: date) -> str:
    """The words of an exception, which may well name the holiday; else the holiday."""
    if exception := plan.exception_on(date_):
        return exception.reason
    return f"{holiday.name} ({holiday.get_kind_display()})" if holiday else ""


def _hours_text(plan: Plan, date_: date, calendar: dict[date, DayKind]) -> str:
    found = plan.intervals(date_, calendar)
    if not found:
        return _("Closed")
    if [(item.start, item.end, item.state) for item in found] == [(0, 1440, "open")]:
        return _("Open 24 hours")
    return ", ".join(_interval_text(item.start, item.end, item.state) for item in found)


def _interval_text(start: int, end: int, state: str) -> str:
    if state == "unknown" and (start, end) == (0, 1440):
        return _("Hours unknown")
    span = f"{_clock(start)}–{WORD_JOINER}{_clock(end)}"
    return _("{hours} (not certain)").format(hours=span) if state == "unknown" else span


def _clock(minute: int) -> str:
    text = f"{minute // 60 % 24:02}:{minute % 60:02}" if minute != 1440 else "24:00"
    return _("{time} the next day").format(time=text) if minute > 1440 else text


def _co_builders(found: Station, place: dict[str, Any], today: date) -> list[Partner]:
    units = [unit for unit in (place["operator"], place["supervisor"]) if unit]
    return co_builders(found, units, today)


def _plates(found: Station) -> list[dict[str, str]]:
    hanging = plates([found.pk]).get(found.pk, [])
    programmes = {programme.code: programme for programme in Programme.objects.all()} if hanging else {}
    return [
        {
            "name": str(programmes[plate["programme"]]),
            "address": programmes[plate["programme"]].get_absolute_url(),
            "colour": programmes[plate["programme"]].colour,
            "number": plate["number"],
        }
        for plate in hanging
    ]


def _routes(found: Station) -> list[Route]:
    if found.longitude is None or found.latitude is None:
        return []
    return routes_to(found.name, found.longitude, found.latitude)


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
