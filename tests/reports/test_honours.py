"""The honours that a month report tells: whose, which hold, and whom it does not name."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.figures import live_figures
from reports.subjects import Subject
from reports.tables import month_table
from stations.choices import HonourLevel, HostKind
from stations.models import Division, Unit
from tests.conftest import World
from tests.factories import make_honour
from tests.reports.builders import OCTOBER, hand_over, october
from tests.reports.by_hand import MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def honours(subject: Subject) -> list[dict[str, Any]]:
    return list(live_figures(subject, OCTOBER, sections={"honour", "overview", "source"}).of("honour"))


def of_unit(unit: Unit) -> list[tuple[str, str | None, str | None]]:
    return [(row["to"], row["name"], row["unit"]) for row in honours(Subject(unit=unit))]


def test_honours_of_stations_units_and_people_are_told_the_highest_first(world: World) -> None:
    make_honour(world.keeper, level=HonourLevel.DISTRICT, title="最美站长")
    make_honour(world.branch, level=HonourLevel.CITY)
    make_honour(world.station, level=HonourLevel.NATIONAL, year=2026, expires_date=date(2029, 10, 31))
    make_honour(world.elsewhere, level=HonourLevel.NATIONAL)
    station = world.station.name
    found = honours(Subject(unit=world.branch))
    assert [(row["to"], row["name"], row["unit"]) for row in found] == [
        ("station", station, "济南分行"),
        ("unit", "济南分行", "济南分行"),
        ("person", None, "济南分行"),
    ]
    assert (found[0]["year"], found[0]["until"], found[1]["until"]) == (2026, "2029-10-31", None)
    assert world.keeper.name not in str(found), "what is sealed forgets nobody"
    assert of_unit(world.district_union) == [("station", station, "济南分行")], "it supervises the station alone"


def test_those_are_told_that_held_on_a_day_of_the_month(world: World) -> None:
    titles: dict[str, dict[str, Any]] = {
        "过期": {"expires_date": date(2026, 9, 30)},
        "月初到期": {"expires_date": october(1)},
        "明年": {"year": 2027},
        "往年": {"year": 1999},
    }
    for title, fields in titles.items():
        make_honour(world.station, title=title, **fields)
    assert {row["title"] for row in honours(Subject(unit=world.branch))} == {"月初到期", "往年"}


def test_a_station_takes_its_honour_along(world: World) -> None:
    make_honour(world.station)
    hand_over(world.station, october(16), world.other_bank)
    assert of_unit(world.branch) == []
    assert of_unit(world.other_bank) == [("station", world.station.name, world.other_bank.name)]


def test_a_division_tells_its_stations_units_and_people(world: World) -> None:
    make_honour(world.station)
    make_honour(world.district_union)
    make_honour(world.official)
    make_honour(world.bank)
    district = Division.objects.get(code="370102")
    found = honours(Subject(division=district))
    assert sorted(row["to"] for row in found) == ["person", "station", "unit"]
    assert {row["unit"] for row in found} == {"济南分行", "历下区总工会"}


def test_of_some_stations_only_theirs_are_told(world: World) -> None:
    make_honour(world.station)
    make_honour(world.branch)
    kind = HostKind(world.station.host_kind)
    assert [row["to"] for row in honours(Subject(unit=world.branch, host_kind=kind))] == ["station"]


def test_however_many_they_are_it_takes_as_many_queries(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            honours(Subject(unit=world.branch))
        return len(found)

    for holder in (world.station, world.branch, world.keeper):
        make_honour(holder, title="一")
    few = queries()
    for number in range(20):
        for holder in (world.station, world.branch, world.keeper):
            make_honour(holder, title=f"{number}号")
    assert queries() == few


def test_what_is_not_known_is_a_dash(world: World) -> None:
    make_honour(world.keeper)
    figures = live_figures(Subject(unit=world.branch), OCTOBER)
    (line,) = month_table(figures, "honour").rows
    assert (line["name"], line["code"], line["until"], line["year"]) == ("—", "—", "—", "2025")
