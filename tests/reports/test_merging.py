"""Roll-ups and handed-in months when two stations become one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from harbor_portal.lib.months import Month
from reports.actions.months import submit_month
from reports.figures import live_figures
from reports.models import MonthReport, StationMonth
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from reports.tables import month_table
from services.choices import Method
from services.models import Visit
from stations.actions.merging import merge_stations
from stations.choices import StationStatus
from tests.conftest import World
from tests.factories import make_station
from tests.reports.builders import OCTOBER, count, figures, hand_over, october, record

NOVEMBER = datetime(2026, 11, 5, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WHY = "Two plates on one door"


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def both(world: World) -> World:
    """October at the station, and at its sister, who is the same place and was run by another bank until the 15th."""
    for day in (1, 2, 3):
        record(world.station, october(day), Method.TALLY)
        count(world.station, october(day), 10)
    for day in (3, 20):
        record(world.sister, october(day), Method.GATE)
        count(world.sister, october(day), 12, method=Method.GATE)
    count(world.sister, october(21), 5)
    hand_over(world.sister, october(16), world.other_bank, world.district_union)
    roll_up(OCTOBER)
    return world


def test_after_a_merge_the_roll_up_of_what_changed_equals_the_full_one(both: World) -> None:
    merge_stations(duplicate=both.sister, into=both.station, reason=WHY, by=both.admin)
    roll_up(OCTOBER)
    changed = figures()
    roll_up(OCTOBER, full=True)
    assert figures() == changed
    months = {
        month.posting.station: month
        for month in StationMonth.objects.select_related("posting__station")
        if month.visits
    }
    assert [(month.visits, month.days_recorded) for month in months.values()] == [(10 + 10 + 12 + 12 + 5, 5)]
    assert list(months) == [both.station], "on the 3rd the gate's 12 count, not the 10 tallied beside"


def test_what_was_handed_in_stays_with_the_old_station_and_does_not_move(both: World) -> None:
    count(both.sister, NOVEMBER.date(), 4)
    report = submit_month(unit=both.branch, month=OCTOBER, by=both.officer)
    before = figures()
    merge_stations(duplicate=both.sister, into=both.station, reason=WHY, by=both.admin)
    roll_up(OCTOBER)
    assert figures() == before
    assert MonthReport.objects.get(pk=report.pk).digest == report.digest
    assert Visit.objects.get(station=both.station, date__month=11).count == 4


def test_a_merged_station_is_no_station_of_a_month_in_which_nothing_stayed_with_it(both: World) -> None:
    merge_stations(duplicate=both.sister, into=both.station, reason=WHY, by=both.admin)
    for month in (OCTOBER, Month(2026, 11)):
        roll_up(month)
        some = figures()
        roll_up(month, full=True)
        assert figures() == some
        counted = StationMonth.objects.filter(month=month.first).values_list("posting__station", flat=True)
        assert both.station.pk in counted
        assert both.sister.pk not in counted


def test_a_merged_station_is_none_in_any_table_of_the_report(both: World) -> None:
    merge_stations(duplicate=both.sister, into=both.station, reason=WHY, by=both.admin)
    roll_up(OCTOBER)
    report = live_figures(Subject(unit=both.district_union), OCTOBER)
    *_lines, standing = month_table(report, "standing").rows
    assert standing["stations"] == report.measures["stations_end"]["value"] == 1


def test_a_merged_station_stays_in_a_month_that_was_handed_in_even_if_nobody_came(both: World) -> None:
    twin = make_station("青岛路驿站", operator=both.branch)
    roll_up(OCTOBER)
    submit_month(unit=both.branch, month=OCTOBER, by=both.officer)
    before = figures()
    merge_stations(duplicate=twin, into=both.station, reason=WHY, by=both.admin, is_far_confirmed=True)
    roll_up(OCTOBER)
    assert figures() == before
    assert twin.pk in StationMonth.objects.values_list("posting__station", flat=True)


def test_what_a_month_that_was_handed_in_did_not_count_does_not_come_to_it(both: World) -> None:
    twin = make_station("青岛路驿站", operator=both.branch)
    make_station("新驿站", operator=both.branch, status=StationStatus.DRAFT)
    merge_stations(duplicate=twin, into=both.station, reason=WHY, by=both.admin, is_far_confirmed=True)
    roll_up(OCTOBER)
    submit_month(unit=both.branch, month=OCTOBER, by=both.officer)
    before = figures()
    roll_up(OCTOBER, full=True)
    assert figures() == before
    assert {"新驿站", twin.name}.isdisjoint(StationMonth.objects.values_list("posting__station__name", flat=True))


def test_a_locked_month_of_either_of_the_two_holds_a_day(both: World) -> None:
    twin = make_station("青岛路驿站", operator=both.other_bank)
    count(twin, october(5), 6)
    submit_month(unit=both.branch, month=OCTOBER, by=both.officer)
    merge_stations(duplicate=twin, into=both.station, reason=WHY, by=both.admin)
    assert Visit.objects.get(date=october(5)).station == twin
