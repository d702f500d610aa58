"""Tables as people send them."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from harbor_portal.lib.tables import (
    Cell,
    Grid,
    Unreadable,
    column_letters,
    left_out,
    read_tables,
    reading,
    text_of,
    workbooks,
)

LINES = '名称,地址\r\n济西支行,泉城路1号\r\n\r\n市北支行,"青岛路2号, 甲"\r\n'
ROWS = [(1, ["名称", "地址"]), (2, ["济西支行", "泉城路1号"]), (4, ["市北支行", "青岛路2号, 甲"])]


def workbook(*fills: Callable[[Worksheet], object]) -> bytes:
    """An xlsx file with one sheet for each function, which fills it."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for number, fill in enumerate(fills, 1):
            fill(book.add_worksheet(f"表{number}"))
    return file.getvalue()


def patched(data: bytes, path: str, old: bytes, new: bytes) -> bytes:
    """The same archive with one member changed, as no spreadsheet program would write it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == path:
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return file.getvalue()


def two_rows(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, ["名称", "序号"])
    sheet.write_row(1, 0, ["济西支行", 1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = LINES.replace(",", delimiter).replace(f"{delimiter} 甲", f"{delimiter} 甲")
    rows = [
        (n, [text_of(cell).replace(delimiter, ",") for cell in cells]) for n, cells in _rows(lines.encode(encoding))
    ]
    assert rows == ROWS


def _rows(data: bytes) -> list[tuple[int, list[Cell]]]:
    (grid,) = read_tables(data)
    return list(grid.rows())


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row("C3", ["名称", "地址"])
        sheet.write_row("C6", [" 济西支行 ", "泉城路1号"])

    (grid,) = read_tables(workbook(fill))
    assert list(grid.rows()) == [(3, ["", "", "名称", "地址"]), (6, ["", "", "济西支行", "泉城路1号"])]
    assert list(grid.rows(after=3)) == [(6, ["", "", "济西支行", "泉城路1号"])]


def test_sheets_tell_whether_they_are_hidden() -> None:
    def hidden(sheet: Worksheet) -> None:
        two_rows(sheet)
        sheet.hide()

    grids = read_tables(workbook(two_rows, hidden))
    assert [(grid.name, grid.is_hidden) for grid in grids] == [("表1", False), ("表2", True)]


def test_chart_sheets_hold_no_rows() -> None:
    file = io.BytesIO()
    with Workbook(file) as book:
        two_rows(book.add_worksheet("数据"))
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=数据!$B$2:$B$2"})
        book.add_chartsheet("图").set_chart(chart)
    assert [grid.name for grid in read_tables(file.getvalue())] == ["数据"]


def test_merged_ranges_formulas_and_error_values_are_named_by_their_cells() -> None:
    def fill(sheet: Worksheet) -> None:
        two_rows(sheet)
        sheet.merge_range("A3:B4", "合并")
        sheet.write_formula("B5", "=1+1", None, "2")
        sheet.write_formula("C6", "=1/0", None, "#DIV/0!")

    (grid,) = read_tables(workbook(fill))
    assert grid.merged == ((3, 1, 4, 2),)
    assert set(grid.flaws) == {(5, 2), (6, 3)}
    assert "formula" in grid.flaws[6, 3]


def test_an_error_value_without_formula_is_a_flaw_too() -> None:
    data = patched(
        workbook(two_rows), "xl/worksheets/sheet1.xml", b'<c r="B2"><v>1</v>', b'<c r="B2" t="e"><v>#N/A</v>'
    )
    (grid,) = read_tables(data)
    assert "error" in grid.flaws[2, 2]


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "only spaces": (b" \r\n ", "is empty"),
    "a program": (b"MZ\x90\x00\x03" + bytes(200), "neither an xlsx nor a csv"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file"),
    "no encoding": (b"\x80\xff\xff\n\x81", "no encoding known"),
    "half a utf-16 character": (b"\xff\xfe\x00", "no encoding known"),
    "a cell too long": (b'a,"' + b"x" * 140_000, "cannot be read"),
    "a zip of something else": (b"", "not an xlsx workbook"),
    "a torn zip": (b"", "damaged"),
    "a workbook with broken sheets": (b"", "damaged"),
}


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_a_sentence(name: str) -> None:
    data, sentence = REFUSED[name]
    if name == "a zip of something else":
        data = _zip({"word/document.xml": b"<w/>"})
    elif name == "a torn zip":
        data = workbook(two_rows)[:-200]
    elif name == "a workbook with broken sheets":
        data = patched(workbook(two_rows), "xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v></x>")
    with pytest.raises(Unreadable, match=sentence):
        read_tables(data)


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(Unreadable, match="larger than"):
        read_tables(LINES.encode())


@pytest.mark.parametrize("data", [LINES.encode(), workbook(two_rows)])
def test_too_many_rows_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="more than 1 rows"):
        read_tables(data, most_rows=1)


def million(sheet: bytes) -> bytes:
    """A workbook of a million rows, as the row given."""
    rows = b"".join(sheet.replace(b"NR", b"%d" % number) for number in range(1, 1_000_001))
    return patched(workbook(two_rows), "xl/worksheets/sheet1.xml", b"</sheetData>", rows + b"</sheetData>")


def test_a_million_rows_are_refused_with_a_sentence_and_hardly_any_memory() -> None:
    data = million(b'<row r="NR"><c r="ANR"><v>1</v></c></row>')
    tracemalloc.start()
    with pytest.raises(Unreadable, match="more than 50,000 rows"):
        read_tables(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 1024**2
    with pytest.raises(Unreadable, match="more than 50,000 rows"):
        read_tables(b"name,address\n" * 1_000_000)


def test_a_row_without_end_and_a_crowd_of_members_are_refused() -> None:
    endless = patched(
        workbook(two_rows), "xl/worksheets/sheet1.xml", b"</sheetData>", b'<row r="3">' + b"<c " * 6_000_000
    )
    crowd = _zip({f"m{number}": b"" for number in range(workbooks.MAX_MEMBERS + 1)})
    for data in (endless, crowd):
        with pytest.raises(Unreadable, match="damaged"):
            read_tables(data)


def test_texts_without_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_STRINGS", 1)
    with pytest.raises(Unreadable, match="too many different texts"):
        read_tables(workbook(two_rows))


def test_a_line_of_csv_without_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="wider than 200"):
        read_tables(b"a" + b"," * 5_000_000)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other files"),
        ("xl/connections.xml", "from elsewhere"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
    ],
)
def test_what_a_workbook_brings_besides_cells_is_passed_over_and_said(member: str, sentence: str) -> None:
    file = io.BytesIO(workbook(two_rows))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(member, b"x")
    assert len(_rows(file.getvalue())) == 2
    (said,) = left_out(file.getvalue())
    assert sentence in said
    assert left_out(LINES.encode()) == left_out(workbook(two_rows)) == []


def test_a_zip_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match="unpacks to more"):
        read_tables(_zip({"xl/workbook.xml": bytes(2_000_000)}))


def test_a_cell_at_the_far_corner_does_not_exhaust_the_memory() -> None:
    def corner(sheet: Worksheet) -> None:
        sheet.write(0, 0, "名称")
        sheet.write(40_000, 16_383, "x")

    with pytest.raises(Unreadable, match="wider than"):
        read_tables(workbook(corner))


def test_a_width_of_columns_before_the_first_does_not_exhaust_the_memory() -> None:
    def wide(sheet: Worksheet) -> None:
        two_rows(sheet)
        sheet.set_column(0, 1, 20)

    data = patched(workbook(wide), "xl/worksheets/sheet1.xml", b'<col min="1"', b'<col min="-1000000"')
    tracemalloc.start()
    [grid] = read_tables(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(grid.widths) == {1, 2}
    assert most < 20_000_000


def test_an_empty_formatted_row_at_the_far_end_is_no_matter() -> None:
    """LibreOffice writes one in row 1,048,576."""
    data = patched(
        workbook(two_rows),
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>',
    )
    assert len(_rows(data)) == 2


def test_cells_without_a_place_are_refused() -> None:
    data = patched(workbook(two_rows), "xl/worksheets/sheet1.xml", b'<c r="B2">', b"<c>")
    with pytest.raises(Unreadable, match="where its cells stand"):
        read_tables(data)


def test_a_sheet_that_the_archive_lacks_is_refused() -> None:
    data = patched(workbook(two_rows), "xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet9.xml")
    with pytest.raises(Unreadable, match="not an xlsx"):
        read_tables(data)


def test_absolute_and_prefixed_parts_are_found() -> None:
    data = patched(workbook(two_rows), "xl/_rels/workbook.xml.rels", b'"worksheets/', b'"/xl/worksheets/')
    assert len(_rows(data)) == 2


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (370102.0, "370102"),
        (117.02, "117.02"),
        (True, "1"),
        (False, "0"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21), "2026-11-21"),  # noqa: DTZ001
        (datetime(2026, 11, 21, 8, 30), "2026-11-21 08:30"),  # noqa: DTZ001
        (float("inf"), "inf"),
        ("=x", "=x"),
    ],
)
def test_a_cell_reads_as_it_would_be_typed(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


def test_the_apostrophe_of_our_own_csv_is_taken_off_again() -> None:
    grid = Grid("csv", [["'+86 531 8888 0000", "'t Hooft"]])
    assert list(grid.rows()) == [(1, ["+86 531 8888 0000", "'t Hooft"])]


def test_columns_have_letters() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]
