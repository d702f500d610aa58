"""Money in figures: each step of a grant in the month, and the year, in which it was taken."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from harbor_portal.lib.months import Month
from reports.periods import Period
from reports.questions import Question
from reports.subjects import Subject
from services.models import Grant
from services.views import figures
from tests.conftest import World
from tests.factories import make_batch, make_grant, make_station
from tests.office.desk import as_, shown
from tests.office.test_figures import PAGE, tables, values
from tests.services.conftest import SHANGHAI

pytestmark = pytest.mark.django_db
MONTHS = ("2025-12", "2026-01", "2026-02")


def at(month: int, day: int = 20) -> datetime:
    return datetime(2025 if month == 12 else 2026, month, day, 23, 30, tzinfo=SHANGHAI)


@pytest.fixture
def over_the_year(world: World) -> Grant:
    """Applied for and approved in December, paid in January, accounted for in February."""
    steps: dict[str, Any] = {
        "state": "accounted",
        "applied_at": at(12),
        "amount": Decimal(2000),
        "decided_at": at(12, 31),
        "paid_date": date(2026, 1, 31),
        "amount_spent": Decimal(1800),
        "accounted_at": at(2),
    }
    return make_grant(world.station, make_batch(world.bank), world.officer, **steps)


def test_each_step_counts_in_its_month_and_leads_to_its_rows(world: World, over_the_year: Grant) -> None:
    client = as_(world.auditor)
    found = {month: tables(client, of="grants", month=month) for month in MONTHS}
    assert [values(found[month]["units"]["中国建设银行"]) for month in MONTHS] == [
        ["1", "2,400.00", "2,000.00", "0", "0"],
        ["0", "0", "0", "2,000.00", "0"],
        ["0", "0", "0", "0", "1,800.00"],
    ]
    assert found["2026-01"]["months"]["2025-12"]["granted"].text == "2,000.00"
    assert found["2025-12"]["kinds"]["中国建设银行"]["kind_run"].text == "2,000.00"
    for month in MONTHS:
        for table in ("units", "kinds"):
            for cell in found[month][table]["中国建设银行"].values():
                assert shown(client, cell.url) == 1 if cell.url else cell.value == 0


def test_the_year_of_each_station_is_told_and_taken_along(
    world: World, over_the_year: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_grant(world.sister, over_the_year.batch, world.officer, applied_at=at(2))
    client = as_(world.auditor)
    name = world.station.name
    assert values(tables(client, of="grants", month="2025-12")["stations"][name])[2:] == ["2,000.00", "0", "0"]
    of_year = tables(client, of="grants", month="2026-11")["stations"]
    assert values(of_year[name]) == ["0", "0", "0", "2,000.00", "1,800.00"]
    assert values(of_year[world.sister.name]) == ["1", "2,400.00", "0", "0", "0"]
    monkeypatch.setattr(figures, "MOST_STATIONS", 1)
    page = client.get(PAGE, {"of": "grants"})
    assert "The first 1 of 2 stations" in page.content.decode()
    answer = client.get(PAGE, {"of": "grants", "format": "xlsx"})
    sheets = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert len(sheets.get_sheet_by_name("By station, 2026").to_python()) == 4


def test_more_stations_cost_no_further_query(world: World, over_the_year: Grant) -> None:
    client, seen = as_(world.auditor), []
    for count in (1, 12):
        for number in range(count):
            station = make_station(f"站{count}-{number}", operator=world.branch)
            make_grant(station, over_the_year.batch, world.officer)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, {"of": "grants"}).status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_the_month_report_tells_each_step_in_its_month(world: World, over_the_year: Grant) -> None:
    def line(month: str) -> tuple[Any, ...]:
        [found] = Question(Subject(unit=world.bank), Period.of(Month.parse(month))).figures().of("money")
        return tuple(found[key] for key in ("kind", "cases", "asked", "granted", "paid", "spent"))

    assert [line(month) for month in MONTHS] == [
        ("run", 1, 2400, 2000, 0, 0),
        ("run", 0, 0, 0, 2000, 0),
        ("run", 0, 0, 0, 0, 1800),
    ]
