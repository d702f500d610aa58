"""A table of a report as the screen shows it: figures as text, and each with a link to what is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.figures import Row
from reports.subjects import Subject
from reports.tables import Table

MONTHS_BACK = {"value": 0, "previous": -1, "last_year": -12}
"""The columns that tell visits, and of which month."""


@dataclass(frozen=True)
class Cell:
    text: str
    is_figure: bool
    link: str
    heading: bool
    """Whether the cell names its row."""
    label: str
    """The title of its column, which a narrow screen shows beside it."""


@dataclass(frozen=True)
class Line:
    cells: Sequence[Cell]
    rank: str


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


def query_of(subject: Subject, month: Month, **more: str) -> str:
    return urlencode({subject.kind: subject.code, "month": str(month)} | more)


def screen(table: Table, subject: Subject, month: Month) -> Screen:
    lines = [
        Line([_cell(column, row, number, subject, month) for number, column in enumerate(table.columns)], _rank(row))
        for row in table.rows
    ]
    headings = [Heading(_unbroken(column.title), _is_figure(column)) for column in table.columns]
    return Screen(table.key, table.title, table.note, headings, lines)


def _unbroken(title: str) -> str:
    """A narrow column must not break "2026-10" at its hyphen."""
    return title.replace("-", "\N{NON-BREAKING HYPHEN}")


def _is_figure(column: Column) -> bool:
    return column.kind in ("integer", "decimal", "percent")


def _rank(row: Row) -> str:
    return str(row.get("rank", ""))


def _cell(column: Column, row: Row, number: int, subject: Subject, month: Month) -> Cell:
    value = row.get(column.key)
    return Cell(
        text=_text(column, value),
        is_figure=_is_figure(column),
        link=_link(column.key, row, subject, month) if isinstance(value, int) and value else "",
        heading=number == 0,
        label=_unbroken(column.title),
    )


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    match column.kind:
        case "percent":
            sign = "+" if column.key.startswith("change") and value > 0 else ""
            return f"{sign}{number_format(value * 100, 1)} %"
        case "date":
            return date_format(value, "Y-m-d")
        case _:
            return f"{value:,}"


def _link(key: str, row: Row, subject: Subject, month: Month) -> str:
    """Where the rows behind this figure are listed, if it has any."""
    if "only" not in row:
        return ""
    if key in MONTHS_BACK:
        query = query_of(subject, month.plus(MONTHS_BACK[key]), **row["only"])
    elif key == "beside":
        query = query_of(subject, month, beside="1", **row["only"])
    elif key.startswith("days_") and "station" in row["only"]:
        query = query_of(subject, month, **row["only"])
    else:
        return ""
    return f"{reverse('admin:month_ledger')}?{query}"
