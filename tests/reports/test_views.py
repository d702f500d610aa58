"""The report pages: what is shown, to whom, and that a file tells the same."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from python_calamine import CalamineWorkbook

from reports.actions.months import submit_month
from reports.models import MonthReport
from reports.rollups.adding_up import roll_up
from services.choices import Method, WorkerGroup
from services.models import Visit
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member, make_station
from tests.reports.builders import OCTOBER, count, october, record

pytestmark = pytest.mark.django_db

PAGE, LEDGER, DOWNLOAD, MOVE = (f"/admin/reports/month/{name}" for name in ("", "ledger/", "download/", "move/"))
BRANCH = ("济南分行", "历下区总工会", "历下区")
OF_BRANCH = {"unit": "CCB-JN", "month": "2026-10"}


@pytest.fixture(autouse=True)
def _november_in_english() -> Iterator[None]:
    moment = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    with time_machine.travel(moment, tick=False), translation.override("en"):
        yield


def as_(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def lines(response: Any, section: str) -> list[list[str]]:
    """The cells of a table as the page shows them."""
    shown = response.context["ledger"].section if section == "ledger" else None
    tables = {section: shown} if shown else {screen.key: screen for screen in response.context["sections"]}
    return [[cell.text for cell in line.cells] for line in tables[section].lines]


def columns(response: Any, section: str, wanted: tuple[str, ...]) -> list[list[str]]:
    """The same of some columns, by their titles."""
    headings = next(screen.headings for screen in response.context["sections"] if screen.key == section)
    titles = [heading.title.replace("\N{NON-BREAKING HYPHEN}", "-") for heading in headings]
    return [[line[titles.index(title)] for title in wanted] for line in lines(response, section)]


PREVIOUS, LAST_YEAR = "Previous month (2026-09)", "Same month last year (2025-10)"


def test_the_page_shows_the_figures_of_the_unit(ledger: World) -> None:
    response = as_(ledger.officer).get(PAGE, OF_BRANCH)
    assert response.status_code == 200
    overview = {line[0]: line[1:] for line in lines(response, "overview")}
    assert overview["Visits"] == ["30", "40", "—", "-25.0 %", "—"]
    assert overview["Stations, at any time"] == ["2", "2", "2", "0.0 %", "0.0 %"]
    wanted = ("Station", "Division", "Days opened", "Days recorded", "Nil returns", "2026-10", PREVIOUS, LAST_YEAR)
    assert columns(response, "station", wanted) == [
        ["济西支行劳动者港湾", "历下区", "3", "3", "1", "20", "40", "—"],
        ["泉城支行劳动者港湾", "历下区", "0", "2", "0", "10", "—", "—"],
        ["Total", "", "3", "5", "1", "30", "40", "—"],
    ]
    groups = {line[1]: line[2:] for line in lines(response, "group")}
    assert groups["Courier"] == ["21", "40", "—", "70.0 %"]
    assert lines(response, "group")[-1] == ["Total", "", "30", "40", "—", "100.0 %"]
    assert [line[2] for line in lines(response, "group") if line[1] == "Subtotal"] == ["26", "3"]
    methods = {line[0]: line[1:] for line in lines(response, "method")}
    assert methods["Gate sensor"] == ["12", "0", "—", "12", "—", "—"]
    assert methods["Tally by staff"] == ["18", "40", "—", "58", "—", "7"]
    assert methods["Total"] == ["30", "40", "—", "70", "—", "—"], "what stands beside is never added"


def test_the_ledger_of_a_station_shows_visits_and_days(ledger: World) -> None:
    response = as_(ledger.officer).get(LEDGER, OF_BRANCH | {"station": ledger.station.code})
    assert lines(response, "ledger") == [
        ["2026-10-01", "—", "Courier", "Gate sensor", "12"],
        ["2026-10-02", "—", "Sanitation worker", "Tally by staff", "5"],
        ["2026-10-02", "—", "Elderly person", "Tally by staff", "3"],
        ["Total", "", "", "", "20"],
    ]
    assert "changed since" not in response.content.decode()
    count(ledger.station, october(9), 2, hour=9)
    response = as_(ledger.officer).get(LEDGER, OF_BRANCH | {"station": ledger.station.code})
    assert "changed since" in response.content.decode()


def test_the_ledger_ends_where_another_unit_takes_over(ledger: World) -> None:
    response = as_(ledger.officer).get(LEDGER, OF_BRANCH | {"station": ledger.sister.code})
    assert lines(response, "ledger")[-1][-1] == "10"
    elsewhere = OF_BRANCH | {"station": ledger.elsewhere.code}
    assert as_(ledger.officer).get(LEDGER, elsewhere).status_code == 404


def test_the_ledger_of_a_station_leads_to_its_day_sheet_while_the_person_sees_the_station(ledger: World) -> None:
    client = as_(ledger.officer)
    page = client.get(LEDGER, OF_BRANCH | {"station": ledger.station.code}).content.decode()
    assert f'href="/admin/day-sheet/{ledger.station.code}/2026-10/"' in page
    handed_over = client.get(LEDGER, OF_BRANCH | {"station": ledger.sister.code}).content.decode()
    assert "/admin/day-sheet/" not in handed_over


@pytest.mark.parametrize("month", ["0001-01", "1999-12", "2101-01", "9999-12"])
def test_a_month_beyond_all_reports_is_refused(ledger: World, month: str) -> None:
    client, asked = as_(ledger.officer), OF_BRANCH | {"month": month}
    page = client.get(PAGE, asked)
    assert page.status_code == 400
    assert "between 2000-01 and 2100-12" in page.content.decode()
    assert client.get(LEDGER, asked).status_code == client.get(DOWNLOAD, asked).status_code == 404
    assert client.post(MOVE, asked | {"move": "submit"}).status_code == 404
    for edge in ("2000-01", "2100-12"):
        assert client.get(PAGE, OF_BRANCH | {"month": edge}).status_code == 200


@pytest.mark.parametrize("wrong", [{"station": "NONE"}, {"station": "\0"}])
def test_a_ledger_that_does_not_exist_is_404(ledger: World, wrong: dict[str, str]) -> None:
    assert as_(ledger.officer).get(LEDGER, OF_BRANCH | wrong).status_code == 404


@pytest.mark.parametrize("path", [PAGE, LEDGER, DOWNLOAD])
def test_reports_outside_the_scope_are_404_and_the_anonymous_are_sent_to_log_in(ledger: World, path: str) -> None:
    for person, code in ((ledger.outsider, "CCB-JN"), (ledger.officer, "CCB"), (ledger.official, "CCB-JN")):
        assert as_(person).get(path, OF_BRANCH | {"unit": code}).status_code == 404
    assert as_(ledger.officer).get(path, {"division": "370102", "month": "2026-10"}).status_code == 404
    assert Client().get(path, OF_BRANCH).status_code == 302


@pytest.mark.parametrize("who", ["officer", "auditor", "admin"])
def test_every_role_above_the_unit_reads_its_report(ledger: World, who: str) -> None:
    for path in (PAGE, LEDGER, DOWNLOAD):
        assert as_(getattr(ledger, who)).get(path, OF_BRANCH).status_code == 200


def test_an_official_reads_the_report_of_her_division(ledger: World) -> None:
    response = as_(ledger.official).get(PAGE, {"division": "370102", "month": "2026-10"})
    assert response.context["figures"].total["value"] == 130
    assert response.context["flow"] is None


def test_without_a_subject_the_page_asks_for_one(ledger: World) -> None:
    response = as_(ledger.official).get(PAGE)
    assert response.status_code == 200
    assert "历下区总工会" in response.content.decode()
    assert "中国建设银行" not in response.content.decode()
    assert 'value="2026-10"' in response.content.decode(), "the last month is proposed"


@pytest.mark.parametrize(
    "asked",
    [{"unit": "CCB-JN"}, {"unit": "CCB-JN", "month": "2026-13"}, {"month": "2026-10"}, {"unit": "", "month": "x"}],
)
def test_a_question_that_makes_no_sense_is_explained(ledger: World, asked: dict[str, str]) -> None:
    response = as_(ledger.officer).get(PAGE, asked)
    assert response.status_code == 400
    assert response.context["form"].errors


def test_a_month_without_a_roll_up_says_so(world: World) -> None:
    response = as_(world.officer).get(PAGE, OF_BRANCH)
    assert "not been rolled up yet" in response.content.decode()
    assert columns(response, "station", ("2026-10", PREVIOUS, LAST_YEAR))[-1] == ["—", "—", "—"]


def told(response: Any, section: str) -> list[list[object]]:
    return [[number(cell) for cell in line] for line in lines(response, section)]


def workbook(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def number(value: object) -> object:
    """What is a number in one rendering and its digits, or percents, in another."""
    share = str(value).endswith(" %")
    try:
        return round(float(str(value).removesuffix(" %")) / (100 if share else 1), 2)
    except ValueError:
        return value


def beside(response: Any, section: str, rows: list[list[Any]]) -> list[list[object]]:
    """The rows of a file, below their header, in the columns that the page shows."""
    headings = next(screen.headings for screen in response.context["sections"] if screen.key == section)
    wanted = [rows[0].index(heading.title.replace("\N{NON-BREAKING HYPHEN}", "-")) for heading in headings]
    return [[number(row[index]) for index in wanted] for row in rows[1:]]


def test_workbook_csv_and_screen_tell_the_same_of_a_station(ledger: World) -> None:
    client = as_(ledger.officer)
    page = client.get(PAGE, OF_BRANCH)
    file = client.get(DOWNLOAD, OF_BRANCH | {"format": "xlsx"})
    assert file["Content-Disposition"] == 'attachment; filename="CCB-JN-2026-10.xlsx"'
    sheets = workbook(file.content)
    assert {"Overview", "By station", "By group", "By counting method", "Sources"} <= set(sheets)
    assert beside(page, "station", sheets["By station"][1:]) == told(page, "station")
    visits = next(row for row in sheets["Overview"] if row[0] == "Visits")
    assert visits[1:] == [30.0, 40.0, "—", -0.25, "—"]

    file = client.get(DOWNLOAD, OF_BRANCH | {"format": "csv"})
    assert file.content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert beside(page, "station", rows) == told(page, "station")


@pytest.mark.parametrize("section", ["overview", "group", "method", "source"])
def test_each_section_can_be_had_as_csv(ledger: World, section: str) -> None:
    file = as_(ledger.officer).get(DOWNLOAD, OF_BRANCH | {"format": "csv", "section": section})
    assert f"CCB-JN-2026-10-{section}.csv" in file["Content-Disposition"]
    assert len(file.content.decode("utf-8-sig").splitlines()) > 5


@pytest.mark.parametrize("wrong", [{"format": "docx"}, {"format": "csv", "section": "secrets"}])
def test_other_formats_do_not_exist(ledger: World, wrong: dict[str, str]) -> None:
    assert as_(ledger.officer).get(DOWNLOAD, OF_BRANCH | wrong).status_code == 404


def test_once_submitted_page_and_file_show_the_frozen_figures(ledger: World) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    Visit.objects.update(count=999)
    roll_up(OCTOBER, full=True)
    client = as_(ledger.officer)
    page = client.get(PAGE, OF_BRANCH)
    assert columns(page, "station", ("2026-10",))[-1] == ["30"]
    assert report.digest in page.content.decode()
    assert "李专员" in page.context["lock"]
    sources = workbook(client.get(DOWNLOAD, OF_BRANCH).content)["Sources"]
    assert ["SHA-256", report.digest] in [row[:2] for row in sources]


def press(client: Client, button: str, **said: str) -> Any:
    """A button of the page as it is shown now."""
    report = client.get(PAGE, OF_BRANCH).context["report"]
    digest = report.digest if report else ""
    return client.post(MOVE, OF_BRANCH | {"move": button, "digest": digest} | said, follow=True)


def test_the_month_goes_its_way_by_buttons(ledger: World) -> None:
    head, officer = as_(make_member(ledger.bank, Role.OFFICER)), as_(ledger.officer)
    assert officer.get(PAGE, OF_BRANCH).context["flow"].moves == ["submit"]
    assert press(officer, "submit").context["flow"].moves == []
    assert head.get(PAGE, OF_BRANCH).context["flow"].moves == ["approve", "return"]
    press(head, "return", reason="3日无记录")
    assert "3日无记录" in officer.get(PAGE, OF_BRANCH).content.decode()
    press(officer, "submit")
    assert press(head, "approve").context["flow"].moves == ["return", "seal"]
    assert press(head, "seal").context["flow"].moves == ["revise"]
    assert MonthReport.objects.get().state == "sealed"


def test_figures_that_the_page_did_not_show_are_not_judged(ledger: World) -> None:
    head, officer = as_(make_member(ledger.bank, Role.OFFICER)), as_(ledger.officer)
    press(officer, "submit")
    seen = head.get(PAGE, OF_BRANCH).context["report"].digest
    press(head, "return", reason="3日无记录")
    count(ledger.station, october(9), 5)
    press(officer, "submit")
    answer = head.post(MOVE, OF_BRANCH | {"move": "approve", "digest": seen}, follow=True)
    assert "were frozen anew since you looked" in answer.content.decode()
    assert MonthReport.objects.get().state == "submitted"


def test_a_refused_move_says_why(ledger: World) -> None:
    submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    response = press(as_(ledger.officer), "approve")
    assert "is judged by 中国建设银行" in response.content.decode()
    assert MonthReport.objects.get().state == "submitted"


def test_moves_of_nothing_out_of_scope_by_get_or_unknown_are_refused(ledger: World) -> None:
    officer = as_(ledger.officer)
    assert officer.post(MOVE, OF_BRANCH | {"move": "burn"}).status_code == 404
    assert officer.post(MOVE, OF_BRANCH | {"move": "approve"}).status_code == 404
    assert as_(ledger.outsider).post(MOVE, OF_BRANCH | {"move": "submit"}).status_code == 404
    assert (
        as_(ledger.official).post(MOVE, {"division": "370102", "month": "2026-10", "move": "submit"}).status_code == 404
    )
    assert officer.get(MOVE, OF_BRANCH | {"move": "submit"}).status_code == 405
    assert Client().post(MOVE, OF_BRANCH | {"move": "submit"}).status_code == 302
    assert not MonthReport.objects.exists()


def test_two_stations_or_fifty_take_the_same_number_of_queries(ledger: World) -> None:
    client = as_(ledger.officer)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path, OF_BRANCH).status_code == 200
        return len(captured)

    for path in (PAGE, LEDGER, DOWNLOAD):
        client.get(path, OF_BRANCH)
    before = [queries(path) for path in (PAGE, LEDGER, DOWNLOAD)]
    for number in range(48):
        station = make_station(f"{number}号站", operator=ledger.branch, supervisor=ledger.district_union)
        record(station, october(1), Method.TALLY)
        count(station, october(1), 1 + number, WorkerGroup.TAXI)
    roll_up(OCTOBER)
    assert [queries(path) for path in (PAGE, LEDGER, DOWNLOAD)] == before
    assert max(before) < 120


def test_long_lists_of_stations_come_in_pages_under_one_total(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.views.STATIONS_PER_PAGE", 1)
    client = as_(ledger.officer)
    first, second = (lines(client.get(PAGE, OF_BRANCH | {"page": page}), "station") for page in "12")
    assert [len(first), len(second)] == [2, 2]
    assert first[0] != second[0]
    assert first[-1] == second[-1]


def test_the_command_writes_the_same_files(ledger: World, tmp_path: object) -> None:
    client = as_(ledger.officer)
    page = client.get(PAGE, OF_BRANCH)
    target = f"{tmp_path}/report.xlsx"
    call_command("export_month", "--unit", "CCB-JN", "--month", "2026-10", "-o", target)
    with open(target, "rb") as file:  # noqa: PTH123  # a path as a person types it
        sheets = workbook(file.read())
    assert beside(page, "station", sheets["By station"][1:]) == told(page, "station")
    target = f"{tmp_path}/report.csv"
    call_command("export_month", "--division", "370102", "--month", "2026-10", "--format", "csv", "-o", target)
    with open(target, encoding="utf-8-sig") as text:  # noqa: PTH123  # a path as a person types it
        rows = list(csv.reader(text))
    assert rows[-1][rows[0].index("2026-10")] == "130"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--unit", "NONE"], "no unit with the code NONE"),
        (["--division", "999999"], "no division with the code 999999"),
        (["--unit", "CCB-JN", "-o", "/nowhere/x.xlsx"], "cannot be written"),
        (["--unit", "CCB-JN", "--division", "370102"], "not allowed with"),
    ],
)
def test_the_command_explains_what_is_wrong(
    ledger: World, tmp_path: object, arguments: list[str], sentence: str
) -> None:
    output = [] if "-o" in arguments else ["-o", f"{tmp_path}/x.xlsx"]
    with pytest.raises(CommandError, match=sentence):
        call_command("export_month", "--month", "2026-10", *arguments, *output)


def test_who_has_one_unit_need_not_choose_it(ledger: World) -> None:
    form = as_(ledger.official).get("/admin/reports/month/").content.decode()
    assert f'<option value="{ledger.district_union.code}" selected>' in form
