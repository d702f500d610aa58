"""A month computed by hand, and the same figures in every rendering: screen, workbook, csv, paper and API."""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from harbor_portal.lib.months import Month
from harbor_portal.lib.typeset import set_pages
from partners.models import Programme
from reports.actions.sealing import seal_month
from reports.charts import svg
from reports.choices import ReportState
from reports.figures import MonthFigures, digest_of, live_figures, month_figures
from reports.models import MonthReport
from reports.papers import TEMPLATE, paper_of
from reports.rollups.adding_up import roll_up
from reports.sealed.seals import seal_of
from reports.sections.base import WHEN
from reports.sections.overview import measure_labels
from reports.sections.printing import NONE, Chart, Table
from reports.subjects import Subject
from reports.tables import month_table, month_tables
from services.choices import Method
from stations.models import Station, Unit, User
from tests.conftest import World
from tests.reports.builders import OCTOBER, count
from tests.reports.by_hand import MOMENT, october_by_hand

pytestmark = pytest.mark.django_db

FROZEN_BEFORE = Path(__file__).parents[1] / "data" / "frozen_october.json"
"""The canonical form of the October by hand, as it was handed in before honours and kept days were told."""
ASKED = {"unit": "SDU-LX", "month": "2026-10"}


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def month(world: World) -> World:
    return october_by_hand(world)


BY_HAND = {
    "visits": (55, 40, None),
    "visits_year": (95, None, None),
    "stations_end": (3, 4, 4),
    "stations": (4, 4, 4),
    "stations_recording": (4, 1, 0),
    "days_expected": (17 + 18 + 24 + 15, None, None),
    "days_opened": (3, 0, 0),
    "days_kept": (3, 0, 0),
    "share_kept": (round(3 / 74, 4), 0.0, None),
    "days_recorded": (6, 1, 0),
    "days_nil": (1, 0, 0),
    "days_explained": (1, 0, 0),
    "days_missing": (74 - 6 - 1, None, None),
    "days_suspended": (7, 0, 0),
    "per_day": (18.33, None, None),
    "activities": (1, 0, 0),
}


def test_the_month_is_as_computed_by_hand(month: World) -> None:
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    measures = figures.measures
    for measure, by_hand in BY_HAND.items():
        told = tuple(measures[measure][when] for when in ("value", "previous", "last_year"))
        known = tuple(one for one in zip(told, by_hand, strict=True) if measure not in UNCOUNTED or one[1] is not None)
        assert [one for one, _by_hand in known] == [one for _told, one in known], measure
    assert _by(figures, "method", "value") == {"gate": 12, "tally": 23, "ledger": 20}
    assert _by(figures, "method", "beside") == {"tally": 7}
    assert _by(figures, "method", "year") == {"gate": 12, "tally": 63, "ledger": 20}, "September's 40 were tallied"
    assert _by(figures, "group", "value") == {"courier": 27, "sanitation": 5, "elderly": 3, "construction": 20}
    assert _by(figures, "host", "value") == {"bank_branch": 29, "union_built": 20, "shop": 6}
    assert _by(figures, "operator", "value") == {"CCB": 29, "SDU": 26}
    assert _by(figures, "programme", "value") == {"ccb_harbor": 20}, "the sister's plate came a day later"
    assert {row["weekday"]: row["forenoon"] for row in figures.of("time") if row["forenoon"]} == {7: 6}
    changes = {(row["change"], row["name"]): row["date"] for row in figures.of("change")}
    assert changes == {("went", "泉城支行劳动者港湾"): "2026-10-15", ("suspended", "解放阁驿站"): "2026-10-12"}


def test_the_total_of_the_stations_tells_methods_and_classes_as_their_sections_do(month: World) -> None:
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    total = next(row for row in month_table(figures, "station").rows if row.get("rank") == "total")
    assert (total["by_gate"], total["by_tally"], total["by_ledger"]) == (12, 23, 20)
    assert (total["class_outdoor"], total["class_special_care"], total["class_public"]) == (52, 3, 0)


def test_the_overview_splits_the_visits_by_counting_method(month: World) -> None:
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    lines = [
        (row["measure"], *(row[when] for when in WHEN))
        for row in month_table(figures, "overview").rows
        if row["line"].startswith("visits")
    ]
    assert lines == [
        ("Visits", 55, 40, NONE),
        ("of them: Gate sensor", 12, 0, NONE),
        ("of them: QR scan", 0, 0, NONE),
        ("of them: Tally by staff", 23, 40, NONE),
        ("of them: Paper ledger", 20, 0, NONE),
        ("of them: Estimate", 0, 0, NONE),
        ("Visits since January", 95, NONE, NONE),
        ("of them: Gate sensor", 12, NONE, NONE),
        ("of them: QR scan", 0, NONE, NONE),
        ("of them: Tally by staff", 63, NONE, NONE),
        ("of them: Paper ledger", 20, NONE, NONE),
        ("of them: Estimate", 0, NONE, NONE),
    ]


def test_the_year_before_is_split_where_each_of_its_months_is_on_record(month: World) -> None:
    for number in range(1, 11):
        count(month.station, date(2025, number, 6), number, method=Method.GATE if number == 10 else Method.TALLY)
        roll_up(Month(2025, number))
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    parts = {row["method"]: row["year_before"] for row in figures.of("method")}
    assert parts == {"gate": 10, "scan": 0, "tally": 45, "ledger": 0, "estimate": 0}
    assert figures.measures["visits_year"]["last_year"] == 55


UNCOUNTED = ("days_expected", "days_missing", "share_kept")
"""Of the months before, in which the calendar of the test knows no holiday."""


def _by(figures: Any, section: str, key: str) -> dict[str, int]:
    first = {"group": "group", "method": "method", "host": "host", "operator": "operator", "programme": "programme"}
    return {row[first[section]]: row[key] for row in figures.of(section) if row[key]}


def test_every_rendering_tells_every_figure(month: World) -> None:
    figures = month_figures(Subject(unit=month.district_union), OCTOBER)
    assert _compared_everywhere(figures, month.official) > 400


def test_the_list_of_stations_names_programmes_and_has_days_for_days(month: World) -> None:
    Station.objects.filter(pk=month.station.pk).update(opened_date=date(2019, 5, 1))
    rows = month_table(month_figures(Subject(unit=month.district_union), OCTOBER), "station").rows
    [row] = [row for row in rows if row.get("code") == month.station.code]
    assert (row["programmes"], row["opened_date"]) == (str(Programme.objects.get()), date(2019, 5, 1))


def test_what_was_frozen_before_the_report_told_more_is_told_as_it_was(world: World) -> None:
    content = FROZEN_BEFORE.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert digest == "81e4844e02dc2c9e4616e9fe03ce420f1c1769fcf84705d8199d993a6f875437"
    values = {"rows": json.loads(content), "digest": digest, "state": ReportState.APPROVED, "holds_days": True}
    report = MonthReport.objects.create(unit=world.district_union, month=OCTOBER.first, **values)
    sealed = seal_month(report=report, by=world.admin)
    figures = month_figures(Subject(unit=world.district_union), OCTOBER)
    assert figures.report == sealed
    assert _compared_everywhere(figures, world.official) > 300
    tables = {table.key: list(table.rows) for table in month_tables(figures)}
    split = {row["line"]: row["value"] for row in tables["overview"] if ":" in row["line"]}
    assert [split[f"visits:{method}"] for method in Method] == [12, 0, 23, 20, 0], "told by its own rows of methods"
    assert {split[f"visits_year:{method}"] for method in Method} == {NONE}
    assert [row["year"] for row in tables["method"]] == [NONE] * len(Method) + [95]
    assert {row["days_kept"] for row in tables["station"]} == {NONE}
    for key in ("honour", "unopened", "wish", "obligation"):
        assert {cell for row in tables[key] for cell in row.values()} == {NONE}, "nobody knows, which is not nothing"
    assert [row["deadline"] for row in tables["problem"]] == [NONE] * 4, "no day of handing in was noted then"
    assert {row["hands"] for row in tables["problem"]} == {"历下区总工会", "中国工商银行", "济南分行"}
    assert "Posted days opened" not in {row["measure"] for row in tables["overview"]}
    assert digest_of(MonthReport.objects.get(pk=sealed.pk).rows) == digest
    assert seal_of(sealed) == sealed.seal


def _compared_everywhere(figures: MonthFigures, reader: User) -> int:
    """How many figures stand alike on screen, in the workbook, the csv files, on paper and in the API."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    tables = month_tables(figures)
    page = client.get("/admin/reports/month/", ASKED).content.decode()
    files = {kind: _file(client, kind) for kind in ("xlsx", "zip", "pdf")}
    told = client.get("/api/v1/office/month-report/", ASKED).json()
    renderings = {
        "screen": _screen(page),
        "workbook": _workbook(files["xlsx"]),
        "csv": _archive(files["zip"]),
        "api": {
            section["key"]: [list(row["values"].values()) for row in section["rows"]] for section in told["sections"]
        },
    }
    assert {table.key for table in tables} == set(renderings["screen"]) == set(renderings["api"])
    paper = _plain("".join(each.extract_text() for each in PdfReader(io.BytesIO(files["pdf"])).pages))
    figures_compared = 0
    for table in tables:
        whole = [[_number(row.get(column.key)) for column in table.columns] for row in table.rows]
        shown = _shown(table, whole)
        assert _same(renderings["api"][table.key], whole), table.key
        assert _same(renderings["workbook"][table.title[:31]], whole), table.key
        assert _same(renderings["csv"][table.key], whole), table.key
        assert _same(renderings["screen"][table.key], shown), table.key
        figures_compared += sum(isinstance(cell, float) for row in whole for cell in row)
    for section in paper_of(figures)["sections"]:
        for row in section["rows"]:
            assert _plain("".join(row["cells"])) in paper, (section["key"], row)
    assert re.search(r"Page\d+of\d+", paper)
    return figures_compared


def _file(client: Client, kind: str) -> bytes:
    response = client.get("/admin/reports/month/download/", ASKED | {"format": kind})
    assert response.status_code == 200, kind
    return response.content


def _number(value: Any) -> Any:
    """A figure as a number, whatever it is written like; no figure as None, and words as they are."""
    if value in (None, "", NONE):
        return None
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\N{NON-BREAKING HYPHEN}", "-").removeprefix("'")
    share = re.fullmatch(r"([+-]?[\d,.]+) %", text)
    try:
        return float(share[1].replace(",", "")) / 100 if share else float(text.replace(",", ""))
    except ValueError:
        return text


def _same(told: list[list[Any]], wanted: list[list[Any]]) -> bool:
    """To the last digit that a reader is shown."""
    pairs = [
        (_number(cell), figure)
        for row, figures in zip(told, wanted, strict=True)
        for cell, figure in zip(row, figures, strict=True)
    ]
    for cell, figure in pairs:
        both = isinstance(cell, float) and isinstance(figure, float)
        assert abs(cell - figure) < 0.0051 if both else cell == figure, (cell, figure)
    return True


def _shown(table: Table, rows: list[list[Any]]) -> list[list[Any]]:
    wanted = [number for number, column in enumerate(table.columns) if column.on_paper]
    return [[row[number] for number in wanted] for row in rows]


def _workbook(content: bytes) -> dict[str, list[list[Any]]]:
    """Below the header, which is the first line with two cells."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {
        name: rows[next((n for n, row in enumerate(rows) if sum(cell != "" for cell in row) > 1), 0) + 1 :]
        for name, rows in sheets.items()
    }


def _archive(content: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name[3:-4]: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))[1:]
            for name in archive.namelist()
        }


def _plain(text: str) -> str:
    """Without spaces and breaks, which are the typesetter's, and with radicals as the characters they look like."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class _Tables(HTMLParser):
    """The cells of the bodies of the report's tables, by the key of their section."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._key = ""
        self._open = self._body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "table" and "report-table" in (names.get("class") or ""):
            self._key = str(names["class"]).rsplit("report-table-", 1)[1]
            self.found[self._key] = []
        elif tag == "tbody":
            self._body = bool(self._key)
        elif self._body and tag == "tr":
            self.found[self._key].append([])
        elif self._body and tag in ("td", "th") and "colspan" not in names:
            self.found[self._key][-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False
        elif tag == "table":
            self._key, self._body = "", False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._key][-1][-1] += data.strip()


def _screen(page: str) -> dict[str, list[list[str]]]:
    tables = _Tables()
    tables.feed(page)
    return {key: [row for row in rows if row] for key, rows in tables.found.items()}


def test_the_paper_is_set_on_a4_with_its_font_inside(month: World) -> None:
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    pdf: Any = PdfReader(io.BytesIO(set_pages(TEMPLATE, [paper_of(figures)])))
    assert pdf.metadata.creation_date is None, "else the same report would be another file every second"
    sizes = {tuple(sorted(round(float(side)) for side in page.mediabox[2:])) for page in pdf.pages}
    assert sizes == {(595, 842)}
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"].get("/Font", {}).values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in descriptors)


def test_a_name_with_letters_that_no_drawing_can_hold_breaks_none(month: World) -> None:
    """A line break of Word comes along with what is pasted."""
    Unit.objects.filter(pk=month.branch.pk).update(name="济南\x0b分行\x01\ufffe")
    figures = live_figures(Subject(unit=month.bank), OCTOBER)
    printed = PdfReader(io.BytesIO(set_pages(TEMPLATE, [paper_of(figures)])))
    assert len(printed.pages) > 1
    drawn = svg(Chart("bars", "单位\x0b & <名称>", ["济南\x0b分行"], [3]))
    assert "".join(fromstring(drawn).itertext()).startswith("单位 & <名称>")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_overview_has_its_sheet_for_itself_whatever_is_said_above_it(month: World, language: str) -> None:
    with override(language):
        paper = paper_of(live_figures(Subject(unit=month.district_union), OCTOBER))
        last = measure_labels()["units_in_time"]
    changed = (
        "The way of counting changed: Tally by staff makes 41.8 % of the visits, 100.0 % the year before. Methods"
        " differ several-fold, so the change is not one of people alone."
    )
    fewer = "There are 1,234 stations, 1,345 the year before: compare by station and open day."
    paper["sections"][0]["notes"] = [f"{changed} {changed} {fewer} {fewer}"]
    first, second, *_more = PdfReader(io.BytesIO(set_pages(TEMPLATE, [paper]))).pages
    assert _plain(last) in _plain(first.extract_text())
    assert _plain("".join(paper["sections"][1]["rows"][0]["cells"])) in _plain(second.extract_text())
    assert _plain(paper["sections"][0]["columns"][0]["title"]) not in _plain(second.extract_text())
