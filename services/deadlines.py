"""Until when a report is to be answered, and a finding to be mended, in working days."""

from collections.abc import Mapping
from datetime import date, timedelta

from services.choices import FeedbackKind, Severity
from stations.choices import DayKind
from stations.hours import calendar_between

WORKING_DAYS = 3
URGENT: Mapping[FeedbackKind, int] = {FeedbackKind.ARRIVED_BUT_CLOSED: 1}
"""A locked door sends the next visitor away too."""
MEND_DAYS: Mapping[str, int] = {Severity.URGENT: 1, Severity.SERIOUS: 3, Severity.MINOR: 10}
RECHECK_DAYS = 3
"""For looking at it again once it is mended."""
ESCALATION_DAYS = 3
"""For each unit before which something overdue is laid, until it goes one further up."""
LOOK_AHEAD = 40
"""Days of the calendar: the longest holiday and its weekends are far shorter."""


def due_date(kind: FeedbackKind, received: date) -> date:
    """The last working day on which the answer is in time; the day of the report does not count. One query."""
    return working_days_from(received, URGENT.get(kind, WORKING_DAYS))


def working_days_from(day: date, count: int) -> date:
    """The `count`-th working day after `day`. One query."""
    return working_day_after(day, count, calendar_between(day, day + timedelta(days=LOOK_AHEAD)))


def working_day_after(day: date, count: int, calendar: Mapping[date, DayKind]) -> date:
    """The `count`-th working day after `day`: Monday to Friday, without public holidays, with make-up workdays."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day, calendar.get(day))
    return day


def is_worked(day: date, kind: DayKind | None) -> bool:
    """`kind`: what the calendar says of the day, if anything."""
    return kind == DayKind.MAKEUP if kind else day.weekday() < 5
