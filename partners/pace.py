"""How far an obligation should be, and how far it is: worked out from its terms and from what was done on each day.

What is due grows evenly within each day, month or year. It is judged by the end of yesterday, since today is not over;
what was done today counts already. Looking back at a day that is over, it is judged by the end of that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import takewhile

from partners.agreement_choices import Period, Verdict
from partners.spans import DAY, FOREVER, Span

MOST_SINGLE_DAYS = 62
"""A longer time is shown by months, not by days."""
YEAR = 366


@dataclass(frozen=True)
class Terms:
    quantity: int
    period: str
    days: Span


@dataclass(frozen=True)
class Step:
    """One line of the table: what was due and done in it, and up to its end."""

    days: Span
    due: int
    done: int
    due_so_far: int
    done_so_far: int
    is_over: bool
    """Whether its last day is past."""

    @property
    def is_short(self) -> bool:
        return self.is_over and self.done < self.due


@dataclass(frozen=True)
class Pace:
    """`done_by_day` may hold days outside of the window; they do not count."""

    terms: Terms
    done_by_day: Mapping[date, int]
    today: date
    is_closed: bool = False
    """Whether that day is over."""

    @cached_property
    def window(self) -> Span:
        """What is judged together: all of it if that is a year at most or is due in all, else its year of now."""
        return window(self.terms, self.today)

    @cached_property
    def earlier(self) -> "list[Pace]":
        """The windows before this one, the last first, each as it stood on its last day."""
        years = takewhile(lambda year: year.last < self.window.first, _years(self.terms.days))
        return [replace(self, today=year.last, is_closed=True) for year in years][::-1]

    @property
    def due(self) -> int:
        """By the end of the window."""
        return self._due_by(self.window.last)

    @cached_property
    def done(self) -> int:
        return self._done_by(self.today)

    @property
    def judged(self) -> date:
        """The last day that is over."""
        return self.today if self.is_closed else self.today - DAY

    @property
    def expected(self) -> int:
        """By the end of the last day that is over."""
        return self._due_by(self.judged)

    @property
    def is_behind(self) -> bool:
        return self.has_begun and self.done < self.expected

    @property
    def is_kept(self) -> bool:
        """All of the window is done, whatever the day."""
        return self.done >= self.due

    @property
    def has_begun(self) -> bool:
        return self.terms.days.first <= self.today

    @property
    def is_over(self) -> bool:
        return self.window.last <= self.judged

    @property
    def verdict(self) -> Verdict:
        if not self.has_begun:
            return Verdict.TO_COME
        if self.is_kept:
            return Verdict.KEPT
        if self.is_over:
            return Verdict.NOT_KEPT
        return Verdict.BEHIND if self.is_behind else Verdict.ON_PACE

    @property
    def has_days(self) -> bool:
        """Whether its steps are days, because they are few, and not months."""
        return self.terms.period == Period.DAY and (self.window.last - self.window.first).days < MOST_SINGLE_DAYS

    @cached_property
    def steps(self) -> list[Step]:
        parts = _days(self.window) if self.has_days else months(self.window)
        return [self._step(part) for part in parts]

    @property
    def steps_reached(self) -> int:
        return sum(step.done >= step.due for step in self.steps if step.is_over)

    @property
    def steps_over(self) -> int:
        return sum(step.is_over for step in self.steps)

    def line(self) -> list[tuple[date, int]]:
        """What was done up to each day that had any, up to today."""
        days = sorted(day for day in self.done_by_day if self.window.first <= day <= min(self.today, self.window.last))
        total, points = 0, []
        for day in days:
            total += self.done_by_day[day]
            points.append((day, total))
        return points

    def _step(self, part: Span) -> Step:
        before = part.first - DAY
        return Step(
            days=part,
            due=self._due_by(part.last) - self._due_by(before),
            done=self._done_by(part.last) - self._done_by(before),
            due_so_far=self._due_by(part.last),
            done_so_far=self._done_by(part.last),
            is_over=part.last <= self.judged,
        )

    def _due_by(self, day: date) -> int:
        return int(due_by(self.terms, self.window, day))

    def _done_by(self, day: date) -> int:
        last = min(day, self.window.last)
        return sum(count for on, count in self.done_by_day.items() if self.window.first <= on <= last)


def window(terms: Terms, today: date) -> Span:
    """The days that are judged together on that day."""
    first, last = terms.days
    if last != FOREVER and (terms.period == Period.TOTAL or (last - first).days < YEAR):
        return terms.days
    found = next(year for year in _years(terms.days) if year.last >= min(today, last))
    return Span(found.first, min(found.last, last))


def due_by(terms: Terms, judged: Span, day: date) -> Fraction:
    """How much is due within the judged days by the end of `day`."""
    total = Fraction()
    for part, whole in _parts(terms, judged):
        if part.first > day:
            break
        total += Fraction(terms.quantity * _length(Span(part.first, min(part.last, day))), whole)
    return total


def _parts(terms: Terms, judged: Span) -> Iterator[tuple[Span, int]]:
    """The periods within the judged days, each with the days that a whole one has."""
    match terms.period:
        case Period.DAY:
            yield judged, 1
        case Period.MONTH:
            for month in months(judged):
                yield month, _length(_month_of(month.first))
        case Period.YEAR:
            for year in _years(terms.days):
                if year.first > judged.last:
                    return
                if year.last >= judged.first:
                    yield Span(max(year.first, judged.first), min(year.last, judged.last)), _length(year)
        case _:
            yield judged, _length(judged)


def _days(days: Span) -> Iterator[Span]:
    day = days.first
    while day <= days.last:
        yield Span(day, day)
        day += DAY


def months(days: Span) -> Iterator[Span]:
    """The calendar months of these days; the first and the last one may be cut."""
    first = days.first
    while first <= days.last:
        last = _month_of(first).last
        yield Span(first, min(last, days.last))
        first = last + DAY


def _month_of(day: date) -> Span:
    first = day.replace(day=1)
    return Span(first, (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY)


def _years(days: Span) -> Iterator[Span]:
    """Years from the first day on, each whole, for as long as there are days."""
    number = 0
    while (first := _years_later(days.first, number)) <= days.last:
        yield Span(first, _years_later(days.first, number + 1) - DAY)
        number += 1


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; of 29 February, the first of March in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _length(days: Span) -> int:
    return (days.last - days.first).days + 1
