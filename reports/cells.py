"""One figure of a report, found by its section, line and column, with the rows that it is the sum of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.figures import MonthFigures
from reports.ledgers import LEDGERS
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.models import StationMonth
from reports.periods import Period
from reports.questions import Question
from reports.sealed.frozen import FrozenStations
from reports.sections import SECTIONS
from reports.sections.behind import Behind, spans_behind
from reports.sections.printing import Row, Table, line_key
from reports.sections.stations import StationRows
from stations.models import Station

MOST_DIFFERING = 300
CENT = 0.005


@dataclass(frozen=True)
class Cell:
    """A figure as the report tells it; `behind` says which rows it is the sum of."""

    asked: Question
    figures: MonthFigures
    table: Table
    row: Row
    column: Column
    behind: Behind
    revision: int | None = None
    """That was asked for; without, the one in force."""

    @property
    def value(self) -> Any:
        return self.row[self.column.key]

    @property
    def name(self) -> str:
        """Of its line: what stands in the first column."""
        return str(self.row.get(self.table.columns[0].key, ""))

    @property
    def only(self) -> dict[str, str]:
        return {**self.row["only"], **self.behind.only}

    @property
    def station_code(self) -> str:
        """Of the line itself, if it is one station's."""
        return str(self.only.get("station", ""))

    @property
    def period(self) -> Period:
        if "month" in self.only:
            return Period.of(Month.parse(self.only["month"]))
        return spans_behind(self.figures.spans)[self.behind.when]

    def rows(self, station: Station | None = None) -> Rows:
        wanted = Wanted(self.asked.subject, self.period, self.behind.measure, self.only, station)
        return LEDGERS[self.behind.ledger](wanted)

    def station(self, code: str) -> Station | None:
        """That one, if the subject held it in these months."""
        held: Any = StationMonth.objects.filter(self.asked.subject.postings, month__range=self.period.bounds)
        found: Station | None = Station.objects.filter(
            code=code, pk__in=held.order_by().values("posting__station")
        ).first()
        return found

    @property
    def is_frozen(self) -> bool:
        return bool(self.figures.report and self.figures.report.digest)

    def is_sum(self, total: Any) -> bool:
        return abs(float(total) - float(self.value)) < CENT

    @cached_property
    def frozen_column(self) -> str:
        """Of the frozen rows of stations, the figure of which this one is the sum; "" if they do not hold it."""
        only = self.only.keys() - {"unit", "operator", "host", "division", "directly"}
        if self.behind.ledger == "days" and self.behind.when == "value" and not only:
            return self.behind.measure
        if (
            self.behind.ledger == "visits"
            and self.behind.measure == "visits"
            and self.behind.when in self.figures.spans
        ):
            return {
                (): self.behind.when,
                ("method",): f"by_{self.only.get('method')}" if self.behind.when == "value" else "",
                ("class",): f"class_{self.only.get('class')}" if self.behind.when == "value" else "",
            }.get(tuple(only), "")
        return ""

    def differing(self, rows: Rows) -> list[Row]:
        """Station by station what was frozen and what adds up now, where the two differ; the largest first."""
        if not (self.is_frozen and rows.by_station and self.frozen_column):
            return []
        now = {row["code"]: row for row in rows.rows}
        then = {row["code"]: row for row in self.figures.of("station")}
        found = []
        for code in now.keys() | then.keys():
            before = then.get(code, {}).get(self.frozen_column) or 0
            after = now.get(code, {}).get(AMOUNT) or 0
            # Of a part of the unit only its own stations: those of other lines are in none of these rows.
            if before != after and (code in now or not self.only):
                name = (now.get(code) or then[code])["name"]
                found.append({"name": name, "code": code, "before": before, "after": after})
        return sorted(found, key=lambda row: (-abs(row["after"] - row["before"]), row["code"]))[:MOST_DIFFERING]


def addresses(asked: Question, table: Table, revision: str = "") -> Callable[[Row, str], str]:
    """Where the rows behind a figure of the table are listed, by its row and column; "" if it has none.

    A page has thousands of them, of which only the end differs.
    """
    more = {"revision": revision} if revision else {}
    beginning = f"{reverse('admin:month_ledger')}?{asked.query(section=table.key, **more)}"

    def address(row: Row, key: str) -> str:
        if table.behind_of(row, key) is None:
            return ""
        return f"{beginning}&line={quote_plus(line_key(row))}&figure={key}"

    return address


NEEDED = ("overview", "method", "source")
"""What the tables of other sections are made with."""


def find_cell(asked: Question, told: Mapping[str, str], revision: int | None) -> Cell | None:
    """The figure that `section`, `line` and `figure` name; None for what does not exist or has no rows behind it.

    Without a section it is the visits.
    """
    told = told if "section" in told else {"section": "overview", "line": "visits"}
    key = told["section"]
    if key not in SECTIONS:
        return None
    figures = asked.figures(revision, sections={key, *NEEDED})
    if revision is not None and figures.report is None:
        return None
    line, figure = told.get("line", ""), told.get("figure", "value")
    table = SECTIONS[key].table(figures, _rows(figures.of(key), line))
    row = next((row for row in table.rows if "only" in row and line_key(row) == line), None)
    column = next((column for column in table.columns if column.key == figure), None)
    behind = table.behind_of(row, figure) if row else None
    if row is None or column is None or behind is None or not isinstance(row.get(figure), (int, float)):
        return None
    return Cell(asked, figures, table, row, column, behind, revision)


def _rows(rows: Sequence[Row], line: str) -> Sequence[Row]:
    """Of thousands of stations only the one that is asked for."""
    if isinstance(rows, (StationRows, FrozenStations)):
        return rows.of_station(line.removeprefix("station:"))
    return rows
