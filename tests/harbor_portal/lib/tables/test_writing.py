"""Tables written as xlsx and csv."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from harbor_portal.lib.tables import Column, Sheet, write_csv, write_xlsx, writing

COLUMNS = [
    Column("name", "名称", width=30),
    Column("visits", "人次", "integer"),
    Column("share", "占比", "percent"),
    Column("area", "面积", "decimal"),
    Column("opened", "开放日期", "date"),
    Column("at", "记录时间", "datetime", 18),
]
ROWS: list[dict[str, Any]] = [
    {
        "name": "济西支行劳动者港湾",
        "visits": 12_345,
        "share": 0.25,
        "area": Decimal("30.5"),
        "opened": date(2018, 7, 1),
        "at": datetime(2026, 11, 21, 0, 31, tzinfo=UTC),
    },
    {"name": "=HYPERLINK(1)", "visits": "—", "opened": None, "at": datetime(2026, 11, 21, 8, 31)},  # noqa: DTZ001
]


def _read(path: Path) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_path(path) as workbook:
        return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}  # type: ignore[misc]


def test_xlsx_cells_have_types(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [Sheet("月报", COLUMNS, iter(ROWS))])
    header, first, second = _read(tmp_path / "a.xlsx")["月报"]
    assert header == ["名称", "人次", "占比", "面积", "开放日期", "记录时间"]
    assert first == [
        "济西支行劳动者港湾", 12_345, 0.25, 30.5, date(2018, 7, 1), datetime(2026, 11, 21, 8, 31)  # noqa: DTZ001
    ]  # fmt: skip
    assert second[:3] == ["'=HYPERLINK(1)", "—", ""]


def test_xlsx_goes_to_an_open_file_with_several_sheets_and_a_preamble() -> None:
    file = io.BytesIO()
    sheets = [Sheet("总览 [1/2]:*?", COLUMNS[:1], [], ["济南市 2026-10", "=1+1"]), Sheet("空", COLUMNS[:2], [{}])]
    write_xlsx(file, sheets)
    file.seek(0)
    with CalamineWorkbook.from_object(file) as workbook:
        assert workbook.sheet_names == ["总览 12", "空"]
        assert workbook.get_sheet_by_index(0).to_python() == [["济南市 2026-10"], ["'=1+1"], ["名称"]]


def test_rows_beyond_the_limit_of_the_format_go_on_in_a_further_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_SHEET_ROWS", 3)
    write_xlsx(tmp_path / "b.xlsx", [Sheet("站点", COLUMNS[:1], ({"name": str(n)} for n in range(5)))])
    sheets = _read(tmp_path / "b.xlsx")
    assert sheets == {
        "站点": [["名称"], ["0"], ["1"]],
        "站点 2": [["名称"], ["2"], ["3"]],
        "站点 3": [["名称"], ["4"]],
    }


def test_a_boolean_is_a_boolean(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "c.xlsx", [Sheet("", [Column("smart", "智能")], [{"smart": True}])])
    assert _read(tmp_path / "c.xlsx") == {"Sheet1": [["智能"], [True]]}


def test_csv_opens_in_excel(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        write_csv(file, COLUMNS, iter(ROWS))
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig")))) == [
        ["名称", "人次", "占比", "面积", "开放日期", "记录时间"],
        ["济西支行劳动者港湾", "12345", "0.25", "30.5", "2018-07-01", "2026-11-21 08:31"],
        ["'=HYPERLINK(1)", "—", "", "", "", "2026-11-21 08:31"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86 531 8888 0000", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "－1"])
def test_text_that_looks_like_a_formula_bears_an_apostrophe_in_csv(text: str) -> None:
    file = io.StringIO(newline="")
    write_csv(file, [Column("x", "x")], [{"x": text}])
    assert list(csv.reader(io.StringIO(file.getvalue(), newline="")))[1] == ["'" + text]


def test_negative_numbers_stay_numbers_in_csv() -> None:
    file = io.StringIO(newline="")
    write_csv(file, [Column("x", "x", "integer")], [{"x": -5}])
    assert file.getvalue() == "x\r\n-5\r\n"


def test_a_sheet_is_laid_out_for_a_printer_and_its_sums_stand_out() -> None:
    file = io.BytesIO()
    columns = [Column("name", "名称", width=20), Column("count", "Visits of the month before", "integer", 10)]
    rows: list[dict[str, Any]] = [{"name": "甲", "count": 3}, {"name": "合计", "count": "—", "rank": "total"}]
    notes = ["月报", "说明" * 40]
    write_xlsx(file, [Sheet("月报", columns, rows, notes, lambda row: row.get("rank") == "total")])
    with zipfile.ZipFile(file) as archive:
        names = ("worksheets/sheet1", "workbook", "styles")
        sheet, book, styles = (archive.read(f"xl/{name}.xml").decode() for name in names)
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "$A$1:$B$5" in book, "the notes do not run beyond the table"
    assert "$3:$3" in book, "the header is printed on each page"
    assert '<mergeCell ref="A2:B2"/>' in sheet
    assert re.search('<row r="2"[^>]* ht="90" ', sheet), "160 letters in 30 take six lines"
    look = re.search(r'<c r="B5" s="(\d+)"', sheet)
    assert look
    cell = styles.split("<cellXfs")[1].split("<xf ")[1:][int(look[1])]
    assert 'horizontal="right"' in cell, "a dash stands where the figures stand"
    assert 'applyFont="1"' in cell


def test_what_is_too_wide_to_be_read_on_one_sheet_goes_on_beside_it() -> None:
    file = io.BytesIO()
    columns = [Column(str(number), f"列{number}", width=20) for number in range(20)]
    write_xlsx(file, [Sheet("站点", columns, [{"0": "甲"}], ["月报", "说明"])])
    with zipfile.ZipFile(file) as archive:
        sheet, names = (archive.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "workbook"))
    assert 'fitToWidth="2" fitToHeight="0"' in sheet
    assert '<mergeCell ref="A2:K2"/>' in sheet
    assert "站点!$A:$A,站点!$3:$3" in names
