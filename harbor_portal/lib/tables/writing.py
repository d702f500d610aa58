"""Writing tables: any number of rows in constant memory."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harbor_portal.lib.tables.columns import Column, Kind, Row, Sheet, neutralised

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
CSV_DATETIME = "%Y-%m-%d %H:%M"


def write_xlsx(file: str | Path | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook with typed cells, a frozen header with filters, and columns of the widths given.

    Rows are taken one at a time. Text is never a formula: it is stored as text, and neutralised as in csv, so that a
    later "save as csv" does no harm either.
    """
    with Workbook(file, {"constant_memory": True, "default_date_format": FORMATS["date"]}) as workbook:
        for sheet in sheets:
            add_sheet(workbook, sheet)


def add_sheet(workbook: Workbook, sheet: Sheet) -> None:
    """To a workbook that is being written, in as many parts as it needs."""
    # Equal formats are one in the file, however often they are asked for.
    formats = {kind: workbook.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    head = workbook.add_format({"bold": True, "bg_color": "#E3EEEE", "border": 1, "text_wrap": True})
    rows = iter(sheet.rows)
    room = MAX_SHEET_ROWS - len(sheet.preamble) - 1
    title, part = sheet_title(sheet.title), 1
    first: list[Row] = list(islice(rows, 1))
    while first or part == 1:
        worksheet = workbook.add_worksheet(title if part == 1 else f"{title[:27]} {part}")
        _write_part(worksheet, sheet, chain(first, islice(rows, room - 1)), formats, head)
        first, part = list(islice(rows, 1)), part + 1


def _write_part(
    worksheet: Worksheet, sheet: Sheet, rows: Iterable[Row], formats: dict[Kind, Format], head: Format
) -> None:
    top = len(sheet.preamble)
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width)
    for number, line in enumerate(sheet.preamble):
        worksheet.write_string(number, 0, neutralised(line))
    for index, column in enumerate(sheet.columns):
        worksheet.write_string(top, index, neutralised(column.title), head)
    worksheet.freeze_panes(top + 1, 0)
    number = top
    for number, row in enumerate(rows, top + 1):
        for index, column in enumerate(sheet.columns):
            value = row.get(column.key)
            if value is not None and value != "":
                _write_cell(worksheet, number, index, value, formats[column.kind])
    worksheet.autofilter(top, 0, number, max(0, len(sheet.columns) - 1))


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
