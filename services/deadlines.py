"""Until when a report is to be answered, in working days."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.choices import FeedbackKind
from stations.choices import DayKind
from stations.hours import calendar_between

WORKING_DAYS = 3
URGENT: Mapping[FeedbackKind, int] = {FeedbackKind.ARRIVED_BUT_CLOSED: 1}
"""A locked door sends the next visitor away too."""
LOOK_AHEAD = 30
"""Days of the calendar: the longest holiday and its weekends are far shorter."""


def due_date(kind: FeedbackKind, received: date) -> date:
    """The last working day on which the answer is in time; the day of the report does not count. One query."""
    calendar = calendar_between(received, received + timedelta(days=LOOK_AHEAD))
    return working_day_after(received, URGENT.get(kind, WORKING_DAYS), calendar)


def working_day_after(day: date, count: int, calendar: Mapping[date, DayKind]) -> date:
    """The `count`-th working day after `day`: Monday to Friday, without public holidays, with make-up workdays."""
    while count:
        day += timedelta(days=1)
        count -= _is_worked(day, calendar.get(day))
    return day


def _is_worked(day: date, kind: DayKind | None) -> bool:
    return kind == DayKind.MAKEUP if kind else day.weekday() < 5
