"""The hour by which it is told whether stations are open, where nobody chose another."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from services.deadlines import LOOK_AHEAD, is_worked
from stations.hours import calendar_between

REFERENCE_HOUR = time(14)
"""Of a working day, beside the lunch break (参考样式)."""


def usual_moment(now: datetime) -> datetime:
    """The reference hour of today, or of the next working day if today is none or the hour is over. One query."""
    today = timezone.localdate(now)
    calendar = calendar_between(today, today + timedelta(days=LOOK_AHEAD))
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD))
    worked = (_at(day) for day in days if is_worked(day, calendar.get(day)))
    return next(moment for moment in worked if moment >= now)


def moment_of_month(first: date, last: date, today: date) -> datetime:
    """The reference hour of the last working day from `first` to `last`, of those that have come. One query.

    Where none has come, or none of them is worked, that of the last day that has come, or else of the first.
    """
    end = max(min(last, today), first)
    calendar = calendar_between(first, end)
    days = [end - timedelta(days=back) for back in range((end - first).days + 1)]
    return _at(next((day for day in days if is_worked(day, calendar.get(day))), end))


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, REFERENCE_HOUR))
