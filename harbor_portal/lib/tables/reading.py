"""Reading tables: what a person uploads is xlsx or csv, whatever its name says, or is refused with a sentence."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.tables.columns import as_typed
from harbor_portal.lib.tables.scanning import MAX_COLUMNS, Part, Unsafe, too_long
from harbor_portal.lib.tables.workbooks import inspect, passed_over

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = (",", "\t", ";")

Cell = str | int | float | bool | date | datetime | time | timedelta


class Unreadable(PortalError):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Grid:
    """One sheet. Rows and columns count from 1 as the spreadsheet shows them; an empty cell is ""."""

    name: str
    cells: list[list[Cell]]
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column of each merged range."""
    flaws: dict[tuple[int, int], str] = field(default_factory=dict)
    """Why the cell at (row, column) is not a plain value: a formula, an error value."""
    widths: dict[int, float] = field(default_factory=dict)
    """Of the columns whose width somebody has set."""

    def rows(self, after: int = 0) -> Iterator[tuple[int, list[Cell]]]:
        """Row number and cells of every row below `after` that is not empty; text without spaces around it."""
        for number, row in enumerate(self.cells[after:], after + 1):
            cells = [as_typed(cell.strip()) if isinstance(cell, str) else cell for cell in row]
            if any(cell != "" for cell in cells):
                yield number, cells


def read_tables(data: bytes, most_rows: int = MAX_ROWS) -> list[Grid]:
    """The sheets of an xlsx file or the one table of a csv file, of at most so many rows each; raises `Unreadable`.

    csv may be UTF-8 (with or without mark), UTF-16 with mark or GB18030, divided by comma, semicolon or tab.
    """
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(limit)s MB. Divide it.") % {"limit": MAX_BYTES // 1024**2})
    if data.startswith(OLE_MAGIC):
        raise Unreadable(
            _("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password.")
        )
    return _read_xlsx(data, most_rows) if data.startswith(ZIP_MAGIC) else [_read_csv(data, most_rows)]


def left_out(data: bytes) -> list[str]:
    """What a file that `read_tables` has read brings besides cells, a sentence for each."""
    return passed_over(data) if data.startswith(ZIP_MAGIC) else []


def text_of(cell: Cell) -> str:
    """The cell as a person would type it: 370102 rather than 370102.0, dates as 2026-11-21."""
    match cell:
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case _:
            return str(cell)


def column_letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _read_xlsx(data: bytes, most_rows: int) -> list[Grid]:
    try:
        # Before calamine sees it: calamine allocates the whole rectangle up to the last cell, and aborts the
        # process when there is no memory for it.
        parts = inspect(data, most_rows)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return _grids(workbook, parts)
    except Unsafe as error:
        raise Unreadable(str(error)) from error
    except (CalamineError, ValueError) as error:
        raise Unreadable(
            _("The workbook is damaged and cannot be read. Open it in Excel or WPS and save it again.")
        ) from error


def _grids(workbook: CalamineWorkbook, parts: list[Part]) -> list[Grid]:
    grids = []
    for part, metadata in zip(parts, workbook.sheets_metadata, strict=True):
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        merged = sheet.merged_cell_ranges or []
        grids.append(
            Grid(
                name=metadata.name,
                cells=sheet.to_python(skip_empty_area=False),
                is_hidden=metadata.visible != SheetVisibleEnum.Visible,
                merged=tuple((top + 1, left + 1, end + 1, right + 1) for (top, left), (end, right) in merged),
                flaws=_flaws(part),
                widths=part.widths,
            )
        )
    return grids


def _flaws(part: Part) -> dict[tuple[int, int], str]:
    formula = _("This cell holds a formula. Copy the column and paste it as values.")
    wrong = _("This cell holds an error of the spreadsheet. Enter the value itself or leave it empty.")
    return dict.fromkeys(part.errors, wrong) | dict.fromkeys(part.formulas, formula)


def _read_csv(data: bytes, most_rows: int) -> Grid:
    text = _decoded(data)
    delimiter = _delimiter(text)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) == most_rows:
                raise Unreadable(too_long("csv", most_rows))
            if len(row) > MAX_COLUMNS:
                raise Unreadable(
                    _("Sheet “%(sheet)s” is wider than %(limit)s columns. Delete what is not needed.")
                    % {"sheet": "csv", "limit": MAX_COLUMNS}
                )
            rows.append(list(row))
    except csv.Error as error:
        raise Unreadable(_("The csv file cannot be read: a cell is too long, or a quotation mark is open.")) from error
    return Grid(name="csv", cells=rows)


def _decoded(data: bytes) -> str:
    if data.startswith(UTF16_MARKS):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise Unreadable(_("This is neither an xlsx nor a csv file, whatever its name says."))
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The text of this file is in no encoding known here. Save it as xlsx, or as csv UTF-8."))


def _delimiter(text: str) -> str:
    """The one most frequent in the first line that holds any; a comma when none does."""
    for line in islice(io.StringIO(text), 20):
        best = max(DELIMITERS, key=line.count)
        if best in line:
            return best
    return ","
