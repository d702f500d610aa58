"""What a station's days look like: its usual hours, and those of single dates that differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stations.choices import CalendarPolicy
from stations.expressions import DAY, Calendar, Interval, day_intervals

UNKNOWN_DAY = Interval(0, DAY, "unknown")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedHours:
    """From `first` to `last`, both included, `hours` hold ("off": none), because of `reason`."""

    first: date
    last: date
    hours: str
    reason: str

    def as_row(self) -> list[str]:
        """As JSON keeps it."""
        return [str(self.first), str(self.last), self.hours, self.reason]

    @classmethod
    def from_row(cls, row: Sequence[str]) -> "DatedHours":
        first, last, hours, reason = row
        return cls(date.fromisoformat(first), date.fromisoformat(last), hours, reason)


@dataclass(frozen=True, slots=True)
class Plan:
    """Usual hours ("" when nobody gave any) with their calendar policy, and dates that differ, in order."""

    opening_hours: str
    policy: str
    dated: tuple[DatedHours, ...] = ()

    def exception_on(self, day: date) -> DatedHours | None:
        return next((one for one in self.dated if one.first <= day <= one.last), None)

    def intervals(self, day: date, calendar: Calendar) -> list[Interval]:
        """The intervals that begin on `day`. Dated hours hold as written: who names a date has seen the calendar."""
        if exception := self.exception_on(day):
            return day_intervals(exception.hours, CalendarPolicy.EVERY_DAY, day, calendar)
        if not self.opening_hours:
            return [UNKNOWN_DAY]
        return day_intervals(self.opening_hours, self.policy, day, calendar)


def between(one: date, other: date) -> Iterator[tuple[date, date]]:
    """The first and the last day from the earlier up to the later, the later not included; none if they are one."""
    if one != other:
        yield min(one, other), max(one, other) - ONE_DAY


def layered(layers: Iterable[Iterable[DatedHours]]) -> tuple[DatedHours, ...]:
    """One line of dates out of several layers, nearest first: a further one only has the days that are left.

    Within a layer dates do not overlap.
    """
    found: list[DatedHours] = []
    for layer in layers:
        taken = list(found)
        for one in layer:
            found += _outside(one, taken)
    return tuple(sorted(found, key=lambda one: one.first))


def _outside(one: DatedHours, taken: Sequence[DatedHours]) -> list[DatedHours]:
    """What is left of `one` outside of the dates taken."""
    parts = [one]
    for other in taken:
        parts = [rest for part in parts for rest in _without(part, other)]
    return parts


def _without(part: DatedHours, other: DatedHours) -> list[DatedHours]:
    spans = (part.first, min(part.last, other.first - ONE_DAY)), (max(part.first, other.last + ONE_DAY), part.last)
    return [DatedHours(first, last, part.hours, part.reason) for first, last in spans if first <= last]
