"""What was posted for the days of a month, as it stood then: as columns of the tables that the rules read."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from harbor_portal.lib.months import Month
from stations.expressions import DAY, day_intervals
from stations.hours import calendar_between
from stations.models import Schedule
from stations.standings import changed_since, past_of

Columns = dict[str, list[Any]]


def hours_in(month: Month, stations: Collection[int], schedules: Collection[int]) -> Columns:
    """The hours of these schedules, and of each of the stations whose record has changed since the month began.

    The others, which are most, say what they said then.
    """
    past = _past(month, set(changed_since(month.first)) & set(stations))
    used = {schedule for schedule in past["past_schedules"] if schedule}
    return past | _hours(sorted(used.union(schedules)), month)


def _past(month: Month, stations: Iterable[int]) -> Columns:
    """By which schedule each day was posted, and whether the station rested."""
    names = ("past_stations", "past_dates", "past_schedules", "past_rests")
    rows = [
        (station, day, past.on(day).schedule_id, past.suspended_on(day) is not None)
        for station, past in past_of(stations).items()
        for day in month.days()
    ]
    return {name: [row[number] for row in rows] for number, name in enumerate(names)}


def _hours(schedules: Iterable[int], month: Month) -> Columns:
    """For how many minutes of each day each schedule is open, unknown hours being open ones.

    A night that began the day before counts for the day on which it ends.
    """
    calendar = calendar_between(month.first - timedelta(days=1), month.last)
    columns: Columns = {"schedules": [], "dates": [], "minutes": []}
    for schedule in Schedule.objects.filter(pk__in=schedules).order_by("pk"):
        hours, policy = schedule.opening_hours, schedule.calendar_policy
        before = day_intervals(hours, policy, month.first - timedelta(days=1), calendar)
        for day in month.days():
            own = day_intervals(hours, policy, day, calendar)
            minutes = sum(min(one.end, DAY) - one.start for one in own)
            minutes += sum(max(0, one.end - DAY) for one in before)
            columns["schedules"].append(schedule.pk)
            columns["dates"].append(day)
            columns["minutes"].append(min(minutes, DAY))
            before = own
    return columns
