"""From the sheets of a file to rows of values by column, with every cell that is wrong named."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from harbor_portal.lib.errors import Problem
from harbor_portal.lib.tables import Cell, Grid, column_letters, text_of
from stations.imports.columns import ImportColumn
from stations.imports.values import Reader
from stations.imports.words import folded, is_blank

HEADER_ROWS = 10
"""A title and the like may stand above the header."""
GUIDE_SHEETS = {"填写说明", "Guide", "问题清单", "Problems"}
"""What we write ourselves beside a list: how to fill it in, and what was wrong with it."""
MAX_SHOWN = 60


@dataclass
class Notes:
    """What is wrong, gathered while reading on."""

    problems: list[Problem] = field(default_factory=list)
    tells_values: bool = True
    """Whether a problem says what stood in its cell."""

    def add(
        self,
        severity: Literal["error", "warning"],
        message: str,
        sheet: str = "",
        row: int = 0,
        column: str = "",
        value: str = "",
        index: int = 0,
    ) -> None:
        told = value[:MAX_SHOWN] if self.tells_values else ""
        self.problems.append(Problem(severity, sheet, row, column, told, message, index))


Titles = dict[str, tuple[str, int]]
"""How the file calls each column, with its letter ("H 纬度"), and its number; 0 where it has none."""


@dataclass
class Row:
    """A row of the list: values by key of the columns that are filled, and the cells as they were written."""

    sheet: str
    number: int
    titles: "Titles"
    notes: Notes
    cells: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    """The keys of the columns that hold an error."""

    @property
    def place(self) -> str:
        """Where the row stands, for a sentence about another row."""
        return _("Row %(row)s of “%(sheet)s”") % {"row": self.number, "sheet": self.sheet}

    def error(self, key: str, message: str) -> None:
        self.wrong.add(key)
        self._note("error", key, message)

    def warn(self, key: str, message: str) -> None:
        self._note("warning", key, message)

    def _note(self, severity: Literal["error", "warning"], key: str, message: str) -> None:
        title, index = self.titles.get(key, ("", 0))
        self.notes.add(severity, message, self.sheet, self.number, title, self.cells.get(key, ""), index)


def read_rows(
    grids: list[Grid], notes: Notes, columns: Sequence[ImportColumn], readers: Mapping[str, Reader]
) -> list[Row]:
    """The rows of every sheet that has a header with all columns that are required."""
    rows: list[Row] = []
    found = False
    for grid in grids:
        if grid.is_hidden:
            notes.add("warning", _("This sheet is hidden and was not read."), grid.name)
            continue
        if grid.name in GUIDE_SHEETS or not any(True for _row in grid.rows()):
            continue
        header = find_header(grid, columns)
        if header is None:
            continue
        found = True
        rows.extend(_rows_of(grid, header, notes, columns, readers))
    if not found:
        _no_header(grids, notes, columns)
    elif not rows:
        notes.add("error", _("There is no row below the header."))
    return rows


@dataclass(frozen=True)
class Header:
    """Where the header stands, and the columns by their number from 1."""

    row: int
    columns: dict[int, ImportColumn]
    unknown: dict[int, str]


def find_header(grid: Grid, columns: Sequence[ImportColumn]) -> Header | None:
    """The first row that names every required column; None if there is none near the top."""
    known = _headers(columns)
    required = {column.key for column in columns if column.is_required}
    for number, cells in grid.rows():
        if number > HEADER_ROWS:
            return None
        titles = {index: text_of(cell) for index, cell in enumerate(cells, 1) if cell != ""}
        found = {index: known[folded(title)] for index, title in titles.items() if folded(title) in known}
        if required <= {column.key for column in found.values()}:
            return Header(number, found, {index: title for index, title in titles.items() if index not in found})
    return None


def _headers(columns: Sequence[ImportColumn]) -> dict[str, ImportColumn]:
    """Columns by every header they are known by, folded."""
    known = {}
    for column in columns:
        for alias in (column.key, *column.aliases):
            known[folded(alias)] = column
        for language, _name in settings.LANGUAGES:
            with override(language):
                known[folded(str(column.title))] = column
    return known


def _no_header(grids: list[Grid], notes: Notes, columns: Sequence[ImportColumn]) -> None:
    """Say which required columns were missed, and what stood where the header should be."""
    first = next((cells for grid in grids if not grid.is_hidden for _number, cells in grid.rows()), [])
    notes.add(
        "error",
        _(
            "No row names the required columns: %(columns)s. Take the template, or rename the columns. If the text"
            " shown here is garbled, save the file as xlsx."
        )
        % {"columns": _(", ").join(_both(column) for column in columns if column.is_required)},
        grids[0].name if grids else "",
        value=" | ".join(text_of(cell) for cell in first if cell != ""),
    )


def _both(column: ImportColumn) -> str:
    """As it is called in Chinese and in the language in force."""
    return f"{column.aliases[0]} ({column.title})"


def _rows_of(
    grid: Grid, header: Header, notes: Notes, columns: Sequence[ImportColumn], readers: Mapping[str, Reader]
) -> Iterator[Row]:
    titles = _check_header(grid, header, notes, columns)
    _check_merged(grid, header, notes)
    for number, cells in grid.rows(after=header.row):
        row = Row(grid.name, number, titles, notes)
        is_flawed = any((number, index) in grid.flaws for index in header.columns)
        if not is_flawed and not any(cells[index - 1] != "" for index in header.columns if index <= len(cells)):
            continue
        for index, column in header.columns.items():
            cell = cells[index - 1] if index <= len(cells) else ""
            if (number, index) in grid.flaws:
                row.cells[column.key] = text_of(cell)
                row.error(column.key, grid.flaws[number, index])
            else:
                _read_cell(row, column, cell, readers[column.key])
        yield row


def _check_header(grid: Grid, header: Header, notes: Notes, columns: Sequence[ImportColumn]) -> Titles:
    """Warn of columns that are not known, refuse one named twice; answer what the columns are called."""
    for index, title in header.unknown.items():
        message = _("This column is not known and was not read.")
        notes.add("warning", message, grid.name, header.row, f"{column_letters(index)} {title}", title, index)
    counted = Counter(column.key for column in header.columns.values())
    titles = {column.key: (str(column.title), 0) for column in columns}
    for index, column in header.columns.items():
        title = f"{column_letters(index)} {column.title}"
        titles[column.key] = (title, index)
        if counted[column.key] > 1:
            message = _("Two columns mean the same. Keep one.")
            notes.add("error", message, grid.name, header.row, title, index=index)
    return titles


def _check_merged(grid: Grid, header: Header, notes: Notes) -> None:
    for top, left, bottom, right in grid.merged:
        if bottom >= header.row and any(left <= index <= right for index in header.columns):
            cells = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            message = _("The cells %(cells)s are merged. Unmerge them and fill every cell.") % {"cells": cells}
            notes.add("error", message, grid.name, top, column_letters(left), cells, left)


def _read_cell(row: Row, column: ImportColumn, cell: Cell, read: Reader) -> None:
    text = text_of(cell)
    if is_blank(text):
        if column.is_required:
            row.error(column.key, _("This must not be empty."))
        return
    row.cells[column.key] = text
    try:
        row.values[column.key] = read(cell, lambda message: row.warn(column.key, message))
    except ValueError as error:
        row.error(column.key, str(error))
