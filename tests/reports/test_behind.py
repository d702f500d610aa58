"""Each figure of a report opens the rows that add up to it, or says from what it is worked out."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.actions.months import submit_month
from reports.cells import Cell
from reports.models import MonthReport, TargetMonth
from reports.periods import Period
from reports.questions import Question
from reports.rollups.adding_up import roll_up
from reports.sections import SECTIONS
from reports.sections.behind import Behind
from reports.sections.printing import NONE, Table, is_figure, line_key
from reports.subjects import Subject
from reports.tables import month_table, month_tables
from services.actions.supplies import Supply, move_supply
from services.choices import FeedbackKind, Method, SupplyMove
from services.grant_choices import GrantState
from services.models import Feedback, SupplyItem, Visit
from stations.choices import CalendarPolicy
from stations.models import Division, Station, User
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_batch,
    make_grant,
    make_plate,
    make_programme,
    make_schedule,
    make_station,
)
from tests.reports.builders import OCTOBER, count, make_anomaly, october
from tests.reports.by_hand import MOMENT, SHANGHAI, october_by_hand
from tests.reports.starring import make_held_star, make_target
from tests.services.feedback import tell
from tests.services.inspecting import leave_finding

pytestmark = pytest.mark.django_db
PAGE, LEDGER = "/admin/reports/month/", "/admin/reports/month/ledger/"
ASKED = {"unit": "SDU-LX", "month": "2026-10"}
MONTH = Period.of(OCTOBER)
NINTH = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def month(world: World) -> World:
    """The October that is computed by hand, with a bit of everything that a report tells besides."""
    october_by_hand(world)
    with time_machine.travel(NINTH, tick=False):
        for kind in (FeedbackKind.BROKEN, FeedbackKind.PRAISE):
            tell(world.station, kind)
        leave_finding(world.admin, world.station)
        item = SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups")
        for move, quantity in ((SupplyMove.IN, 30), (SupplyMove.OUT, 4)):
            move_supply(station=world.station, supply=Supply(item, move, quantity), day=october(9), by=world.admin)
        batch = make_batch(world.district_union)
        paid = {"state": GrantState.PAID, "amount": Decimal(2000), "decided_by": world.admin, "decided_at": NINTH}
        make_grant(world.station, batch, world.keeper, **paid, paid_date=october(9))
    held = {
        "starts_at": NINTH,
        "status": "reported",
        "participant_count": 12,
        "counted_by": Method.TALLY,
        "cost": Decimal("88.50"),
    }
    make_activity(world.district_union, world.station, **held)
    make_anomaly(world.station)
    make_plate(world.station, make_programme("little_bee"))
    star = make_held_star(world.station, world.district_union, world.admin, 4)
    type(star).objects.filter(pk=star.pk).update(since=october(1))
    target = make_target(world.district_union, metric="visits_all", goal=Decimal(900))
    for number, visits in ((9, 40), (10, 55)):
        TargetMonth.objects.create(target=target, month=date(2026, number, 1), part=visits, whole=0)
    return world


def as_(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def figures_of(table: Table) -> Iterator[tuple[Any, Any, Any]]:
    """The figures that the page shows, each with its line and its column."""
    columns = [column for column in table.columns if column.on_paper and is_figure(column)]
    for row in table.rows:
        for column in columns:
            value = row.get(column.key)
            if isinstance(value, (int, float)) and value:
                yield row, column, value


def subjects(world: World) -> list[Subject]:
    province = Division.objects.get(code="370000")
    return [Subject(unit=world.district_union), Subject(unit=world.union), Subject(division=province)]


def test_the_rows_behind_each_figure_add_up_to_it(month: World) -> None:
    """Down to the rows of a station, where the figure is first told by station."""
    _unit, union, province = subjects(month)
    both = Period(OCTOBER.plus(-1), OCTOBER)
    checked: dict[str, int] = dict.fromkeys(SECTIONS, 0)
    for asked in (Question(union, MONTH), Question(province, both)):
        figures, known = asked.figures(), {}
        for table in month_tables(figures):
            for row, column, value in figures_of(table):
                behind = table.behind_of(row, column.key)
                if behind is None:
                    continue
                cell = Cell(asked, figures, table, row, column, behind)
                wanted = repr((behind.ledger, behind.measure, cell.period, cell.only))
                if wanted not in known:
                    known[wanted] = added_up(cell, deeper=asked.subject is union)
                assert known[wanted] == pytest.approx(float(value)), (table.key, wanted)
                checked[table.key] += 1
    assert sum(checked.values()) > 200
    empty = {"source", "change", "example", "honour", "ahead", "coming"}
    assert {key for key, number in checked.items() if not number} <= empty


def added_up(cell: Cell, *, deeper: bool) -> float:
    """What the rows behind it come to, of which those of one station are looked into."""
    found = cell.rows()
    lines = [found.line(one) for one in found.rows]
    amounts = [float(line["figure"]) for line in lines if line["figure"] != NONE]
    assert sum(amounts) == pytest.approx(float(found.total)), cell.only
    if deeper and found.by_station:
        last = lines[-1]
        assert cell.rows(cell.station(last["code"])).total == last["figure"], (cell.only, last)
    return float(found.total)


def test_no_figure_stands_without_rows_or_a_reason(month: World) -> None:
    for subject in subjects(month)[1:]:
        for table in month_tables(Question(subject, MONTH).figures()):
            for row, column, value in figures_of(table):
                known = {**table.behind, **row.get("behind", {})}.get(column.key)
                where = (table.key, line_key(row), column.key, value)
                assert known, where
                assert not isinstance(known, Behind) or table.behind_of(row, column.key), where


def test_each_line_of_a_table_is_asked_for_by_an_address_of_its_own(month: World) -> None:
    for table in month_tables(Question(subjects(month)[1], MONTH).figures()):
        lines = [line_key(row) for row in table.rows if "only" in row]
        assert len(lines) == len(set(lines)), table.key


def test_the_page_links_each_figure_and_says_what_the_others_are_worked_out_from(month: World) -> None:
    client = as_(month.official)
    page = client.get(PAGE, ASKED)
    screens = {screen.key: screen for screen in page.context["sections"]}
    links = [cell.link for screen in screens.values() for line in screen.lines for cell in line.cells if cell.link]
    assert len(links) > 100
    for key in ("unit", "territory", "standing", "host", "programme", "time", "completeness", "activity", "feedback"):
        assert any(cell.link for line in screens[key].lines for cell in line.cells), key
    for link in links[::60]:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert answer.context["ledger"].is_equal, link
    assert ("Share", "The line&#x27;s figure, divided by that of the total.") not in screens["territory"].worked_out
    assert "divided by the days opened" in page.content.decode()
    large = next(figure for figure in page.context["key"] if figure["measure"] == "visits")
    assert client.get(large["url"]).context["ledger"].figure == "55"


def ledger(client: Client, section: str, line: str, figure: str = "value", **more: str) -> Any:
    return client.get(LEDGER, ASKED | {"section": section, "line": line, "figure": figure} | more)


def told(page: Any) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in page.context["ledger"].section.lines]


def test_visits_are_told_by_station_and_then_row_by_row(month: World) -> None:
    client = as_(month.official)
    page = ledger(client, "method", "method:tally")
    assert "The report tells 23: the sum of these 3 rows." in page.content.decode()
    assert [line[2] for line in told(page)] == ["9", "8", "6", "23"]
    link = next(cell.link for cell in page.context["ledger"].section.lines[1].cells if cell.link)
    rows = client.get(link)
    assert "8 of the 23 that the report tells are this station" in rows.content.decode()
    assert told(rows) == [
        ["2026-10-09", "—", "Sanitation worker", "Tally by staff", "5"],
        ["2026-10-09", "—", "Elderly person", "Tally by staff", "3"],
        ["Total", "", "", "", "8"],
    ]


def test_the_days_behind_a_figure_are_those_of_the_plan(month: World) -> None:
    page = ledger(as_(month.official), "station", f"station:{month.station.code}", "days_explained")
    assert told(page) == [
        ["2026-10-13", "to be open", "—", "—", "", "停电", "0", "1"],
        ["Total", "", "", "", "", "", "", "1"],
    ]


def test_what_was_frozen_is_told_beside_what_adds_up_today(month: World) -> None:
    submit_month(unit=month.district_union, month=OCTOBER, by=month.official)
    client = as_(month.official)
    assert ledger(client, "overview", "visits").context["ledger"].is_equal
    Visit.objects.filter(station=month.station, date=october(8), method=Method.GATE).update(count=15)
    roll_up(OCTOBER, full=True)
    page = ledger(client, "overview", "visits")
    assert (
        "The report tells 55, as frozen when it was submitted; by today&#x27;s rows it would be 58."
        in page.content.decode()
    )
    assert [[cell.text for cell in line.cells][2:] for line in page.context["ledger"].differing.lines] == [["20", "23"]]
    assert ledger(client, "group", "group:sanitation").context["ledger"].is_equal


def test_what_changed_since_the_roll_up_is_said(month: World) -> None:
    count(month.station, october(14), 2)
    page = ledger(as_(month.official), "station", f"station:{month.station.code}")
    assert "by today&#x27;s rows it is 22. The next roll-up takes up" in page.content.decode()


def test_a_row_leads_to_its_page_for_who_sees_it_there(month: World) -> None:
    report = Feedback.objects.get(kind=FeedbackKind.BROKEN)
    path = f"/admin/services/feedback/{report.pk}/change/"
    assert path in ledger(as_(month.official), "feedback", "kind:broken").content.decode()
    of_division = {"division": "370102", "month": "2026-10", "section": "feedback", "line": "", "figure": "value"}
    assert as_(month.admin).get(LEDGER, of_division).status_code == 200


WRONG = [
    {"section": "secrets"},
    {"line": "group:pirates"},
    {"figure": "share"},
    {"figure": "weather"},
    {"line": "group:taxi", "station": "NONE"},
    {"station": "\0x"},
    {"revision": "7"},
    {"revision": "x"},
]


def test_a_figure_that_does_not_exist_is_404(month: World) -> None:
    asked = ASKED | {"section": "group", "line": "group:courier", "figure": "value"}
    client = as_(month.official)
    assert client.get(LEDGER, asked).status_code == 200
    for wrong in WRONG:
        assert client.get(LEDGER, asked | wrong).status_code == 404, wrong


def test_rows_come_in_pages_under_one_sum_and_take_the_same_queries(
    month: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.ROWS_PER_PAGE", 10)
    client = as_(month.official)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ledger(client, "overview", "stations").status_code == 200
        return len(captured)

    queries()
    before = queries()
    for number in range(12):
        make_station(f"{number}号站", operator=month.branch, supervisor=month.district_union)
    roll_up(OCTOBER)
    assert queries() == before
    first, second = (ledger(client, "overview", "stations", page=page) for page in "12")
    assert (len(told(first)), len(told(second))) == (11, 7)
    assert told(first)[-1] == told(second)[-1] == ["Total", "", "", "", "16"]


def test_stations_stand_by_territory_with_their_kinds_stars_and_returns(month: World) -> None:
    open_then = {"泉城广场驿站": "24/7", "解放阁驿站": "Mo-Fr 08:00-22:00"}
    for name, hours in open_then.items():
        Station.objects.filter(name=name).update(schedule=make_schedule(hours, CalendarPolicy.EVERY_DAY))
    submit_month(unit=month.district_union, month=OCTOBER, by=month.official)
    MonthReport.history.filter(state="submitted").update(history_date=MOMENT)  # the database has its own clock
    figures = Question(Subject(unit=month.union), MONTH).figures()
    *lines, whole = figures.of("standing")
    counts = {"stations": 3, "self_built": 1, "shared": 2, "round_the_clock": 1, "extended": 1, "on_map": 3}
    counts |= {"stars_5": 0, "stars_4": 1, "stars_none": 2, "activities": 2, "complaints": 1}
    assert {key: whole[key] for key in counts} == counts
    highest = [line for line in lines if line["level"] == lines[0]["level"]]
    assert {key: sum(line[key] for line in highest) for key in counts} == counts
    assert [(line["state"], line["in_time"]) for line in lines if line["division"] == "370102"] == [("submitted", True)]
    table = {line["name"]: line for line in month_table(figures, "unit").rows}
    assert table["历下区总工会"]["state_name"] == "Submitted · in time"
    returned = {key: figures.measures[key]["value"] for key in ("units", "units_reported", "units_in_time")}
    assert returned == {"units": 1, "units_reported": 1, "units_in_time": 1}
