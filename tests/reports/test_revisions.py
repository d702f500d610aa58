"""What a revision changed: who corrected each cell, and how it is told."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from reports.actions.months import approve_month, submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.models import MonthReport
from reports.sealed.change_words import ChangeLine, change_lines, told_changes
from services.actions.days import explain_day, nil_return
from stations.actions.exceptions import Said, add_exception
from stations.actions.records import save_with_history
from stations.choices import StationStatus
from stations.models import Station, Unit, User
from tests.conftest import World
from tests.factories import make_activity, make_member, make_plate, make_station, make_unit
from tests.reports.builders import OCTOBER, october, waive
from tests.services.conftest import count_visits

pytestmark = pytest.mark.django_db
Writes = Callable[[], object]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False) as clock:
        yield clock


@pytest.fixture
def revise(ledger: World, clock: Any) -> Callable[..., MonthReport]:
    """Seal the unit's month, open it, let them write, and hand in the next revision."""

    def revise(*writes: Writes, unit: Unit | None = None) -> MonthReport:
        unit = unit or ledger.branch
        report = submit_month(unit=unit, month=OCTOBER, by=ledger.admin)
        report = seal_month(report=approve_month(report=report, by=ledger.admin), by=ledger.admin)
        clock.shift(timedelta(hours=1))
        open_for_revision(report=report, reason="漏记", until=date(2026, 11, 9), by=ledger.admin)
        clock.shift(timedelta(hours=1))
        for write in writes:
            write()
        clock.shift(timedelta(hours=1))
        return submit_month(unit=unit, month=OCTOBER, by=ledger.admin)

    return revise


def named(report: MonthReport, section: str, *key: str) -> set[str]:
    """Who corrected what changed in the line, by name."""
    found = [one for one in report.changes if (one["section"], *one["key"]) == (section, *key)]
    assert found, f"nothing changed in {section} {key}"
    return {str(person) for one in found for person in User.objects.filter(pk__in=one["by"])}


def test_who_gave_a_nil_return_stands_beside_every_cell_that_follows(ledger: World, revise: Any) -> None:
    report = revise(lambda: nil_return(station=ledger.station, day=october(5), by=ledger.officer))
    assert len(report.changes) > 20
    assert {tuple(one["by"]) for one in report.changes} == {(ledger.officer.pk,)}


def test_a_line_names_those_of_its_stations_and_a_sum_all_of_them(ledger: World, revise: Any) -> None:
    other = make_station("经四路驿站", operator=ledger.branch, schedule=ledger.station.schedule)
    colleague = make_member(ledger.branch, name="周专员")
    elsewhere = make_member(ledger.other_bank, name="吴专员")
    report = revise(
        lambda: explain_day(station=ledger.station, day=october(6), reason="停电", seen="", by=ledger.officer),
        lambda: count_visits(colleague, other, 4, day=october(9)),
        lambda: count_visits(elsewhere, ledger.elsewhere, 4, day=october(9)),
    )
    assert named(report, "station", ledger.station.code) == {"李专员"}
    assert named(report, "station", other.code) == {"周专员"}
    for line in (
        ("overview", "days_missing"),
        ("unit", "own"),
        ("operator", "CCB"),
        ("territory", "370102", "district"),
    ):
        assert named(report, *line) == {"李专员", "周专员"}, line


def test_units_and_programmes_name_their_own(ledger: World, revise: Any) -> None:
    other = make_unit("青岛分行", ledger.bank, code="CCB-QD")
    station = make_station("香港路驿站", operator=other, schedule=ledger.station.schedule)
    make_plate(station)
    colleague = make_member(other, name="周专员")
    for unit in (ledger.branch, other):
        waive(unit)
    report = revise(
        lambda: count_visits(ledger.officer, ledger.station, 4, day=october(9)),
        lambda: count_visits(colleague, station, 4, day=october(9)),
        unit=ledger.bank,
    )
    assert named(report, "unit", "CCB-JN") == {"李专员"}
    assert named(report, "unit", "CCB-QD") == named(report, "programme", "ccb_harbor") == {"周专员"}
    assert named(report, "method", "tally") == {"李专员", "周专员"}


def test_hours_suspensions_and_handovers_name_who_said_so(ledger: World, revise: Any) -> None:
    def suspend() -> None:
        station = Station.objects.get(pk=ledger.station.pk)
        station.status, station.suspended_reason = StationStatus.SUSPENDED, "装修"
        station.suspended_from, station.suspended_until = october(20), october(21)
        save_with_history(station, by=ledger.officer, reason="")

    def rename() -> None:
        station = Station.objects.get(pk=ledger.station.pk)
        station.phone = "0531-1"
        save_with_history(station, by=ledger.official, reason="")

    closed: Said = {"first": october(8), "last": october(9), "hours": "off", "reason": "检修"}
    report = revise(suspend, rename, lambda: add_exception(by=ledger.admin, owner=ledger.bank, **closed))
    assert named(report, "station", ledger.station.code) == {"李专员", "管理员"}
    assert named(report, "overview", "days_suspended") == {"李专员", "管理员"}


def test_activities_name_who_reported_them_and_nobody_of_the_ledger(ledger: World, revise: Any) -> None:
    def hold() -> None:
        at = datetime(2026, 10, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
        activity = make_activity(ledger.branch, ledger.station, starts_at=at, status="planned")
        activity.status = "held"
        save_with_history(activity, by=ledger.official, reason="")

    report = revise(hold, lambda: count_visits(ledger.officer, ledger.station, 4, day=october(9)))
    assert named(report, "overview", "activities") == {"赵部长"}
    assert named(report, "overview", "visits") == {"李专员"}
    (cell,) = [one for one in report.changes if one["section"] == "station" and one["field"] == "activities"]
    assert cell["by"] == [ledger.official.pk]


def test_whoever_wrote_before_the_freezing_or_about_other_months_is_not_named(
    ledger: World, revise: Any, clock: Any
) -> None:
    count_visits(ledger.admin, ledger.station, 3, day=october(12))
    clock.shift(timedelta(hours=1))
    report = revise(
        lambda: count_visits(ledger.keeper, ledger.station, 3, day=date(2026, 11, 2)),
        lambda: count_visits(ledger.officer, ledger.station, 4, day=october(9)),
    )
    assert {tuple(one["by"]) for one in report.changes} == {(ledger.officer.pk,)}


def test_of_many_a_few_are_named_and_the_others_counted(ledger: World, revise: Any) -> None:
    people = [make_member(ledger.branch, name=f"{number}号专员") for number in range(5)]
    days = [5, 6, 7, 8, 9]
    report = revise(
        *(
            lambda by=by, day=day: count_visits(by, ledger.station, 1, day=october(day))
            for by, day in zip(people, days, strict=True)
        ),
        lambda: count_visits(people[4], ledger.station, 1, day=october(12)),
    )
    with translation.override("en"):
        (line,) = [one for one in lines_of(report) if one.where == "Visits"]
    assert line.who == "4号专员, 0号专员, 1号专员 and 2 others"


def lines_of(report: MonthReport) -> list[ChangeLine]:
    return change_lines(report, told_changes(report))


def test_every_row_and_cell_is_told_as_in_the_report(ledger: World, revise: Any) -> None:
    report = revise(
        lambda: nil_return(station=ledger.station, day=october(5), by=ledger.officer),
        lambda: count_visits(ledger.officer, ledger.station, 5, day=october(9)),
    )
    station = f"{ledger.station.name} · {ledger.station.code}"
    with translation.override("zh-hans"):
        told = {(one.section, one.where, one.figure): (one.before, one.after) for one in lines_of(report)}
    assert told["总览", "应报天数完整率", "2026-10"] == ("9.1 %", "18.2 %")
    assert told["填报完整性", "缺报 10 天以上", "缺报天数"] == ("20", "18")
    assert told["按单位", "济南分行本级", "2026-10"] == ("30", "35")
    assert told["按地区", "历下区 · 区县 · 370102", "2026-10"] == ("30", "35")
    assert told["按星期和时段", "星期五", "未分时段"] == ("8", "13")
    assert told["待办问题", f"缺报 · {station}", "缺报天数"] == ("20", "18")
    assert told["按站点", station, "人工点数"] == ("8", "13")
    assert {section for section, *_more in told}.isdisjoint({"来源", "source"})
    raw = {"own", "many", "gap", "total", "district", "haircut", "run", "rolled_up_at", "value"}
    assert not raw & {word for one in told for text in one for word in text.split(" · ")}


def test_rows_that_came_are_told_cell_by_cell(ledger: World, revise: Any) -> None:
    at = datetime(2026, 10, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    report = revise(lambda: make_activity(ledger.branch, ledger.station, starts_at=at, status="held", kind="haircut"))
    with translation.override("en"):
        (line,) = [one for one in lines_of(report) if one.section == "Activities"]
    assert (line.where, line.figure, line.before) == ("Haircut", "Row added", "—")
    assert line.after.startswith("2026-10 1 · Previous month (2026-09) 0")


def test_the_page_and_who_corrected_take_as_many_queries_for_twenty_stations_as_for_two(
    ledger: World, revise: Any
) -> None:
    other = make_unit("青岛分行", ledger.bank, code="CCB-QD")

    def queries(unit: Unit, stations: int) -> int:
        some = [make_station(f"{number}号驿站", operator=unit) for number in range(stations)]
        report = revise(
            *(lambda one=one: count_visits(ledger.admin, one, 4, day=october(9)) for one in some),
            unit=unit,
        )
        report = MonthReport.objects.defer("rows").get(pk=report.pk)
        with CaptureQueriesContext(connection) as captured:
            lines_of(report)
        return len(captured)

    assert queries(ledger.branch, 2) == queries(other, 20) < 10
