"""Whether a station was to be open on the days of a month: by its hours, the calendar, exceptions and suspensions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from stations.choices import CalendarPolicy, DayKind, StationStatus
from stations.exceptions import dated_hours
from stations.expressions import Interval
from stations.models import CalendarDay, Posting, Schedule, Station
from stations.models.schedules import plan_with
from stations.plans import DatedHours, Plan
from stations.standings import Past, Standing, past_of
from stations.trees import tree_on

Kind = Literal["open", "closed", "suspended", "unknown"]


@dataclass(frozen=True)
class Expected:
    """`why` says what makes the day differ from its weekday, "" if nothing does. Without hours nothing is known."""

    kind: Kind
    why: str = ""


def expected_days(station: Station, month: Month) -> dict[date, Expected]:
    """Each day of the month, by the hours and the standing that the station had on it.

    A constant number of queries, and three for each posting in the month.
    """
    calendar = {day.date: day for day in CalendarDay.objects.filter(date__range=(month.first, month.last))}
    past = past_of([station.pk])[station.pk]
    schedules = Schedule.objects.in_bulk([one.schedule_id for one in past.standings if one.schedule_id])
    postings = Posting.objects.filter(station=station, since__lte=month.last).exclude(until__lt=month.first)
    dated = [(posting, _dated(station, posting, month)) for posting in postings.select_related("operator")]
    found: dict[date, Expected] = {}
    for day in month.days():
        exceptions = next(
            (row for one, row in dated if one.since <= day and (one.until is None or day <= one.until)), None
        )
        standing = past.on(day)
        plan = None if exceptions is None else plan_with(schedules.get(standing.schedule_id or 0), exceptions)
        found[day] = _expected(past, standing, plan, day, calendar)
    return found


def _dated(station: Station, posting: Posting, month: Month) -> tuple[DatedHours, ...]:
    path = posting.operator.path if posting.operator else ""
    return dated_hours({station.pk: path}, month.first, tree_on(month.first))[station.pk]


def _expected(
    past: Past, standing: Standing, plan: Plan | None, day: date, calendar: Mapping[date, CalendarDay]
) -> Expected:
    if rest := past.suspended_on(day):
        return Expected("suspended", rest.reason)
    if not standing.is_in_use:
        return Expected("closed", str(StationStatus(standing.status).label))
    return _planned(plan, day, calendar)


def _planned(plan: Plan | None, day: date, calendar: Mapping[date, CalendarDay]) -> Expected:
    if plan is None:
        return Expected("unknown")
    kind = kind_of(plan.intervals(day, {one: DayKind(known.kind) for one, known in calendar.items()}))
    if exception := plan.exception_on(day):
        return Expected(kind, exception.reason)
    if day not in calendar or not plan.opening_hours or plan.policy == CalendarPolicy.EVERY_DAY:
        return Expected(kind)
    if calendar[day].kind == DayKind.MAKEUP:
        return Expected(kind, _("Make-up workday") if plan.policy == CalendarPolicy.STATUTORY else "")
    return Expected(kind, calendar[day].name)


def kind_of(intervals: Sequence[Interval]) -> Kind:
    """Of a day on which the station is in use and does not rest."""
    states = {item.state for item in intervals}
    return "closed" if not states else "open" if "open" in states else "unknown"
