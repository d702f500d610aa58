"""Files that are broken as a whole: one clear error each, and nothing written."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from stations.actions.imports import NotEntered, import_list
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.models import MapChange, Posting, Schedule, Station, Unit
from tests.conftest import World
from tests.harbor_portal.lib.tables.test_reading import patched, workbook
from tests.stations.imports.lists import ADDRESS, NAME, ROW, csv_list, xlsx_list

pytestmark = pytest.mark.usefixtures("city", "catalogue")

HEADER = ["站点名称", "地址", "运营单位", "经度", "纬度"]
LINE = [NAME, ADDRESS, "中国建设银行/济南分行", 117.02, 36.66]


def merged(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, LINE)
    sheet.merge_range("C2:C3", "中国建设银行/济南分行")
    sheet.write_row(2, 0, ["另一站", ADDRESS])


def formula(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, LINE)
    sheet.write_formula("D2", "=117+0.02", None, "117.02")


def twice(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, [*HEADER, "经度（度）"])
    sheet.write_row(1, 0, LINE)


def headed(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, HEADER)


def numbers(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, [*LINE[:3], 117.25, 36.66])


def number_as(value: bytes) -> bytes:
    return patched(workbook(numbers), "xl/worksheets/sheet1.xml", b"<v>117.25</v>", b"<v>" + value + b"</v>")


BROKEN: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "an empty file": (b"", "The file is empty."),
    "wrong encoding": ("站点名称,地址\n甲,乙".encode("utf-16-le"), "neither an xlsx nor a csv"),
    "unknown encoding": (b"\x80\xff,\xff\n", "no encoding known"),
    "garbled text": ("站点名称,地址\n甲,乙\n".encode("big5", "replace"), "No row names the required columns"),
    "a renamed .exe": (b"MZ\x90\x00" + bytes(500), "neither an xlsx nor a csv"),
    "no address column": (csv_list({"站点名称": NAME, "联系电话": "95533"}), "No row names the required columns"),
    "only a header": (lambda: workbook(headed), "no row below the header"),
    "merged cells": (lambda: workbook(merged), "The cells C2:C3 are merged"),
    "formulas": (lambda: workbook(formula), "holds a formula"),
    "a column twice": (lambda: workbook(twice), "Two columns mean the same"),
    "1e400": (lambda: number_as(b"1e400"), "no number of degrees"),
    "NaN": (lambda: number_as(b"NaN"), "no number of degrees"),
    "swapped": (csv_list(ROW | {"经度": 36.66, "纬度": 117.02}), "These look swapped"),
    "in the sea": (csv_list(ROW | {"经度": 122.5, "纬度": 35}), "in the sea or elsewhere"),
    "duplicate codes": (
        csv_list(ROW | {"站点编码": "7K2M9QXA"}, ROW | {"站点编码": "7K2M9QXA", "站点名称": "乙"}),
        "means the same station",
    ),
    "a name of 300 characters": (csv_list(ROW | {"站点名称": "站" * 300}), "300 characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gives_a_clear_error_and_changes_nothing(world: World, name: str) -> None:
    source, sentence = BROKEN[name]
    data = source if isinstance(source, bytes) else source()
    before = _counts()
    with pytest.raises(NotEntered) as caught:
        import_list(STATIONS, by=world.officer, data=data)
    assert any(sentence in problem.message for problem in caught.value.plan.errors)
    assert _counts() == before


def _counts() -> list[Any]:
    return [
        *(model.objects.count() for model in (Station, Posting, Unit, Schedule, MapChange)),
        Station.history.count(),
    ]


def test_a_good_row_beside_a_broken_one_is_not_entered(world: World) -> None:
    with pytest.raises(NotEntered):
        import_list(STATIONS, by=world.officer, data=csv_list(ROW, ROW | {"站点名称": "乙", "座位数": "若干"}))
    assert Station.objects.count() == 3


def test_hidden_sheets_are_passed_over_with_a_warning(world: World) -> None:
    def hidden(sheet: Worksheet) -> None:
        headed(sheet)
        sheet.write_row(1, 0, ["隐藏站", ADDRESS])
        sheet.hide()

    plan = read_plan(STATIONS, workbook(numbers, hidden), world.officer)
    assert [target.value("name") for target in plan.creates] == [NAME]
    assert any(problem.sheet == "表2" and "hidden" in problem.message for problem in plan.warnings)


def test_sheets_without_stations_and_the_guide_are_passed_over(world: World) -> None:
    file = io.BytesIO()
    with Workbook(file) as book:
        for title, rows in (
            ("填写说明", [["列", "怎样填写"]]),
            ("统计", [["合计", 3]]),
            ("空", []),
            ("站点", [HEADER, LINE]),
        ):
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    plan = read_plan(STATIONS, file.getvalue(), world.officer)
    assert (len(plan.creates), plan.errors) == (1, [])


def test_the_rows_of_several_sheets_are_one_list(world: World) -> None:
    plan = read_plan(STATIONS, workbook(numbers, numbers), world.officer)
    (error,) = plan.errors
    assert (error.sheet, error.row, error.message) == (
        "表2", 2, "Row 2 of “表1” means the same station. Keep one of them."
    )  # fmt: skip


def test_a_header_too_far_down_is_not_found(world: World) -> None:
    (error,) = read_plan(STATIONS, xlsx_list([["x"]] * 12 + [HEADER, LINE]), world.officer).errors
    assert error.value == "x"


def test_only_hidden_sheets_are_no_list(world: World) -> None:
    def first_then_hidden(sheet: Worksheet) -> None:
        sheet.write(0, 0, "说明")

    (error,) = read_plan(STATIONS, workbook(first_then_hidden), world.officer).errors
    assert "No row names" in error.message
