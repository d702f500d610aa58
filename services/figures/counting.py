"""What happened, counted by unit and by month.

A row belongs to the units that ran its station on its day, or to the unit that it names; its queryset knows which by
`of_units`, and when by `in_month` and `between`. Each figure knows what its list is to be asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Q, Sum, Value
from django.db.models.functions import Substr, TruncMonth
from django.utils.functional import Promise

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Kind
from stations.models import Unit

Text = str | Promise
Sums = dict[str, int]
"""By the key of the measure."""
LINES = ("station__postings__operator__path", "station__postings__supervisor__path")
"""Where the paths of the units stand to which a row of a station belongs."""


@dataclass(frozen=True)
class Measure:
    """`page` and `query` are the list of exactly the rows that are counted, within a unit and month."""

    key: str
    title: Text
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    condition: Q = field(default_factory=Q)
    amount: str = ""
    """The field that is added up, where it is not the rows that are counted."""
    unit_filter: str = "unit"
    """By which parameter the list is asked for the rows of a unit."""
    month_filter: str = "month"
    kind: Kind = "integer"
    """How a workbook shows it."""

    @property
    def aggregate(self) -> Any:
        if self.amount:
            return Sum(self.amount, filter=self.condition, default=0)
        return Count("pk", filter=self.condition)


@dataclass(frozen=True)
class Share:
    """How much one sum is of several."""

    key: str
    title: Text
    part: str
    whole: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """One table, and what is counted of it."""

    rows: Any
    """A queryset, of all there is or of what somebody sees."""
    measures: Sequence[Measure]
    lines: tuple[str, ...] = LINES
    of_units: str = "of_units"
    """The method of the queryset that knows what belongs to units; it joins the `lines`."""

    def seen_by(self, user: Any) -> "Counted":
        return replace(self, rows=self.rows.visible_to(user))

    def below(self, unit: Unit, rows: Any) -> Any:
        return getattr(rows, self.of_units)((unit.path,)).order_by()

    def in_month(self, unit: Unit, month: Month) -> Any:
        """The rows of a unit, with all below it, that belong to the month."""
        return self.below(unit, self.rows.in_month(month))

    def by_month(self, unit: Unit, months: Sequence[Month]) -> list[dict[str, Any]]:
        """The sums of these months, which follow each other; what belongs to one may come in several parts."""
        rows = self.below(unit, self.rows.between(months[0].first, months[-1].last))
        return list(rows.values(month_began=TruncMonth(rows.moment)).annotate(**self.sums()))

    def sums(self) -> dict[str, Any]:
        return {measure.key: measure.aggregate for measure in self.measures}


@dataclass(frozen=True)
class Standing(Counted):
    """What lasts: it counts in each month at whose end it holds, in the running one if it holds today."""

    def by_month(self, unit: Unit, months: Sequence[Month]) -> list[dict[str, Any]]:
        first, *others = (self._in_month(unit, month) for month in months)
        return list(first.union(*others, all=True))

    def _in_month(self, unit: Unit, month: Month) -> Any:
        began = Value(month.first, DateField())
        return self.in_month(unit, month).values(month_began=began).annotate(**self.sums())


@dataclass(frozen=True)
class Columns:
    """A table of figures as it is shown: a line for each unit, and one for each month where it is the `main` one."""

    key: str
    title: Text
    columns: Sequence[Measure | Share]
    is_main: bool = False


@dataclass(frozen=True)
class Section:
    """Figures that are read together."""

    key: str
    title: Text
    counted: Callable[[date], Sequence[Counted]]
    """On that day."""
    tables: Callable[[date], Sequence[Columns]]
    about: Text = ""
    """By what a row belongs to a unit and a month."""
    tells_stations: bool = False
    """Whether the year of each station is told besides."""


SECTIONS: dict[str, Section] = {}


def register_section(section: Section) -> None:
    """Called in the `ready()` of the app that owns the rows; sections are shown in this order."""
    SECTIONS[section.key] = section


def sums_by_unit(counted: Iterable[Counted], unit: Unit, below: Sequence[Unit], month: Month) -> dict[int, Sums]:
    """Of the unit and of each of those below it, with all below them, by id, in one month. One query a table.

    A row is counted once for a unit, also where that stands above both operator and supervisor.
    """
    units = [unit, *below]
    deep = max(len(one.path) for one in units)
    found: dict[int, Sums] = {one.pk: {} for one in units}
    for table in counted:
        by_line = {f"line_{number}": Substr(path, 1, deep) for number, path in enumerate(table.lines)}
        groups = list(table.in_month(unit, month).values(**by_line).annotate(**table.sums()))
        for one in units:
            own = [group for group in groups if any((group[line] or "").startswith(one.path) for line in by_line)]
            found[one.pk] |= _added_up(own, table)
    return found


def sums_by_month(counted: Iterable[Counted], unit: Unit, months: Iterable[Month]) -> dict[Month, Sums]:
    """Of the unit with all below it. One query a table."""
    span = sorted(months)
    found: dict[Month, Sums] = {month: {} for month in span}
    for table in counted:
        groups = table.by_month(unit, span)
        for month in span:
            own = [group for group in groups if Month.of(group["month_began"]) == month]
            found[month] |= _added_up(own, table)
    return found


def sums_by_station(counted: Iterable[Counted], unit: Unit, first: date, last: date) -> dict[tuple[str, str], Sums]:
    """Of what belongs to the unit with all below it on these days, by name and code of the station. One query a table.

    A station of which there is nothing is not named.
    """
    tables = list(counted)
    nothing = {measure.key: 0 for table in tables for measure in table.measures}
    found: dict[tuple[str, str], Sums] = {}
    for table in tables:
        rows = table.below(unit, table.rows.between(first, last)).values("station__name", "station__code")
        for row in rows.annotate(**table.sums()):
            own = found.setdefault((row["station__name"], row["station__code"]), dict(nothing))
            own |= {measure.key: row[measure.key] for measure in table.measures}
    return dict(sorted(found.items()))


def _added_up(groups: Sequence[Mapping[str, Any]], table: Counted) -> Sums:
    return {measure.key: sum(group[measure.key] for group in groups) for measure in table.measures}
