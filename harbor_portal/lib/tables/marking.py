"""A file given back with what is wrong in it: the same sheets and cells, the bad ones coloured and commented."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harbor_portal.lib.tables.columns import Sheet, neutralised
from harbor_portal.lib.tables.reading import Cell, Grid
from harbor_portal.lib.tables.writing import FORMATS, add_sheet, sheet_title

MOST_COMMENTS = 5_000
"""Each is a drawing of its own, and spreadsheet programs stand few more; beyond, a bad cell is coloured only."""
COLOURS = {"error": ("#F8D0CC", "#B3261E"), "warning": ("#FFF0C2", "#8A6100")}
MOMENT = "yyyy-mm-dd hh:mm:ss"

Severity = Literal["error", "warning"]
Place = tuple[str, int, int]
"""Sheet, row and column from 1."""


@dataclass
class Mark:
    """What is said of one cell."""

    severity: Severity
    text: str


def write_marked(
    file: IO[bytes], grids: Sequence[Grid], marks: Mapping[Place, Mark], *, heads: Mapping[str, int], last: Sheet
) -> None:
    """Write the sheets anew, each value where it stood, and `last` behind them; `heads`: the row of a sheet's header.

    A row at a time, in constant memory. Formulas are values here: the cells that held one are marked by whoever asks.
    """
    own = sheet_title(last.title)
    by_sheet: dict[str, dict[tuple[int, int], Mark]] = {}
    for (sheet, row, column), mark in marks.items():
        by_sheet.setdefault(sheet, {})[row, column] = mark
    with Workbook(file, {"constant_memory": True, "default_date_format": FORMATS["date"]}) as workbook:
        pens = _Pens(workbook)
        room = MOST_COMMENTS
        for grid in grids:
            if grid.name == own:
                continue
            worksheet = workbook.add_worksheet(sheet_title(grid.name))
            room -= _write_grid(worksheet, grid, by_sheet.get(grid.name, {}), pens, heads.get(grid.name, 0), room)
            if grid.is_hidden:
                worksheet.hide()
        add_sheet(workbook, last)
        _open_at_first_visible(workbook)


class _Pens:
    """Formats by what they are for, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str, bool], Format] = {}

    def get(self, cell: Cell, severity: str, *, is_head: bool) -> Format:
        key = (_pattern(cell), severity, is_head)
        if key not in self._made:
            values: dict[str, Any] = {"num_format": key[0]}
            if severity:
                ground, line = COLOURS[severity]
                values |= {"bg_color": ground, "border": 1, "border_color": line}
            if is_head:
                values |= {"bold": True}
            self._made[key] = self._workbook.add_format(values)
        return self._made[key]


def _pattern(cell: Cell) -> str:
    match cell:
        case str():
            return "@"
        case datetime():
            return MOMENT
        case date():
            return FORMATS["date"]
        case time():
            return "hh:mm:ss"
        case timedelta():
            return "[h]:mm:ss"
        case _:
            return "General"


def _write_grid(
    worksheet: Worksheet, grid: Grid, marks: Mapping[tuple[int, int], Mark], pens: _Pens, head: int, room: int
) -> int:
    """The number of comments, at most `room`."""
    for index, width in grid.widths.items():
        worksheet.set_column(index - 1, index - 1, width)
    if head:
        worksheet.freeze_panes(head, 0)
    columns_of: dict[int, set[int]] = {}
    for row, column in marks:
        columns_of.setdefault(row, set()).add(column)
    commented = 0
    for number in range(1, max([len(grid.cells), *columns_of]) + 1):
        cells = grid.cells[number - 1] if number <= len(grid.cells) else []
        for column in range(1, max([len(cells), *columns_of.get(number, ())]) + 1):
            cell = cells[column - 1] if column <= len(cells) else ""
            mark = marks.get((number, column))
            if cell == "" and mark is None:
                continue
            _write(
                worksheet,
                number - 1,
                column - 1,
                cell,
                pens.get(cell, mark.severity if mark else "", is_head=number == head),
            )
            if mark and commented < room:
                worksheet.write_comment(number - 1, column - 1, mark.text, _box(mark))
                commented += 1
    return commented


def _write(worksheet: Worksheet, row: int, column: int, cell: Cell, pen: Format) -> None:
    match cell:
        case "":
            worksheet.write_blank(row, column, None, pen)
        case str():
            worksheet.write_string(row, column, neutralised(cell), pen)
        case bool():
            worksheet.write_boolean(row, column, cell, pen)
        case datetime() | date() | time() | timedelta():
            worksheet.write_datetime(row, column, cell, pen)
        case _:
            worksheet.write_number(row, column, cell, pen)


def _box(mark: Mark) -> dict[str, Any]:
    lines = sum(1 + len(line) // 24 for line in mark.text.splitlines())
    return {
        "author": "Harbor Portal",
        "width": 320,
        "height": 24 + 20 * min(lines, 12),
        "color": COLOURS[mark.severity][0],
    }


def _open_at_first_visible(workbook: Workbook) -> None:
    visible: Iterable[Worksheet] = (sheet for sheet in workbook.worksheets() if not sheet.hidden)
    first = next(iter(visible))
    first.activate()
    first.set_first_sheet()
