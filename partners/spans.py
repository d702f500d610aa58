"""Days from a first to a last one, both included; what has no end goes on until `FOREVER`."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

FOREVER = date.max
DAY = timedelta(days=1)


class Span(NamedTuple):
    first: date
    last: date

    @property
    def until(self) -> date | None:
        """As rows say it."""
        return None if self.last == FOREVER else self.last

    def overlaps(self, other: "Span") -> bool:
        return self.first <= other.last and other.first <= self.last


def span(since: date, until: date | None) -> Span:
    return Span(since, until or FOREVER)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, and as few as say the same: what overlaps or follows on the next day is one."""
    found: list[Span] = []
    for one in sorted(spans):
        if found and (found[-1].last == FOREVER or one.first <= found[-1].last + DAY):
            found[-1] = Span(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found


def within(spans: Iterable[Span], bounds: Span) -> list[Span]:
    """The days of these that lie within the bounds."""
    cut = (Span(max(one.first, bounds.first), min(one.last, bounds.last)) for one in spans)
    return [one for one in cut if one.first <= one.last]


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The days of these that are not among those taken."""
    holes = joined(taken)
    return [rest for one in joined(spans) for rest in _rest(one, holes)]


def _rest(one: Span, holes: Iterable[Span]) -> Iterator[Span]:
    first = one.first
    for hole in holes:
        if hole.last < first or hole.first > one.last:
            continue
        if hole.first > first:
            yield Span(first, hole.first - DAY)
        if hole.last >= one.last:
            return
        first = hole.last + DAY
    yield Span(first, one.last)
