"""Roll-ups by the clock, and the sweep that catches up what was missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery import current_app

from harbor_portal.lib.months import Month
from reports import tasks
from reports.choices import RunState
from reports.models import RollupRun, StationMonth
from reports.rollups.adding_up import AlreadyRunning, months_behind, roll_up
from tests.conftest import World
from tests.reports.builders import OCTOBER, count, hand_over, october

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEPTEMBER, NOVEMBER = OCTOBER.plus(-1), OCTOBER.plus(1)


def moment(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=SHANGHAI)


def done(month: Month, at: datetime) -> None:
    roll_up(month, at=at)


@time_machine.travel(datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI), tick=False)
def test_every_night_the_running_month_is_rolled_up(world: World) -> None:
    count(world.station, october(30), 3)
    assert tasks.roll_up_running_month() == 5
    assert StationMonth.objects.get(posting__station=world.station).visits == 3


@time_machine.travel(datetime(2026, 11, 1, 2, 0, tzinfo=SHANGHAI), tick=False)
def test_on_the_first_the_last_month_is_rolled_up(world: World) -> None:
    count(world.station, october(31), 3)
    assert tasks.roll_up_last_month() == 5
    assert set(StationMonth.objects.values_list("month", flat=True)) == {OCTOBER.first}


def test_a_month_that_is_being_rolled_up_is_left_to_the_other_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(month: Month, *, full: bool) -> None:
        raise AlreadyRunning(f"{month} is being added up")

    monkeypatch.setattr(tasks, "roll_up", busy)
    assert tasks.roll_up_month("2026-10") == 0


def test_every_clocked_task_exists() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in current_app.conf.beat_schedule.values()} <= set(current_app.tasks)


def test_nothing_is_behind_after_the_runs_of_the_night(world: World) -> None:
    done(SEPTEMBER, moment(1, 2))
    done(OCTOBER, moment(20, 2, 30))
    count(world.station, october(20), 3)
    assert months_behind(moment(20, 12)) == []


def test_a_missed_night_is_behind(world: World) -> None:
    done(SEPTEMBER, moment(1, 2))
    done(OCTOBER, moment(19, 2, 30))
    count(world.station, october(20), 3)
    assert months_behind(moment(20, 2, 50)) == [OCTOBER]
    RollupRun.objects.create(month=OCTOBER.first, state=RunState.FAILED, started_at=moment(20, 2, 40))
    assert months_behind(moment(20, 3, 50)) == [OCTOBER], "a failed run is repeated"


def test_a_missed_first_of_the_month_is_behind_even_without_changes(world: World) -> None:
    done(SEPTEMBER, datetime(2026, 9, 30, 2, 30, tzinfo=SHANGHAI))
    assert months_behind(moment(1, 2, 50)) == [SEPTEMBER]
    done(SEPTEMBER, moment(1, 2))
    assert months_behind(moment(1, 2, 50)) == []


def test_late_entries_and_moved_postings_bring_older_months_back(world: World) -> None:
    done(SEPTEMBER, moment(1, 2))
    may = Month(2026, 5)
    roll_up(may, at=datetime(2026, 6, 1, 2, tzinfo=SHANGHAI))
    roll_up(may.plus(-1), at=datetime(2026, 5, 1, 2, tzinfo=SHANGHAI))
    assert months_behind(moment(20)) == []
    count(world.station, may.first, 3)
    assert months_behind(moment(20)) == [may]
    hand_over(world.sister, may.plus(-1).first + timedelta(days=9), world.other_bank)
    behind = months_behind(moment(20))
    assert behind == [may.plus(-1), may, SEPTEMBER], "those of the last 13 months that have been rolled up before"
    for month in behind:
        roll_up(month, at=moment(20))
    assert months_behind(moment(21)) == []


@time_machine.travel(datetime(2026, 10, 20, 3, 50, tzinfo=SHANGHAI), tick=False)
def test_the_sweep_rolls_up_what_is_behind_and_one_failure_does_not_stop_it(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    count(world.station, october(19), 3)

    def fails_in_september(month: Month, *, full: bool) -> RollupRun:
        if month == SEPTEMBER:
            raise RuntimeError("no space left")
        return roll_up(month, full=full)

    monkeypatch.setattr(tasks, "roll_up", fails_in_september)
    assert tasks.catch_up_rollups() == 1
    assert "2026-09 could not be rolled up" in caplog.text
    assert StationMonth.objects.get(posting__station=world.station).visits == 3
