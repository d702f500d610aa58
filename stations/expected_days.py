"""Whether a station was to be open on the days of a month: by its hours, the calendar, exceptions and suspensions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from stations.choices import CalendarPolicy, DayKind
from stations.exceptions import dated_hours
from stations.models import CalendarDay, Posting, Station
from stations.models.schedules import plan_with
from stations.plans import ONE_DAY, Plan

SUSPENSION = ("suspended_from", "suspended_until", "suspended_reason")


@dataclass(frozen=True)
class Expected:
    """`why` says what makes the day differ from its weekday, "" if nothing does. Without hours nothing is known."""

    kind: Literal["open", "closed", "suspended", "unknown"]
    why: str = ""


@dataclass(frozen=True)
class Suspension:
    first: date
    last: date
    reason: str


def expected_days(station: Station, month: Month) -> dict[date, Expected]:
    """Each day of the month. The hours are those of today; who ran the station, and when it rested, is known by date.

    A constant number of queries, and two for each posting in the month.
    """
    calendar = {day.date: day for day in CalendarDay.objects.filter(date__range=(month.first, month.last))}
    suspensions = list(_suspensions(station))
    postings = Posting.objects.filter(station=station, since__lte=month.last).exclude(until__lt=month.first)
    plans = [(posting, _plan(station, posting, month)) for posting in postings.select_related("operator")]
    found: dict[date, Expected] = {}
    for day in month.days():
        plan = next((plan for one, plan in plans if one.since <= day and (one.until is None or day <= one.until)), None)
        rest = next((one for one in suspensions if one.first <= day <= one.last), None)
        found[day] = Expected("suspended", rest.reason) if rest else _planned(plan, day, calendar)
    return found


def _plan(station: Station, posting: Posting, month: Month) -> Plan:
    path = posting.operator.path if posting.operator else ""
    return plan_with(station.schedule, dated_hours({station.pk: path}, month.first)[station.pk])


def _planned(plan: Plan | None, day: date, calendar: Mapping[date, CalendarDay]) -> Expected:
    if plan is None:
        return Expected("unknown")
    kinds = {one: DayKind(known.kind) for one, known in calendar.items()}
    states = {item.state for item in plan.intervals(day, kinds)}
    kind: Literal["open", "closed", "unknown"] = "closed" if not states else "open" if "open" in states else "unknown"
    if exception := plan.exception_on(day):
        return Expected(kind, exception.reason)
    if day not in calendar or not plan.opening_hours or plan.policy == CalendarPolicy.EVERY_DAY:
        return Expected(kind)
    if calendar[day].kind == DayKind.MAKEUP:
        return Expected(kind, _("Make-up workday") if plan.policy == CalendarPolicy.STATUTORY else "")
    return Expected(kind, calendar[day].name)


def _suspensions(station: Station) -> Iterator[Suspension]:
    """The one that the station has, and those that ended: of these only the history still knows."""
    versions = station.history.order_by("history_date", "history_id")
    yield from _ended(versions.values_list("history_date", *SUSPENSION))
    if station.suspended_from:
        yield Suspension(station.suspended_from, station.suspended_until or date.max, station.suspended_reason)


def _ended(versions: Iterable[tuple[datetime, date | None, date | None, str]]) -> Iterator[Suspension]:
    """What each version said held until the day before the next one was written."""
    before: Suspension | None = None
    for at, since, until, reason in versions:
        if before:
            yield Suspension(before.first, min(before.last, timezone.localdate(at) - ONE_DAY), before.reason)
        before = Suspension(since, until or date.max, reason) if since else None
