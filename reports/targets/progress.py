"""How far a target has come by what was measured each month, and whether its parts cover it.

What is due grows evenly from the first of January to the last of December: from nothing to the goal, of what stands at
a day from how it stood before the year. A share of what happened over the year is due all the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cached_property

from harbor_portal.lib.months import Month
from partners.agreement_choices import Period
from partners.pace import Terms, due_by
from partners.spans import DAY, Span
from reports.metrics import CENT, METRICS, Metric
from reports.models import Target, TargetMonth

HUNDRED = 100
Measured = Mapping[Month, tuple[int, int]]
NOTHING, ALL = Decimal(0), Decimal(1)


def metric_of(target: Target) -> Metric:
    return METRICS[target.metric]


def year_of(target: Target) -> Span:
    return Span(date(target.year, 1, 1), date(target.year, 12, 31))


def months_of(target: Target, today: date) -> list[Month]:
    """Those that are measured: of the year, as far as they have begun, and of a state the one before."""
    first = Month(target.year, 1)
    months = [first.plus(number) for number in range(12) if first.plus(number).first <= today]
    return [first.plus(-1), *months] if metric_of(target).is_state else months


@dataclass(frozen=True)
class Stage:
    """One month: what was reached in it, what was reached by its end, and what was due then."""

    month: Month
    alone: Decimal | None
    reached: Decimal | None
    due: Decimal
    is_over: bool

    @property
    def is_short(self) -> bool:
        return self.is_over and self.reached is not None and self.reached < self.due


@dataclass(frozen=True)
class Progress:
    """`measured` is by month what was done, and among how much."""

    target: Target
    measured: Measured
    today: date

    @cached_property
    def metric(self) -> Metric:
        return metric_of(self.target)

    @cached_property
    def start(self) -> Decimal:
        """Where the line of what is due begins."""
        if self.metric.is_state:
            before = self.measured.get(Month(self.target.year, 1).plus(-1), (0, 0))
            return min(self.metric.value(*before) or NOTHING, self.target.goal)
        return self.target.goal if self.metric.whole else NOTHING

    @property
    def value(self) -> Decimal | None:
        """As of the last month measured; None where there is nothing of which it could be a share."""
        months = [month for month in self.measured if month.year == self.target.year]
        return self.reached_by(max(months)) if months else None

    def reached_by(self, month: Month) -> Decimal | None:
        if self.metric.is_state:
            return self.metric.value(*self.measured.get(month, (0, 0)))
        own = [found for one, found in self.measured.items() if one.year == self.target.year and one <= month]
        return self.metric.value(sum(part for part, _whole in own), sum(whole for _part, whole in own))

    def due(self, day: date) -> Decimal:
        """By the end of that day; of what is counted in whole ones."""
        days = year_of(self.target)
        rest = int((self.target.goal - self.start) * HUNDRED)
        if rest <= 0:
            return self.target.goal
        grown = due_by(Terms(rest, Period.TOTAL, days), days, min(day, days.last))
        step = CENT if self.metric.whole else ALL
        grown_so_far = Decimal(grown.numerator) / grown.denominator / HUNDRED
        return self.start + grown_so_far.quantize(step, ROUND_DOWN)

    @property
    def expected(self) -> Decimal:
        """By the end of yesterday, since today is not over."""
        return self.due(self.today - DAY)

    @property
    def is_behind(self) -> bool:
        return self.value is not None and self.value < self.expected

    @property
    def is_reached(self) -> bool:
        return self.value is not None and self.value >= self.target.goal

    @property
    def is_over(self) -> bool:
        return year_of(self.target).last < self.today

    @property
    def percent(self) -> int | None:
        return None if self.value is None else int(HUNDRED * self.value / self.target.goal)

    @cached_property
    def stages(self) -> list[Stage]:
        """The twelve months; of those to come what will be due."""
        return [self._stage(Month(self.target.year, number)) for number in range(1, 13)]

    def _stage(self, month: Month) -> Stage:
        is_known = month in self.measured
        adds_up = is_known and not self.metric.is_state
        return Stage(
            month,
            self.metric.value(*self.measured[month]) if adds_up else None,
            self.reached_by(month) if is_known else None,
            self.due(month.last),
            month.last < self.today,
        )


def progress_of(targets: Iterable[Target], today: date) -> list[Progress]:
    """As it was last measured. One query."""
    rows = list(targets)
    found: dict[int, dict[Month, tuple[int, int]]] = {row.pk: {} for row in rows}
    for month in TargetMonth.objects.filter(target__in=found):
        found[month.target_id][Month.of(month.month)] = (month.part, month.whole)
    return [Progress(row, found[row.pk], today) for row in rows]


@dataclass(frozen=True)
class Cover:
    """What the parts of a target come to if each is reached; of shares, weighted by what they are shares of."""

    goal: Decimal
    given: Decimal | None
    """None where nothing is known by which to weigh."""

    @property
    def missing(self) -> Decimal:
        return max(self.goal - (self.given or NOTHING), NOTHING)

    @property
    def is_whole(self) -> bool:
        return not self.missing


def cover_of(target: Target, goals: Mapping[int, Decimal], wholes: Mapping[int, int]) -> Cover:
    """`goals` of units right below, by id; `wholes` of each of these units, with or without a part of its own."""
    if not metric_of(target).whole:
        return Cover(target.goal, sum(goals.values(), NOTHING))
    total = sum(wholes.values())
    if not total:
        return Cover(target.goal, None)
    weighed = sum((goals.get(unit, NOTHING) * whole for unit, whole in wholes.items()), NOTHING)
    return Cover(target.goal, (weighed / total).quantize(CENT))


def shared_out(total: int, sizes: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the sizes, which add up to the total: the largest remainders are rounded up."""
    size = sum(sizes)
    if not size:
        return [0] * len(sizes)
    shares = [total * one // size for one in sizes]
    by_rest = sorted(range(len(sizes)), key=lambda place: (-(total * sizes[place] % size), place))
    for place in by_rest[: total - sum(shares)]:
        shares[place] += 1
    return shares
