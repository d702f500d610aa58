"""Whether the public holidays of the years that matter now are known."""

from datetime import date

from django.db.models import QuerySet

from stations.choices import DayKind, DayStatus
from stations.models import CalendarDay

ANNOUNCED_FROM = 11
"""The month in which the State Council names next year's holidays: from then on it is time to enter them."""


def missing_years(today: date) -> list[int]:
    """Of this year, and from November on of the next, those whose announced holidays nobody entered. One query.

    Without them every public holiday of such a year would be taken for an ordinary day.
    """
    wanted = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_FROM else [])]
    known = _announced(wanted[0], wanted[-1]).dates("date", "year")
    return [year for year in wanted if year not in {day.year for day in known}]


def has_calendar(year: int) -> bool:
    """Whether somebody entered the announced holidays of that year. One query."""
    return _announced(year, year).exists()


def _announced(first: int, last: int) -> QuerySet[CalendarDay]:
    days = date(first, 1, 1), date(last, 12, 31)
    return CalendarDay.objects.filter(date__range=days, kind=DayKind.REST, status=DayStatus.ANNOUNCED)
