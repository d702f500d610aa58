"""Whether a station is open: its hours with their exceptions, what is known of today, and its suspension.

Everything is local time (settings.TIME_ZONE, which has no daylight saving). Three answers: open, closed, unknown.
What comes first is the subject of docs/opening-hours.md; static/js/hours.js decides alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils import timezone

from harbor_portal.lib.remember import once_a_minute
from stations.choices import CalendarPolicy, DayKind, OpenReason
from stations.expressions import DAY, Calendar, Interval, without_overlap
from stations.models import CalendarDay, Timetable
from stations.plans import Plan

Answer = Literal["open", "closed", "unknown"]
Then = Literal["open", "unknown"] | None

HORIZON_DAYS = 14
"""How far ahead a change is looked for: longer than the longest holiday."""
HORIZON = HORIZON_DAYS * DAY
FRESH = timedelta(minutes=30)
"""For how long somebody who was served proves that the door is open."""

_NOBODY_KNOWS_HOW_LONG = {OpenReason.KEEPER_OPEN, OpenReason.SEEN, OpenReason.BEING_CHECKED}


@dataclass(frozen=True, slots=True)
class OpenState:
    """The answer, the moment at which it will change (None: not within `HORIZON_DAYS`, or not known), and why."""

    state: Answer
    until: datetime | None
    reason: OpenReason
    note: str = ""
    """What the exception of the day says of itself."""
    then: Then = None
    """What the hours of a closed station say from `until` on."""


@dataclass(frozen=True, slots=True)
class PlanNow:
    """What the hours say at one moment, and what is needed of them when a keeper's record overrides them."""

    base: OpenState
    ended_at: datetime
    """The last end of an interval today up to now; without any, today's midnight."""
    next_end: datetime | None
    """The end of the interval that runs now or comes later today, if it is known to be open."""
    tomorrow: datetime | None
    """The first moment from the next midnight on that is not closed."""
    closes_at: datetime | None = None
    """When the hours close for certain: the end of all that follows, open or unknown, without a gap on the interval
    that runs now or comes later today; None without one, or if that is not within `HORIZON_DAYS`."""


def calendar_between(first: date, last: date) -> dict[date, DayKind]:
    """The public holidays and make-up workdays from `first` to `last`, both included. One query."""
    days = CalendarDay.objects.filter(date__range=(first, last)).values_list("date", "kind")
    return {day: DayKind(kind) for day, kind in days}


def calendar_around(at: datetime) -> dict[date, DayKind]:
    """The calendar that `plan_now` needs at that moment. One query."""
    today = timezone.localdate(at)
    return calendar_between(today - timedelta(days=1), today + timedelta(days=HORIZON_DAYS))


@once_a_minute
def timetables_now(at: datetime) -> dict[int, PlanNow]:
    """`plan_now` of every timetable, by its id. Two queries a minute in each process."""
    calendar = calendar_around(at)
    timetables = Timetable.objects.select_related("schedule")
    return {timetable.pk: plan_now(timetable.plan, at, calendar) for timetable in timetables}


@once_a_minute
def unknown_now(at: datetime) -> PlanNow:
    """`plan_now` of a station without hours."""
    return plan_now(None, at, {})


def plan_now(plan: Plan | None, at: datetime, calendar: Calendar) -> PlanNow:
    """What the hours say at that moment; `calendar` as of `calendar_around`."""
    local = timezone.localtime(at)
    midnight = timezone.make_aware(datetime.combine(local.date(), time.min))
    if plan is None:
        return PlanNow(OpenState("unknown", None, OpenReason.NO_HOURS), midnight, None, None)
    line = timeline(plan, local.date(), calendar)
    minute = local.hour * 60 + local.minute
    current = next((item for item in line if item.end > minute), None)
    state, change, then = answer_at(line, minute)

    def moment(minute: int | None) -> datetime | None:
        return None if minute is None or minute > HORIZON else midnight + timedelta(minutes=minute)

    return PlanNow(
        OpenState(state, moment(change), *_reason(plan, local.date(), calendar), then=then),
        midnight + timedelta(minutes=max((item.end for item in line if 0 <= item.end <= minute), default=0)),
        moment(current.end) if current and current.start < DAY and current.state == "open" else None,
        moment(next((max(DAY, item.start) for item in line if item.end > DAY), None)),
        moment(_end_of_run(line, current)) if current and current.start < DAY else None,
    )


def _end_of_run(line: Sequence[Interval], current: Interval) -> int:
    """The end of the intervals that follow on `current` without a gap, itself included."""
    end = current.end
    for item in line:
        end = item.end if item.start == end else end
    return end


def answer_at(line: Sequence[Interval], minute: int) -> tuple[Answer, int | None, Then]:
    """The state at that minute of a `timeline`, the minute at which it changes, and to what if it is closed now."""
    current = next((item for item in line if item.end > minute), None)
    if current is None:
        return "closed", None, None
    if current.start > minute:
        return "closed", current.start, current.state
    return current.state, current.end, None


def state_now(
    now: PlanNow,
    at: datetime,
    *,
    suspended_from: date | None = None,
    suspended_through: date | None = None,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    seen_at: datetime | None = None,
    reported_closed_at: datetime | None = None,
) -> OpenState:
    """The answer of the hours with what is known of today and the suspension laid over it."""
    today = timezone.localdate(at)
    answer = _of_today(now, at, opened_at, closed_at, seen_at, reported_closed_at)
    if suspended_through is None or suspended_through < today:
        return answer
    begins = suspended_from or today
    if begins <= today:
        return OpenState("closed", _day_after(suspended_through), OpenReason.SUSPENDED)
    is_near = begins <= today + timedelta(days=HORIZON_DAYS)
    return _ending(answer, timezone.make_aware(datetime.combine(begins, time.min))) if is_near else answer


def _ending(answer: OpenState, moment: datetime) -> OpenState:
    """The answer for a station that is suspended from that moment on."""
    if answer.state == "closed":
        opens_before = answer.until is not None and answer.until < moment
        return answer if opens_before else replace(answer, until=None, then=None)
    is_endless = answer.until is None and answer.reason in _NOBODY_KNOWS_HOW_LONG
    return answer if is_endless or (answer.until and answer.until <= moment) else replace(answer, until=moment)


def _of_today(
    now: PlanNow,
    at: datetime,
    opened_at: datetime | None,
    closed_at: datetime | None,
    seen_at: datetime | None,
    reported_closed_at: datetime | None,
) -> OpenState:
    today = timezone.localdate(at)
    if closed_at and timezone.localdate(closed_at) == today:
        return OpenState("closed", now.tomorrow, OpenReason.KEEPER_CLOSED)
    answer = _undoubted(now, at, opened_at, seen_at)
    if answer.state != "closed" and _is_doubted(reported_closed_at, today, opened_at, seen_at):
        return OpenState("unknown", None, OpenReason.BEING_CHECKED)
    return answer


def _undoubted(now: PlanNow, at: datetime, opened_at: datetime | None, seen_at: datetime | None) -> OpenState:
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


def timeline(plan: Plan, today: date, calendar: Calendar) -> list[Interval]:
    """The intervals from yesterday to the horizon in minutes after today's midnight, in order, without overlap."""
    return without_overlap(
        Interval(item.start + offset * DAY, item.end + offset * DAY, item.state)
        for offset in range(-1, HORIZON_DAYS + 1)
        for item in plan.intervals(today + timedelta(days=offset), calendar)
    )


def _reason(plan: Plan, today: date, calendar: Calendar) -> tuple[OpenReason, str]:
    """Why the hours are what they are today, and the words of an exception."""
    if exception := plan.exception_on(today):
        return OpenReason.EXCEPTION, exception.reason
    if not plan.opening_hours:
        return OpenReason.NO_HOURS, ""
    kind = None if plan.policy == CalendarPolicy.EVERY_DAY else calendar.get(today)
    if kind == DayKind.REST:
        return OpenReason.HOLIDAY, ""
    is_makeup = kind == DayKind.MAKEUP and plan.policy == CalendarPolicy.STATUTORY
    return OpenReason.MAKEUP if is_makeup else OpenReason.SCHEDULE, ""


def _day_after(day: date) -> datetime | None:
    """The midnight that ends the day; None for the end of time, which stands for "until further notice"."""
    return None if day == date.max else timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
