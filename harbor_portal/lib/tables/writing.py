"""Writing tables: any number of rows in constant memory."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate, chain, islice
from math import ceil
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harbor_portal.lib.tables.cells import QuickSheet
from harbor_portal.lib.tables.columns import Column, Kind, Row, Share, Sheet, neutralised

MAX_SHEET_ROWS = 1_048_576
"""Of the xlsx format. What does not fit goes on in a further sheet; nothing is cut off in silence."""
FORMATS: dict[Kind, str] = {
    "text": "@",
    "integer": "#,##0",
    "decimal": "#,##0.0##",
    "degrees": "0.0######",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
AT_THE_RIGHT = ("integer", "decimal", "degrees", "percent")
"""So stands a figure, and so do its title and the "—" where there is none."""
A4, LINE_HEIGHT, LATIN = 9, 15, 255
PRINTED_WIDTH = 220
"""So many Latin characters can still be read across a sheet of A4 on its side; what is wider goes on beside it."""
CSV_DATETIME = "%Y-%m-%d %H:%M"


def write_xlsx(file: str | Path | IO[bytes], sheets: Sequence[Sheet], *, made_at: datetime | None = None) -> None:
    """Write a workbook with typed cells, a frozen header with filters, and columns of the widths given.

    Rows are taken one at a time. Text is never a formula: it is stored as text, and neutralised as in csv, so that a
    later "save as csv" does no harm either.

    The workbook says that it was made now, or at `made_at`; the same cells and moment give the same bytes.
    """
    with Workbook(file, {"constant_memory": True, "default_date_format": FORMATS["date"]}) as workbook:
        if made_at:
            workbook.set_properties({"created": made_at.astimezone(UTC)})
        for sheet in sheets:
            add_sheet(workbook, sheet)


def add_sheet(workbook: Workbook, sheet: Sheet) -> None:
    """To a workbook that is being written, in as many parts as it needs."""
    # Equal formats are one in the file, however often they are asked for.
    styles = Styles(workbook)
    rows = iter(sheet.rows)
    room = MAX_SHEET_ROWS - len(sheet.preamble) - 1
    title, part = sheet_title(sheet.title), 1
    first: list[Row] = list(islice(rows, 1))
    while first or part == 1:
        worksheet = workbook.add_worksheet(title if part == 1 else f"{title[:27]} {part}", QuickSheet)
        _write_part(worksheet, sheet, chain(first, islice(rows, room - 1)), styles)
        first, part = list(islice(rows, 1)), part + 1


class Styles:
    """How the cells of a workbook look."""

    def __init__(self, workbook: Workbook) -> None:
        self.plain = {kind: workbook.add_format(_look(kind)) for kind in FORMATS}
        self.heavy = {kind: workbook.add_format(_look(kind) | {"bold": True, "top": 1}) for kind in FORMATS}
        head = {"bold": True, "bg_color": "#E3EEEE", "border": 1, "border_color": "#9DB5B4", "text_wrap": True}
        self.head = workbook.add_format(head | {"valign": "bottom"})
        self.head_right = workbook.add_format(head | {"valign": "bottom", "align": "right"})
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.note = workbook.add_format({"text_wrap": True, "valign": "top", "font_color": "#46585D"})


def _look(kind: Kind) -> dict[str, Any]:
    return {"num_format": FORMATS[kind]} | ({"align": "right"} if kind in AT_THE_RIGHT else {})


def _write_part(worksheet: Worksheet, sheet: Sheet, rows: Iterable[Row], styles: Styles) -> None:
    top, right = len(sheet.preamble), max(0, len(sheet.columns) - 1)
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width)
    _write_preamble(worksheet, sheet, styles)
    high = max((_lines(column.title, column.width - 1) for column in sheet.columns), default=1)
    worksheet.set_row(top, LINE_HEIGHT * high)
    for index, column in enumerate(sheet.columns):
        style = styles.head_right if column.kind in AT_THE_RIGHT else styles.head
        worksheet.write_string(top, index, neutralised(column.title), style)
    worksheet.freeze_panes(top + 1, 0)
    last = _write_rows(worksheet, sheet, rows, styles, top)
    worksheet.autofilter(top, 0, last, right)
    _lay_out(worksheet, sheet, top, last)


def _write_preamble(worksheet: Worksheet, sheet: Sheet, styles: Styles) -> None:
    """A title, and notes as wide as the table, so that they can be read on a screen and on one sheet of paper."""
    widths = list(accumulate(column.width for column in sheet.columns))
    right = max(0, sum(width <= PRINTED_WIDTH for width in widths) - 1)
    width = widths[right] if widths else 0
    for number, line in enumerate(sheet.preamble):
        text, style = neutralised(line), styles.note if number else styles.title
        worksheet.set_row(number, LINE_HEIGHT * _lines(text, width) if number else LINE_HEIGHT + 6)
        if number and right:
            worksheet.merge_range(number, 0, number, right, text, style)
        else:
            worksheet.write_string(number, 0, text, style)


def _lines(text: str, width: float) -> int:
    """How many the text takes in so many Latin characters, of which a Chinese one has the width of two."""
    wide = sum(2 if ord(letter) > LATIN else 1 for letter in text)
    return max(1, ceil(wide / max(1, width)))


def _lay_out(worksheet: Worksheet, sheet: Sheet, top: int, last: int) -> None:
    """As it comes out of a printer: A4 on its side, the header and the first column on each sheet."""
    beside = ceil(sum(column.width for column in sheet.columns) / PRINTED_WIDTH)
    worksheet.set_paper(A4)
    worksheet.set_landscape()
    worksheet.fit_to_pages(max(1, beside), 0)
    worksheet.repeat_rows(top)
    if beside > 1:
        worksheet.repeat_columns(0)
    worksheet.print_area(0, 0, last, max(0, len(sheet.columns) - 1))
    worksheet.set_footer("&L&A&R&P / &N")


def _write_rows(worksheet: Worksheet, sheet: Sheet, rows: Iterable[Row], styles: Styles, top: int) -> int:
    """The number of the last row. Most cells of a large table are figures, for which little needs to be decided."""
    plain, heavy = (_cells(sheet.columns, formats) for formats in (styles.plain, styles.heavy))
    is_heavy = sheet.is_heavy
    write_number, write_string, number = worksheet.write_number, worksheet.write_string, top
    for number, row in enumerate(rows, top + 1):
        cells, fractions, percent = heavy if is_heavy and is_heavy(row) else plain
        for index, key, style in cells:
            value = row.get(key)
            if type(value) is int:
                write_number(number, index, value, style)
            elif type(value) is float:
                write_number(number, index, value, fractions.get(index, style))
            elif type(value) is str:
                if value:
                    write_string(number, index, neutralised(value), style)
            elif value is not None:
                _write_cell(worksheet, number, index, value, percent if type(value) is Share else style)
    return number


def _cells(
    columns: Sequence[Column], formats: dict[Kind, Format]
) -> tuple[list[tuple[int, str, Format]], dict[int, Format], Format]:
    """The columns with their formats, those of fractions among whole figures, and that of a share among them."""
    cells = [(index, column.key, formats[column.kind]) for index, column in enumerate(columns)]
    fractions = {index: formats["decimal"] for index, column in enumerate(columns) if column.kind == "integer"}
    return cells, fractions, formats["percent"]


def _write_cell(worksheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    match value:
        case str():
            worksheet.write_string(row, column, neutralised(value), style)
        case datetime():
            worksheet.write_datetime(row, column, _local(value), style)
        case date():
            worksheet.write_datetime(row, column, value, style)
        case bool():
            worksheet.write_boolean(row, column, value, style)
        case _:
            worksheet.write_number(row, column, value, style)


def sheet_title(title: str) -> str:
    """The title without what the xlsx format forbids in a sheet's name, at most 31 characters."""
    return "".join(character for character in title if character not in "[]:*?/\\").strip("'")[:31] or "Sheet1"


def write_csv(file: IO[str], columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write a header and the rows to a text file opened with `newline=""` and encoding "utf-8-sig", which Excel reads.

    Dates are ISO, moments local, and text that looks like a formula bears an apostrophe.
    """
    writer = csv.writer(file)
    writer.writerow([neutralised(column.title) for column in columns])
    writer.writerows([_csv_value(row.get(column.key)) for column in columns] for row in rows)


def _csv_value(value: Any) -> Any:
    match value:
        case None:
            return ""
        case str():
            return neutralised(value)
        case datetime():
            return _local(value).strftime(CSV_DATETIME)
        case date():
            return value.isoformat()
        case _:
            return value


def _local(moment: datetime) -> datetime:
    """Without time zone, as the xlsx format wants it."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment
