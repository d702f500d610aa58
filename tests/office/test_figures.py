"""Feedback and inspections in figures: by unit and month, each number a link to its rows."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from services.actions.answers import answer_feedback
from services.actions.findings import check_finding, mend_finding
from services.choices import FeedbackKind, InspectionKind, Result
from services.models import Finding
from stations.models import Posting
from tests.conftest import World
from tests.factories import make_activity, make_station, make_unit, make_user
from tests.office.desk import as_, shown
from tests.services.conftest import TODAY, _wednesday_noon  # noqa: F401  # a fixture
from tests.services.feedback import tell
from tests.services.inspecting import find_fault, inspect, leave_finding

pytestmark = pytest.mark.django_db
PAGE = "/admin/figures/"


@pytest.fixture
def told(world: World) -> World:
    """Reports, inspections and findings of two stations of the branch, of this month and of the last."""
    answer_feedback(feedback=tell(world.station), text="已开门", by=world.officer)
    tell(world.station, FeedbackKind.IDEA)
    tell(world.sister)
    tell(world.elsewhere)
    mended = mend_finding(finding=find_fault(world.officer, world.station), text="扫了", by=world.keeper)
    check_finding(finding=mended, is_mended=True, text="", by=world.officer)
    inspect(world.officer, world.sister, InspectionKind.UNANNOUNCED, opening=Result.FAILED)
    late = leave_finding(world.officer, world.sister, opened_at=timezone.now() - timedelta(days=30))
    Finding.objects.filter(pk=late.pk).update(due_date=TODAY - timedelta(days=20))
    return world


def tables(client: Client, **query: str) -> dict[str, dict[str, dict[str, Any]]]:
    """By the key of a table and the name of a line the cells by their key."""
    found = client.get(PAGE, query).context["tables"]
    return {table.key: {line.name: {cell.key: cell for cell in line.cells} for line in table.lines} for table in found}


def values(cells: dict[str, Any]) -> list[str]:
    return [cell.text for cell in cells.values()]


def test_a_month_of_a_unit_counts_what_came_and_what_became_of_it(told: World) -> None:
    found = tables(as_(told.auditor))
    of_bank = ["3", "1", "0", "1", "1", "50 %", "2", "1", "0"]
    assert values(found["units"]["中国建设银行"]) == values(found["units"]["济南分行"]) == of_bank
    last = found["months"]["2026-10"]
    assert (last["opened"].text, last["overdue"].text, last["share"].text) == ("1", "1", "—")
    kinds = found["kinds"]["济南分行"]
    assert (kinds["kind_arrived_but_closed"].text, kinds["kind_idea"].text, kinds["kind_praise"].text) == (
        "2",
        "1",
        "0",
    )


@pytest.mark.parametrize("role", ["official", "admin"])
def test_every_number_leads_to_exactly_its_rows(told: World, role: str) -> None:
    client = as_(getattr(told, role))
    for month in ("2026-11", "2026-10"):
        found = tables(client, unit="" if role != "admin" else "CCB", month=month)
        cells = [
            cell for lines in (found["units"], found["kinds"]) for line in lines.values() for cell in line.values()
        ]
        linked = [cell for cell in cells if cell.url]
        assert linked
        for cell in linked:
            assert shown(client, cell.url) == cell.value, cell.url


def test_what_happened_counts_for_the_unit_that_ran_the_station_then(told: World) -> None:
    new = make_unit("新网点", told.bank, code="NEW")
    Posting.objects.filter(station=told.sister).update(until=TODAY - timedelta(days=10))
    Posting.objects.create(station=told.sister, operator=new, since=TODAY - timedelta(days=9))
    client = as_(told.auditor)
    assert tables(client)["units"]["新网点"]["opened"].text == "1"
    assert tables(client, month="2026-10")["units"]["济南分行"]["opened"].text == "1"
    assert shown(client, tables(client, month="2026-10")["units"]["济南分行"]["opened"].url) == 1


def test_the_tables_are_taken_along_as_a_workbook(told: World) -> None:
    answer = as_(told.officer).get(PAGE, {"format": "xlsx", "month": "2026-11"})
    assert "CCB-JN-2026-11-feedback.xlsx" in answer["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert len(book.sheet_names) == 3
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][:3] == ["济南分行", 3, 1]


def test_activities_count_for_who_organised_them_and_lead_to_their_rows(told: World) -> None:
    now = timezone.now()
    done = {"status": "reported", "counted_by": "tally", "kind": "haircut", "starts_at": now - timedelta(days=1)}
    make_activity(told.branch, told.station, participant_count=12, **done)
    make_activity(told.bank, told.station, told.sister, participant_count=8, **done)
    make_activity(told.branch, told.station, starts_at=now)
    make_activity(told.district_union, told.station, participant_count=5, **done)
    client = as_(told.auditor)
    found = tables(client, of="activities")
    assert values(found["units"]["中国建设银行"]) == ["2", "20", "2", "0"]
    assert values(found["units"]["济南分行"]) == ["1", "12", "1", "0"]
    assert found["months"]["2026-11"]["participants"].text == "20"
    assert found["kinds"]["济南分行"]["kind_haircut"].text == "1"
    held = found["units"]["中国建设银行"]["held"]
    assert shown(client, held.url) == held.value == 2


def test_units_out_of_scope_are_not_there_and_keepers_are_told_who_reads_it(told: World) -> None:
    assert as_(told.officer).get(PAGE, {"unit": "ICBC"}).status_code == 404
    assert as_(told.officer).get(PAGE, {"month": "never"}).status_code == 404
    assert as_(told.officer).get(PAGE, {"of": "nothing"}).status_code == 404
    assert as_(told.officer).get(PAGE, {"month": "1999-01"}).status_code == 404
    refused = as_(told.keeper).get(PAGE)
    assert refused.status_code == 403
    assert "officers, officials and auditors" in refused.content.decode()
    assert Client().get(PAGE)["Location"].startswith("/admin/login/")
    drill = as_(told.auditor).get(PAGE, {"unit": "CCB-JN"}).content.decode()
    assert "unit=CCB&amp;month=2026-11" in drill


def test_more_units_and_rows_cost_no_further_query(told: World) -> None:
    client, seen = as_(told.auditor), []
    for count in (1, 12):
        for number in range(count):
            unit = make_unit(f"网点{count}-{number}", told.bank)
            tell(make_station(operator=unit))
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        seen.append(len(queries))
    assert seen[0] == seen[1] < 25


def test_an_empty_portal_says_what_to_do(db: None) -> None:
    admin = make_user("admin", is_superuser=True, is_staff=True)
    assert "There is no unit yet" in as_(admin).get(PAGE).content.decode()
