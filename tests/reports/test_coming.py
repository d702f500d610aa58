"""What falls due next month: the return of this one, what ends then, and which stations are to open again."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.figures import live_figures
from reports.subjects import Subject
from reports.tables import month_table
from stations.choices import StationStatus
from stations.models import Division, Station
from tests.conftest import World
from tests.factories import make_honour, make_station
from tests.partners.agreeing import agree, draft
from tests.reports.builders import OCTOBER, october
from tests.reports.by_hand import MOMENT, october_by_hand
from tests.reports.starring import make_held_star

pytestmark = pytest.mark.django_db
NOVEMBER = {day: date(2026, 11, day) for day in range(1, 31)}
DECEMBER = date(2026, 12, 1)
HANDED_IN = (NOVEMBER[6], "The month is handed in", "2026-10", "历下区总工会")
PROMISED = (NOVEMBER[30], "Agreement ends", "高温送清凉协议", "历下区总工会")
"""The one agreement of the month by hand."""


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def month(world: World) -> World:
    return october_by_hand(world)


def rest(station: Station, until: date) -> None:
    days = {"suspended_from": october(12), "suspended_until": until, "suspended_reason": "装修"}
    Station.objects.filter(pk=station.pk).update(status=StationStatus.SUSPENDED, **days)


def told(subject: Subject) -> list[tuple[object, ...]]:
    rows = month_table(live_figures(subject, OCTOBER), "coming").rows
    return [tuple(row[key] for key in ("date", "kind", "name", "unit")) for row in rows]


def test_a_unit_is_told_when_its_month_is_handed_in_and_a_division_is_not(month: World) -> None:
    assert told(Subject(unit=month.district_union)) == [HANDED_IN, PROMISED]
    assert told(Subject(division=Division.objects.get(code="370102"))) == [], "nobody hands in for a division"


def test_what_ends_next_month_is_told_by_its_day(month: World) -> None:
    resting = Station.objects.get(name="解放阁驿站")
    for station, until in ((resting, NOVEMBER[20]), (month.station, DECEMBER), (month.sister, NOVEMBER[3])):
        rest(station, until)
    unit, by = month.district_union, month.admin
    agree(by, unit, title="冬送温暖协议", until=NOVEMBER[15])
    agree(by, unit, title="到十二月的协议", until=DECEMBER)
    draft(by, unit, title="未签的协议", until=NOVEMBER[15])
    make_held_star(month.station, unit, month.admin, 4, since=date(2025, 12, 1), until=NOVEMBER[30])
    make_held_star(resting, month.bank, month.admin, 3, since=date(2025, 12, 1), until=DECEMBER)
    make_honour(month.station, title="示范站", expires_date=NOVEMBER[2])
    make_honour(month.official, title="最美干部", expires_date=NOVEMBER[2])
    make_honour(unit, title="先进单位", expires_date=DECEMBER)
    assert told(Subject(unit=unit)) == [
        (NOVEMBER[2], "Honour ends", "示范站", "济西支行劳动者港湾"),
        (NOVEMBER[2], "Honour ends", "最美干部", "历下区总工会"),
        HANDED_IN,
        (NOVEMBER[15], "Agreement ends", "冬送温暖协议", "历下区总工会"),
        (NOVEMBER[20], "Last day of a suspension", "解放阁驿站", "历下区总工会"),
        PROMISED,
        (NOVEMBER[30], "Star runs out", "济西支行劳动者港湾 · ★★★★ 4", "历下区总工会"),
    ]
    assert month.official.name not in str(live_figures(Subject(unit=unit), OCTOBER).of("coming"))


def test_a_question_about_some_stations_tells_what_falls_due_of_these(month: World) -> None:
    agree(month.admin, month.district_union, title="冬送温暖协议", until=NOVEMBER[15])
    rest(Station.objects.get(name="解放阁驿站"), NOVEMBER[20])
    shops = Subject(unit=month.district_union, host_kind="shop")
    assert [line[2] for line in told(shops)] == ["解放阁驿站"]
    assert told(Subject(unit=month.district_union, host_kind="bank_branch")) == []


def test_two_things_or_twenty_take_the_same_number_of_queries(month: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            live_figures(Subject(unit=month.district_union), OCTOBER, sections={"coming"})
        return len(found)

    def add(number: int) -> None:
        name = f"第{number}驿站"
        station = make_station(name, operator=month.branch, supervisor=month.district_union)
        rest(station, NOVEMBER[20])
        make_honour(station, title=f"荣誉{number}", expires_date=NOVEMBER[2])
        agree(month.admin, month.district_union, title=f"协议{number}", until=NOVEMBER[15])

    add(0)
    few = queries()
    for number in range(1, 10):
        add(number)
    assert queries() == few
