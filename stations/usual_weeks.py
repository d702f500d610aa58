"""The usual week of a schedule, by season: what can be printed and hang for a year."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from stations.choices import CalendarPolicy, DayKind
from stations.expressions import Interval, day_intervals

Day = tuple[Interval, ...]
Week = tuple[Day, ...]
"""Monday to Sunday."""

ALWAYS: Week = ((Interval(0, 1440, "open"),),) * 7
MOST_SEASONS = 3
"""More would not be read at the door."""


@dataclass(frozen=True)
class Season:
    """Months (1 to 12, in the order of the year; those around New Year run over) with the same week."""

    months: tuple[int, ...]
    week: Week


@lru_cache(maxsize=1024)
def usual_weeks(opening_hours: str, policy: str, year: int) -> tuple[Season, ...]:
    """The seasons of that year; none when the weeks are not alike within a month, or differ too often to be printed.

    Public holidays and make-up days are left out: what happens on them is said in a sentence of its own.
    """
    weeks = [_week_of(opening_hours, policy, year, month) for month in range(1, 13)]
    if None in weeks:
        return ()
    seasons = [
        Season(tuple(month for month, _week in group), week)
        for week, group in groupby(enumerate(weeks, start=1), key=lambda item: item[1])
        if week is not None
    ]
    if len(seasons) > 1 and seasons[0].week == seasons[-1].week:
        first, *between, last = seasons
        seasons = [Season(last.months + first.months, first.week), *between]
    return tuple(seasons) if len(seasons) <= MOST_SEASONS else ()


@lru_cache(maxsize=1024)
def week_of_january(opening_hours: str, policy: str, year: int) -> Week:
    """One week of the first month: if the schedule has seasons, that of one of them, for a fiftieth of the work."""
    monday = date(year, 1, 8) - timedelta(days=date(year, 1, 8).weekday())
    days = (monday + timedelta(days=offset) for offset in range(7))
    return tuple(tuple(day_intervals(opening_hours, policy, day, {})) for day in days)


def hours_on_holidays(opening_hours: str, policy: str, year: int) -> Day:
    """What the schedule says of public holidays in so many words; nothing where the policy alone decides."""
    if policy == CalendarPolicy.EVERY_DAY:
        return ()
    day = date(year, 10, 1)
    return tuple(day_intervals(opening_hours, policy, day, {day: DayKind.REST}))


def _week_of(opening_hours: str, policy: str, year: int, month: int) -> Week | None:
    """The one week that all weeks of the month are like."""
    first = date(year, month, 1)
    days = [first + timedelta(days=offset) for offset in range(monthrange(year, month)[1])]
    seen: list[set[Day]] = [set() for _weekday in range(7)]
    for day in days:
        seen[day.weekday()].add(tuple(day_intervals(opening_hours, policy, day, {})))
    return tuple(found.pop() for found in seen) if all(len(found) == 1 for found in seen) else None
