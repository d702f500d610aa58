"""Random hours, and what happened on random days: the same ones in every run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from stations.choices import CalendarPolicy, DayKind
from stations.expressions import DAY
from stations.hours import HORIZON, answer_at, timeline
from stations.plans import DatedHours, Plan, layered

WEEK = 7 * DAY
MINUTE_MS = 60_000
_DAYS = ("", "", "Mo-Fr", "Mo-Su", "Sa,Su", "We-Fr", "Su", "Mo,We,Fr", "Mo-Fr,PH", "PH")
_SEASONS = ("", "", "", "May-Sep", "Oct-Apr", "Nov-Feb", "Dec 24-Jan 05", "week 40-52")
_SELDOM = ("24/7", "off", "unknown", "by and large", "PH off", 'Mo-Fr unknown "工作日"')
_ENDS = ("", "", "", "", " unknown", ' "by appointment"', "; PH off", "; Tu off", " || unknown", "; Dec 24-26 off")
_REASONS = ("停电", "盘点", "高温延时", "国庆值班")

Run = tuple[int, str, int | None, str | None]
"""From which minute of the week on it is so, the state, when that changes (milliseconds of the epoch), and to what."""


@dataclass(frozen=True)
class RandomWeek:
    """Hours, and the Monday of the week in which they are looked at."""

    plan: Plan
    monday: date


def random_weeks(count: int, first: date, weeks: int) -> Iterator[RandomWeek]:
    """In the `weeks` weeks from the Monday `first` on."""
    chance = Random(31)
    for _number in range(count):
        monday = first + timedelta(weeks=chance.randrange(weeks))
        plan = Plan(_hours(chance), chance.choice(CalendarPolicy.values), _dated(chance, monday))
        yield RandomWeek(plan, monday)


def server_week(week: RandomWeek, calendar: Mapping[date, DayKind]) -> list[Run]:
    """What the server says of every minute of the week, where it changes."""
    runs: list[Run] = []
    for number in range(7):
        day = week.monday + timedelta(days=number)
        line = timeline(week.plan, day, calendar)
        midnight = int(_midnight(day).timestamp()) * 1000
        minute = 0
        while minute < DAY:
            # Between two ends or beginnings of the line every minute has the same answer.
            state, change, then = answer_at(line, minute)
            until = None if change is None or change > HORIZON else midnight + change * MINUTE_MS
            if not runs or runs[-1][1:] != (state, until, then):
                runs.append((number * DAY + minute, state, until, then))
            minute = DAY if change is None else min(change, DAY)
    return runs


def random_day(chance: Random, week: RandomWeek) -> dict[str, Any]:
    """A moment of the week, and what keeper, visitors and reports have said by then, today or the day before."""
    at = _midnight(week.monday) + timedelta(minutes=chance.randrange(WEEK))

    def perhaps(share: float) -> datetime | None:
        return at - timedelta(minutes=chance.choice((5, 29, 31, 200, 600, 1500))) if chance.random() < share else None

    opened = perhaps(0.5)
    suspended = chance.choice((None, None, None, None, at.date() - timedelta(days=1), at.date(), date.max))
    announced = at.date() + timedelta(days=chance.choice((1, 1, 2, 5, 14, 15)))
    has_begun = suspended != date.max or chance.random() < 0.3
    return {
        "at": at,
        "suspended_from": None if has_begun else announced,
        "suspended_through": suspended,
        "opened_at": opened,
        "closed_at": opened + timedelta(minutes=3) if opened and chance.random() < 0.3 else None,
        "seen_at": perhaps(0.5),
        "reported_closed_at": perhaps(0.4),
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _hours(chance: Random) -> str:
    if chance.random() < 0.08:
        return chance.choice((*_SELDOM, ""))
    rules = [_rule(chance) for _number in range(chance.choice((1, 1, 2, 3)))]
    return "; ".join(rules) + chance.choice(_ENDS)


def _rule(chance: Random) -> str:
    days = " ".join(part for part in (chance.choice(_SEASONS), chance.choice(_DAYS)) if part)
    return f"{days} {_spans(chance)}".strip()


def _spans(chance: Random) -> str:
    """One to three spans in order; the last may run over midnight."""
    step = chance.choice((1, 5, 30))
    edges = sorted(chance.sample(range(0, DAY, step), 2 * chance.choice((1, 1, 2, 3))))
    if chance.random() < 0.2:
        edges[-1] = DAY + chance.randrange(0, edges[0] + 1, step)
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in zip(edges[::2], edges[1::2], strict=True))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _dated(chance: Random, monday: date) -> tuple[DatedHours, ...]:
    """Exceptions of station and units about that week, for one in three."""
    if chance.random() < 0.67:
        return ()
    return layered([_one_dated(chance, monday)] for _layer in range(chance.choice((1, 2, 3))))


def _one_dated(chance: Random, monday: date) -> DatedHours:
    first = monday + timedelta(days=chance.randrange(-3, 9))
    hours = chance.choice(("off", "unknown", _spans(chance), _spans(chance)))
    return DatedHours(first, first + timedelta(days=chance.randrange(5)), hours, chance.choice(_REASONS))
