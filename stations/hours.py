"""Whether a station is open: its schedule, what its keeper recorded today, and its suspension.

Everything is local time (settings.TIME_ZONE, which has no daylight saving). Three answers: open, closed, unknown.
What comes first is the subject of docs/opening-hours.md; static/js/hours.js decides alike.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils import timezone

from harbor_portal.lib.remember import once_a_minute
from stations.choices import CalendarPolicy, DayKind, OpenReason
from stations.expressions import DAY, Calendar, Interval, day_intervals, without_overlap
from stations.models import CalendarDay, Schedule

__all__ = ["Interval", "OpenState", "calendar_between", "day_intervals", "open_state", "schedule_states", "state_now"]

Answer = Literal["open", "closed", "unknown"]

HORIZON_DAYS = 14
"""How far ahead a change is looked for: longer than the longest holiday."""
FRESH = timedelta(minutes=30)
"""For how long somebody who was served proves that the door is open."""


@dataclass(frozen=True, slots=True)
class OpenState:
    """The answer, the moment at which it will change (None: not within `HORIZON_DAYS`, or not known), and why."""

    state: Answer
    until: datetime | None
    reason: OpenReason


@dataclass(frozen=True, slots=True)
class ScheduleNow:
    """What a schedule says at one moment, and what is needed of it when a keeper's record overrides it."""

    base: OpenState
    ended_at: datetime
    """The last end of an interval today up to now; without any, today's midnight."""
    next_end: datetime | None
    """The end of the interval that runs now or comes later today, if it is known to be open."""
    tomorrow: datetime | None
    """The first moment from the next midnight on that is not closed."""


def calendar_between(first: date, last: date) -> dict[date, DayKind]:
    """The public holidays and make-up workdays from `first` to `last`, both included. One query."""
    days = CalendarDay.objects.filter(date__range=(first, last)).values_list("date", "kind")
    return {day: DayKind(kind) for day, kind in days}


def calendar_around(at: datetime) -> dict[date, DayKind]:
    """The calendar that `open_state` needs at that moment. One query."""
    today = timezone.localdate(at)
    return calendar_between(today - timedelta(days=1), today + timedelta(days=HORIZON_DAYS))


def open_state(schedule: Schedule | None, at: datetime, calendar: Calendar) -> OpenState:
    """What the schedule alone says at that moment; `calendar` as of `calendar_around`."""
    return schedule_now(schedule, at, calendar).base


def schedule_states(at: datetime) -> dict[int, OpenState]:
    """What each schedule says at that moment, by its id. Two queries a minute in each process."""
    return {pk: now.base for pk, now in schedules_now(at).items()}


@once_a_minute
def schedules_now(at: datetime) -> dict[int, ScheduleNow]:
    """`schedule_now` of every schedule, by its id. Two queries a minute in each process."""
    calendar = calendar_around(at)
    return {schedule.pk: schedule_now(schedule, at, calendar) for schedule in Schedule.objects.all()}


def schedule_now(schedule: Schedule | None, at: datetime, calendar: Calendar) -> ScheduleNow:
    local = timezone.localtime(at)
    midnight = timezone.make_aware(datetime.combine(local.date(), time.min))
    if schedule is None:
        return ScheduleNow(OpenState("unknown", None, OpenReason.NO_HOURS), midnight, None, None)
    line = timeline(schedule, local.date(), calendar)
    minute = local.hour * 60 + local.minute
    current = next((item for item in line if item.end > minute), None)

    def moment(minute: int | None) -> datetime | None:
        return None if minute is None or minute > HORIZON_DAYS * DAY else midnight + timedelta(minutes=minute)

    state, change = _answer(current, minute)
    return ScheduleNow(
        OpenState(state, moment(change), _reason(schedule, local.date(), calendar)),
        midnight + timedelta(minutes=max((item.end for item in line if 0 <= item.end <= minute), default=0)),
        moment(current.end) if current and current.start < DAY and current.state == "open" else None,
        moment(next((max(DAY, item.start) for item in line if item.end > DAY), None)),
    )


def state_now(
    now: ScheduleNow,
    at: datetime,
    *,
    suspended_through: date | None = None,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    seen_at: datetime | None = None,
    reported_closed_at: datetime | None = None,
) -> OpenState:
    """The schedule's answer with what is known of today and the suspension laid over it."""
    today = timezone.localdate(at)
    if suspended_through and suspended_through >= today:
        return OpenState("closed", _day_after(suspended_through), OpenReason.SUSPENDED)
    if closed_at and timezone.localdate(closed_at) == today:
        return OpenState("closed", now.tomorrow, OpenReason.KEEPER_CLOSED)
    answer = _undoubted(now, at, opened_at, seen_at)
    if answer.state != "closed" and _is_doubted(reported_closed_at, today, opened_at, seen_at):
        return OpenState("unknown", None, OpenReason.BEING_CHECKED)
    return answer


def _undoubted(now: ScheduleNow, at: datetime, opened_at: datetime | None, seen_at: datetime | None) -> OpenState:
    if opened_at and timezone.localdate(opened_at) == timezone.localdate(at) and opened_at >= now.ended_at:
        return OpenState("open", now.next_end, OpenReason.KEEPER_OPEN)
    if now.base.state == "unknown" and seen_at and timedelta() <= at - seen_at <= FRESH:
        return OpenState("open", None, OpenReason.SEEN)
    return now.base


def _is_doubted(reported_at: datetime | None, today: date, *lifted_by: datetime | None) -> bool:
    """Whether somebody found the door closed today, and neither keeper nor visit has said otherwise since."""
    if reported_at is None or timezone.localdate(reported_at) != today:
        return False
    return all(moment is None or moment < reported_at for moment in lifted_by)


def timeline(schedule: Schedule, today: date, calendar: Calendar) -> list[Interval]:
    """The intervals from yesterday to the horizon in minutes after today's midnight, in order, without overlap."""
    return without_overlap(
        Interval(item.start + offset * DAY, item.end + offset * DAY, item.state)
        for offset in range(-1, HORIZON_DAYS + 1)
        for item in day_intervals(
            schedule.opening_hours, schedule.calendar_policy, today + timedelta(days=offset), calendar
        )
    )


def _answer(current: Interval | None, minute: int) -> tuple[Answer, int | None]:
    """The state at that minute and the minute at which it changes, given the first interval that ends later."""
    if current is None:
        return "closed", None
    return ("closed", current.start) if current.start > minute else (current.state, current.end)


def _reason(schedule: Schedule, today: date, calendar: Calendar) -> OpenReason:
    if schedule.calendar_policy == CalendarPolicy.EVERY_DAY:
        return OpenReason.SCHEDULE
    match calendar.get(today):
        case DayKind.REST:
            return OpenReason.HOLIDAY
        case DayKind.MAKEUP if schedule.calendar_policy == CalendarPolicy.STATUTORY:
            return OpenReason.MAKEUP
        case _:
            return OpenReason.SCHEDULE


def _day_after(day: date) -> datetime | None:
    """The midnight that ends the day; None for the end of time, which stands for "until further notice"."""
    return None if day == date.max else timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
