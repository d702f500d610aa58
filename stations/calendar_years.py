"""Whether the public holidays of the years that matter now are known."""

from datetime import date

from stations.choices import DayKind, DayStatus
from stations.models import CalendarDay

ANNOUNCED_FROM = 11
"""The month in which the State Council names next year's holidays: from then on it is time to enter them."""


def missing_years(today: date) -> list[int]:
    """Of this year, and from November on of the next, those whose announced holidays nobody entered. One query.

    Without them every public holiday of such a year would be taken for an ordinary day.
    """
    wanted = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_FROM else [])]
    known = CalendarDay.objects.filter(
        date__range=(date(wanted[0], 1, 1), date(wanted[-1], 12, 31)), kind=DayKind.REST, status=DayStatus.ANNOUNCED
    ).dates("date", "year")
    return [year for year in wanted if year not in {day.year for day in known}]
