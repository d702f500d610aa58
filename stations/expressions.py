"""Opening hours of a day: expressions in the OpenStreetMap grammar, read against the statutory calendar.

Hours without times (`Mo-Fr unknown "工作日"`) and hours that cannot be read are unknown, never guessed. A day is read:

- An ordinary day, or any day under `every_day`: as written; rules that name PH do not apply.
- A public holiday under `statutory` and `finance`: only the rules that name PH apply, with PH read as every weekday;
  without such a rule the station rests. `24/7` says that it never does, so it is open.
- A make-up workday under `statutory`: the hours of the nearest weekday from Monday to Friday. `finance` does not work
  on make-up weekends, so for it this is an ordinary Saturday or Sunday.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # not in its stub

from stations.choices import CalendarPolicy, DayKind

Calendar = Mapping[date, DayKind]
Span = tuple[int, int]

DAY = 1440
ALWAYS = "24/7"
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
# A comma ends a rule behind a state or a comment, and between times and days; else it stands within a list.
_SAID = r"(?<=open)|(?<=off)|(?<=closed)|(?<=unknown)|(?<=\"\")"
_TIMED = r"(?<=\d:\d\d)|(?<=[+)])|(?<=24/7)|(?<=set)|(?<=rise)|(?<=dusk)|(?<=dawn)"
_RULE_END = re.compile(rf"(;|(?:{_SAID})\s*,|(?:{_TIMED})\s*,\s*(?=[A-Z]|week|easter|\d{{4}}\b))")
# To the library a list with spaces is two rules, of which the first has no times: open all day.
_SPACED_LIST = re.compile(
    r"(?:(?<=Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)|(?<=Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\s*,\s*(?=[A-Z])"
)
_COMMENT = re.compile(r'"[^"]*"')
_MODIFIER = re.compile(r"\b(open|closed|off|unknown)\b")
_HOLIDAY = re.compile(r"\bPH\b")
_HOLIDAYS = re.compile(r"\b[PS]H\b")


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end`, minutes after midnight of the day on which it begins; `end` may exceed 1440."""

    start: int
    end: int
    state: Literal["open", "unknown"]


def day_intervals(opening_hours: str, policy: str, day: date, calendar: Calendar) -> list[Interval]:
    """The intervals that begin on `day`, in order and without overlap."""
    kind = None if policy == CalendarPolicy.EVERY_DAY else calendar.get(day)
    if kind == DayKind.REST and opening_hours.strip() != ALWAYS:
        return list(_begin_on(_holiday_rules(opening_hours), day))
    if kind == DayKind.MAKEUP and policy == CalendarPolicy.STATUTORY:
        return list(_working_hours(opening_hours, day))
    return list(_begin_on(opening_hours, day))


def _holiday_rules(expression: str) -> str:
    """The rules that name public holidays, as if every day were one; "off" if there are none."""
    parts = filter(None, map(_naming_holidays, _bare(expression).split("||")))
    return _HOLIDAYS.sub("Mo-Su", "||".join(parts)) or "off"


def _naming_holidays(part: str) -> str:
    """The rules of it that name public holidays, each with the sign that divides it from the one before."""
    pieces = ["", *_RULE_END.split(part)]
    named = (sign + rule for sign, rule in zip(pieces[::2], pieces[1::2], strict=True) if _HOLIDAY.search(rule))
    return "".join(named).lstrip(";, ")


def _bare(expression: str) -> str:
    """Comments reduced to `""`, so that no punctuation of theirs is taken for grammar, and lists closed up."""
    return _SPACED_LIST.sub(",", _COMMENT.sub('""', expression))


def _working_hours(expression: str, day: date) -> tuple[Interval, ...]:
    """The hours of the nearest Monday-to-Friday day that has any; else the day's own."""
    after_friday = max(0, day.weekday() - 4)
    nearest = [day - timedelta(days=after_friday), day + timedelta(days=(7 - day.weekday()) if after_friday else 0)]
    if after_friday == 2:
        nearest.reverse()
    return next(filter(None, (_begin_on(expression, near) for near in nearest)), _begin_on(expression, day))


@lru_cache(maxsize=65536)
def _begin_on(expression: str, day: date) -> tuple[Interval, ...]:
    """The intervals which the expression, read without a calendar, begins on that day."""
    try:
        found = [interval for part in _read(expression) for interval in _evaluate(part, day)]
    except ParserError:
        return (Interval(0, DAY, "unknown"),)
    return tuple(without_overlap(found))


@lru_cache(maxsize=4096)
def _read(expression: str) -> tuple[OpeningHours, ...]:
    """The expression and its fallbacks (`||`), rewritten so that the library evaluates each day by itself.

    The library mixes what spills over midnight into the next day's own hours, and drops it where that day has rules
    of its own. So spans are cut at midnight, and the rule's comment carries the minute at which they really end.
    """
    return tuple(
        OpeningHours(_cut_at_midnight(part.strip()), auto_country=False, auto_timezone=False)
        for part in _bare(expression).split("||")
    )


def _cut_at_midnight(expression: str) -> str:
    pieces = _RULE_END.split(expression)
    return "".join(piece if number % 2 else _cut(piece) for number, piece in enumerate(pieces))


def _cut(rule: str) -> str:
    """One rule with its spans cut at midnight; a rule with a comment but no state is unknown, as in OSM's reference."""
    ends: list[int] = []

    def cut(span: re.Match[str]) -> str:
        start, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        end = end if end > start else end + DAY
        if end <= DAY:
            return span[0]
        ends.append(end)
        return f"{span[1]}:{span[2]}-24:00"

    body = _SPAN.sub(cut, rule)
    if '""' in body:
        body = body.replace('""', "").strip()
        body = body if _MODIFIER.search(body) else f"{body} unknown"
    return f'{body} "{max(ends)}"' if ends else body


def _evaluate(hours: OpeningHours, day: date) -> Iterator[Interval]:
    midnight = datetime.combine(day, time.min)
    for start, end, state, comment in hours.intervals(midnight, midnight + timedelta(days=1)):
        if state == State.CLOSED:
            continue
        first, last = int((start - midnight).total_seconds()) // 60, int((end - midnight).total_seconds()) // 60
        if last == DAY and comment.isdecimal():
            last = int(comment)
        yield Interval(first, last, "open" if state == State.OPEN else "unknown")


def without_overlap(items: Iterable[Interval]) -> list[Interval]:
    """Touching intervals of one state become one; where open and unknown overlap, it is open."""
    pieces = sorted(items, key=lambda item: (item.start, item.end))
    is_open = _union((item.start, item.end) for item in pieces if item.state == "open")
    unknown = _union((item.start, item.end) for item in pieces if item.state == "unknown")
    for start, end in is_open:
        unknown = [rest for span in unknown for rest in _cut_out(span, start, end)]
    found = [Interval(*span, "open") for span in is_open] + [Interval(*span, "unknown") for span in unknown]
    return sorted(found, key=lambda item: item.start)


def _union(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _cut_out(span: Span, start: int, end: int) -> list[Span]:
    """What is left of the span without `start` to `end`."""
    sides = (span[0], min(span[1], start)), (max(span[0], end), span[1])
    return [side for side in sides if side[0] < side[1]]
