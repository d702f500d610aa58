"""Activities for the calendars of phones and offices: iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from harbor_portal.portal.activity_words import where_of
from harbor_portal.portal.calendar import midnight_before, running_of
from services.activity_choices import ActivityStatus
from services.models import Activity

MOST = 500
"""Activities in one feed, the next ones first."""
PAST = timedelta(days=30)
"""So long what is over stays in a feed, so that it does not vanish from a calendar the day after."""
REFRESH = timedelta(hours=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"


def feed_rows(rows: Any, at: datetime) -> list[Activity]:
    """What a feed holds of these activities: what is on and what comes, cancelled ones with their word.

    What room there is left is for the last weeks, which of a large division would fill it alone. Three queries.
    """
    midnight = midnight_before(at)
    running = list(running_of(rows, at))
    coming = list(rows.filter(starts_at__gte=midnight).order_by("starts_at", "pk")[: MOST - len(running)])
    past = rows.filter(starts_at__gte=at - PAST, starts_at__lt=midnight).exclude(pk__in=[row.pk for row in running])
    before = list(past.order_by("-starts_at", "-pk")[: MOST - len(running) - len(coming)])
    return [*reversed(before), *running, *coming]


def calendar_response(name: str, activities: Iterable[Activity], file: str, at: datetime) -> HttpResponse:
    name = " ".join(name.split())  # a property that the library does not know as text would end at a line's end
    calendar = Calendar()
    calendar.add("prodid", "-//Harbor Portal//Activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for activity in activities:
        calendar.add_component(_event(activity, at))
    response = HttpResponse(calendar.to_ical(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{file}.ics"'
    return response


def _event(activity: Activity, at: datetime) -> Event:
    url = settings.PUBLIC_URL + activity.get_absolute_url()
    is_cancelled = activity.status == ActivityStatus.CANCELLED
    event = Event()
    event.add("uid", f"{activity.code}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", at)
    event.add("dtstart", activity.starts_at.astimezone(UTC))
    event.add("dtend", activity.ends_at.astimezone(UTC))
    event.add("summary", _("Cancelled: %(title)s") % {"title": activity} if is_cancelled else str(activity))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("categories", [str(activity.get_kind_display())])
    event.add("url", url)
    stations = list(activity.stations.all())
    if where := where_of(activity, stations):
        event.add("location", where)
    if stations and stations[0].latitude is not None:
        event.add("geo", (stations[0].latitude, stations[0].longitude))
    words = [activity.notice, activity.description, str(activity.organiser), url]
    event.add("description", "\n".join(word for word in words if word))
    return event
