"""A sheet that is written quickly is, byte for byte, the one that XlsxWriter writes."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from harbor_portal.lib.tables.cells import QuickSheet

MOMENT = datetime(2026, 10, 1, 8, 30)  # noqa: DTZ001  # the format knows no time zones
ROWS: list[list[Any]] = [
    ["济南分行", "a < b & c > d", ' "quoted" ', "tab\tand\nline", "_x0041_", "\x07", "\ufffe", "", "—"],
    [0, -1, 12_345_678_901_234, 0.1, 1 / 3, 1e-9, 1e20, -0.0, 2.5],
    [True, False, date(2026, 10, 1), MOMENT, None, "=1+1", "<r>no</r>", "１２", "🚰"],
]


def written(sheet: type[Worksheet], *, constant_memory: bool) -> dict[str, bytes]:
    file = io.BytesIO()
    with Workbook(file, {"constant_memory": constant_memory, "default_date_format": "yyyy-mm-dd"}) as workbook:
        workbook.set_properties({"created": MOMENT})
        styles = [workbook.add_format({"num_format": style}) for style in ("#,##0", "0.0%", "#,##0", "@")]
        for number in range(2):
            worksheet = workbook.add_worksheet(f"第{number}表", sheet)
            worksheet.set_column(3, 3, 12, styles[1])
            for row, values in enumerate(ROWS * 2):
                for column, value in enumerate(values * 4):
                    style = [*styles, None][(row + column + number) % 5]
                    if value is None:
                        worksheet.write_blank(row, column, None, style)
                    elif isinstance(value, str):
                        worksheet.write_string(row, column, value, style)
                    else:
                        worksheet.write(row, column, value, style)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("constant_memory", [True, False])
def test_the_file_is_the_same(*, constant_memory: bool) -> None:
    quick = written(QuickSheet, constant_memory=constant_memory)
    assert quick == written(Worksheet, constant_memory=constant_memory)
    assert len(quick["xl/worksheets/sheet2.xml"]) > 4000
