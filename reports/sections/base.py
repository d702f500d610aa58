"""What a section of the report is, and what it is asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.models import MonthReport, StationMonth, StationMonthVisits
from reports.periods import Period
from reports.sections.printing import Row, Table
from reports.subjects import Subject
from reports.summaries import LEAST, Part, summed
from reports.sums import BY_MONTH, TOTALS, months_within, sum_of, within

T = TypeVar("T")

# The three spans that stand side by side in every table, by the key of their column.
WHEN = ("value", "previous", "last_year")
NEVER = Period.of(Month(1, 1))
"""A span of which nothing is on record."""
LEARNT = ("honour", "unopened", "coming", "wish", "obligation")
"""Sections that came before a report said which it has: what does not say so was frozen before them."""


@dataclass(frozen=True)
class Asked:
    """Of whom figures are wanted, and of which spans, by `WHEN`."""

    subject: Subject
    spans: Mapping[str, Period]
    keeps: bool = False
    """Whether sums of a large subject may be taken from those that are kept (`reports.summaries`)."""
    sections: tuple[str, ...] = ()
    """Those that are told of it."""
    computed: dict[Any, Any] = field(default_factory=dict, compare=False)

    def once(self, compute: "Callable[[Asked], T]") -> T:
        """What several sections need, computed for the first of them."""
        if compute not in self.computed:
            self.computed[compute] = compute(self)
        found: T = self.computed[compute]
        return found

    def summed(self, part: Part, periods: Iterable[Period]) -> dict[Period, Any]:
        """The part's sums of each of the periods."""
        keep = self.keeps and part.is_kept and self.is_large
        known: dict[Period, Any] = self.computed.setdefault(part, {})
        wanted = [period for period in periods if period not in known]
        known |= summed(self.subject, part, wanted, keep=keep) if wanted else {}
        return known

    def by_span(self, part: Part) -> dict[str, Any]:
        """The part's sums of the three spans, by `WHEN`."""
        found = self.summed(part, self.added_up.values())
        return {when: found[span] for when, span in self.added_up.items()}

    def of_period(self, part: Part) -> Any:
        return self.summed(part, [self.period])[self.period]

    @cached_property
    def is_large(self) -> bool:
        some = months_within(self.subject, list(self.spans.values())).values("pk")[:LEAST]
        return some.count() == LEAST

    @property
    def period(self) -> Period:
        return self.spans["value"]

    @cached_property
    def added_up(self) -> Mapping[str, Period]:
        """The spans; of several months with which one compares nothing, unless something is on record of each of them.

        Else three months would stand beside the only one that is known.
        """
        return {when: span if self._is_whole(span) else NEVER for when, span in self.spans.items()}

    def _is_whole(self, span: Period) -> bool:
        if span.is_month or span == self.period:
            return True
        found = self.summed(BY_MONTH, span.months)
        return all(found[month] and found[month]["sum_days_recorded"] for month in span.months)

    @cached_property
    def at_end(self) -> Subject:
        """The subject with what stood below it on the last day."""
        return self.subject.in_days(self.period.last.last, self.period.last.last)

    @property
    def any_span(self) -> Q:
        """On rows of a month: that it lies in one of the three."""
        return within(list(self.added_up.values()))

    @cached_property
    def months(self) -> QuerySet[StationMonth]:
        return StationMonth.objects.filter(self.subject.postings, self.any_span)

    @cached_property
    def visits(self) -> QuerySet[StationMonthVisits]:
        return StationMonthVisits.objects.filter(self.subject.postings, self.any_span)

    @cached_property
    def is_known(self) -> dict[str, bool]:
        """Of which spans anything is on record at all."""
        return {when: bool(sums["sum_days_recorded"]) for when, sums in self.by_span(TOTALS).items()}

    def sum(self, measure: str, when: str = "value", **only: Any) -> Combinable:
        return sum_of(measure, self.within(when, **only))

    def within(self, when: str, **only: Any) -> Q:
        return Q(month__range=self.added_up[when].bounds, **only)


@dataclass(frozen=True)
class MonthFigures:
    """All figures of one subject and month, ready to be rendered or frozen.

    `None` means that there is nothing to tell: no record at all, which is not the same as nobody came.
    """

    sections: Mapping[str, Sequence[Row]]
    """Those of the stations are read page by page when they are sliced, and row by row when they are iterated."""
    report: MonthReport | None = field(default=None, compare=False)

    def of(self, section: str) -> Sequence[Row]:
        """Nothing of a section that was not there yet when the report was frozen."""
        return self.sections.get(section, ())

    def has(self, section: str) -> bool:
        """Whether it was told when the figures were made, even if there was nothing to tell."""
        return was_told(section, self.source) or bool(self.of(section))

    @property
    def source(self) -> Row:
        return self.sections["source"][0]

    @property
    def period(self) -> Period:
        return Period.parse(self.source["month"])

    @property
    def spans(self) -> dict[str, Period]:
        against = self.source.get("against")
        before = Period.parse(against) if against else self.period.before()
        return dict(zip(WHEN, (self.period, before, self.period.year_before()), strict=True))

    @property
    def is_draft(self) -> bool:
        """Not handed in: added up anew whenever somebody asks."""
        return not (self.report and self.report.digest)

    @property
    def as_of(self) -> datetime:
        """When the roll-up ran that the figures are of; before any, the beginning of the time that they are about."""
        at = self.source["rolled_up_at"]
        return datetime.fromisoformat(at) if at else timezone.make_aware(datetime.combine(self.period.days[0], time()))

    @cached_property
    def measures(self) -> dict[str, Row]:
        """The rows of the overview by their measure."""
        return {row["measure"]: row for row in self.of("overview")}

    @property
    def total(self) -> Row:
        """The visits of the three spans."""
        return self.measures["visits"]

    def rows(self) -> list[Row]:
        """The flat set of rows that is frozen and hashed."""
        return [{"section": section} | row for section, rows in self.sections.items() for row in rows]


def was_told(section: str, source: Row) -> bool:
    """By what the report says of its sources."""
    told = source.get("sections")
    return section not in LEARNT if told is None else section in told


@dataclass(frozen=True)
class Section:
    """`key` is the name of its rows among the frozen ones; the values of `names` tell one row from the others."""

    key: str
    names: tuple[str, ...]
    rows: Callable[[Asked], Sequence[Row]]
    table: Callable[[MonthFigures, Sequence[Row]], Table]
    """Of these rows: all, or those of the page shown."""
    brief: Callable[[Sequence[Row], int], Sequence[Row] | None] | None = None
    """Of a list that is longer than so many lines those that a page shows; None if all of them have room."""
    is_fixed: bool = False
    """Whether its lines are the program's own, the same in each report, and not what happened."""
