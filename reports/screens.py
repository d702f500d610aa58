"""A table of a report as the screen shows it: figures as text, and each with a link to what is behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from harbor_portal.lib.tables import Column
from reports.charts import NARROW, WIDE, is_drawn, svg
from reports.sections.behind import Behind
from reports.sections.printing import Row, Table, is_figure, told

LONG = 20
MOST_LINES = 300
"""Of one table; the stations come in pages before that."""


@dataclass(frozen=True)
class Cell:
    text: str
    is_figure: bool
    link: str
    heading: bool
    """Whether the cell names its row."""
    label: str
    """The title of its column, which a narrow screen shows beside it."""

    @property
    def html(self) -> str:
        text = escape(self.text)
        if self.heading:
            return f'<th scope="row">{text}</th>'
        shown = f'<a href="{escape(self.link)}">{text}</a>' if self.link else text
        figure = ' class="figure"' if self.is_figure else ""
        return f'<td{figure} data-label="{escape(self.label)}">{shown}</td>'


@dataclass(frozen=True)
class Line:
    cells: Sequence[Cell]
    rank: str

    @property
    def html(self) -> SafeString:
        """Of a page that shows thousands of cells, a template would take longer than all of its queries."""
        cells = "".join(cell.html for cell in self.cells)
        return mark_safe(f'<tr class="{escape(self.rank)}">{cells}</tr>')  # noqa: S308  # what is told is escaped


@dataclass(frozen=True)
class Heading:
    title: str
    is_figure: bool


@dataclass(frozen=True)
class Screen:
    key: str
    title: str
    note: str
    headings: Sequence[Heading]
    lines: Sequence[Line]
    charts: Sequence[str] = ()
    """The drawing for a desk and for a phone; what they show stands in the table."""
    left_out: int = 0
    """How many lines the page has no room for; the files have them."""
    worked_out: Sequence[tuple[str, str]] = ()
    """The figures that lead to no rows, each with what it is worked out from."""

    @property
    def is_long(self) -> bool:
        """Whether the table stays folded behind its drawing until somebody asks for it."""
        return bool(self.charts) and len(self.lines) > LONG


Link = Callable[[Row, str], str]
"""Where the rows behind the figure of a row in a column are listed, "" if nowhere."""


def screen(table: Table, link: Link) -> Screen:
    rows, columns = list(table.rows), [column for column in table.columns if column.on_paper]
    left_out = max(len(rows) - MOST_LINES, 0)
    if left_out:
        rows = [*rows[: MOST_LINES - 1], rows[-1]]
    lines = [
        Line([_cell(column, row, number, link) for number, column in enumerate(columns)], _rank(row)) for row in rows
    ]
    headings = [Heading(_unbroken(column.title), is_figure(column)) for column in columns]
    chart = table.chart if table.chart and is_drawn(table.chart) else None
    charts = [mark_safe(svg(chart, width=width)) for width in (WIDE, NARROW)] if chart else []  # noqa: S308  # our own
    worked_out = _worked_out(table, columns, rows)
    return Screen(table.key, table.title, table.note, headings, lines, charts, left_out, worked_out)


def _unbroken(title: str) -> str:
    """A narrow column must not break "2026-10" at its hyphen."""
    return title.replace("-", "\N{NON-BREAKING HYPHEN}")


def _rank(row: Row) -> str:
    return str(row.get("rank", ""))


def _cell(column: Column, row: Row, number: int, link: Link) -> Cell:
    value = row.get(column.key)
    return Cell(
        text=told(column, value),
        is_figure=is_figure(column),
        link=link(row, column.key) if isinstance(value, (int, float)) and value else "",
        heading=number == 0,
        label=_unbroken(column.title),
    )


def _worked_out(table: Table, columns: Sequence[Column], rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Of the figures that have no rows of their own, from what each is worked out."""
    titles = {column.key: column.title for column in columns}
    found = {
        titles[key]: str(reason)
        for key, reason in table.behind.items()
        if key in titles and not isinstance(reason, Behind)
    }
    for row in rows:
        reasons = [reason for reason in row.get("behind", {}).values() if not isinstance(reason, Behind)]
        if reasons:
            found[str(row[columns[0].key])] = str(reasons[0])
    return list(found.items())
