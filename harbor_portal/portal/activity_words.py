"""What the public pages say of an activity: when, where, and whether there is a place left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.activity_choices import ActivityStatus
from services.models import Activity
from stations.models import Station


@dataclass(frozen=True)
class Line:
    """An activity as a list shows it."""

    activity: Activity
    clock: str
    where: str
    places: str

    @property
    def is_cancelled(self) -> bool:
        return self.activity.status == ActivityStatus.CANCELLED


def line_of(activity: Activity, at: datetime, *, stations: Sequence[Station]) -> Line:
    return Line(activity, clock_of(activity), names_of(activity, stations), places_of(activity, at))


def clock_of(activity: Activity) -> str:
    """From when to when; with the day of the end where it is another one."""
    start, end = timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at)
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    day = formats.date_format(end, "MONTH_DAY_FORMAT")
    return _("{start} until {day} {end}").format(start=f"{start:%H:%M}", day=day, end=f"{end:%H:%M}")


def names_of(activity: Activity, stations: Sequence[Station]) -> str:
    """Where, in a few words."""
    if not stations:
        return activity.place
    more = len(stations) - 1
    name = stations[0].name
    return ngettext("{name} and {n} other", "{name} and {n} others", more).format(name=name, n=more) if more else name


def where_of(activity: Activity, stations: Sequence[Station]) -> str:
    """Where, for whoever has to get there."""
    places = [f"{station.name} · {station.address}" for station in stations[:1]]
    return " · ".join(part for part in (*places, activity.place) if part)


def places_of(activity: Activity, at: datetime) -> str:
    """Whether somebody can still sign up; "" where nobody needs to."""
    if not activity.takes_sign_ups or activity.status != ActivityStatus.PLANNED or at >= activity.starts_at:
        return ""
    if at >= (activity.sign_up_until or activity.starts_at):
        return _("Sign-up has ended")
    if activity.capacity is None:
        return _("Please sign up")
    free = activity.capacity - activity.booked_count
    if free <= 0:
        return _("Full, waiting list")
    return ngettext("{n} place left", "{n} places left", free).format(n=free)
