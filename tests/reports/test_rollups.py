"""What a roll-up counts."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from psycopg2 import connect

from reports.choices import RunState
from reports.ledger import ledger_parameters
from reports.models import RollupRun, StationMonth, StationMonthVisits
from reports.rollups import adding_up as rollups
from reports.rollups import sql as rollup_sql
from reports.rollups.adding_up import AlreadyRunning, roll_up
from services.choices import Method, WorkerGroup
from services.models import LedgerChange, Visit
from stations.models import Posting, Station
from tests.conftest import World
from tests.reports.builders import OCTOBER, count, figures, hand_over, mark, october, record

pytestmark = pytest.mark.django_db

WAYS = pytest.mark.parametrize("full", [False, True])
TOO_MANY = 2**31 - 1


def month_of(station: Station) -> StationMonth:
    return StationMonth.objects.get(posting__station=station, month=OCTOBER.first)


def visits_of(station: Station) -> list[tuple[str, str, bool, int]]:
    rows = StationMonthVisits.objects.filter(posting__station=station, month=OCTOBER.first)
    return sorted(rows.values_list("group", "method", "is_counted", "count"))


@WAYS
def test_visits_add_up_by_group(world: World, full: bool) -> None:
    record(world.station, october(1), Method.TALLY)
    count(world.station, october(1), 3)
    count(world.station, october(1), 2, WorkerGroup.SANITATION)
    record(world.station, october(2), Method.TALLY)
    count(world.station, october(2), 4, hour=9)
    count(world.station, october(2), 5, hour=10)
    roll_up(OCTOBER, full=full)
    assert visits_of(world.station) == [("courier", "tally", True, 12), ("sanitation", "tally", True, 2)]
    month = month_of(world.station)
    assert (month.visits, month.days_opened, month.days_recorded, month.days_nil) == (14, 2, 2, 0)
    assert (month.first_day, month.last_day) == (october(1), october(31))


@WAYS
def test_other_methods_stand_beside_and_are_never_added(world: World, full: bool) -> None:
    record(world.station, october(1), Method.GATE)
    count(world.station, october(1), 10, method=Method.GATE)
    count(world.station, october(1), 7, method=Method.TALLY)
    record(world.station, october(2), Method.TALLY)
    count(world.station, october(2), 6, method=Method.TALLY)
    roll_up(OCTOBER, full=full)
    assert visits_of(world.station) == [
        ("courier", "gate", True, 10),
        ("courier", "tally", False, 7),
        ("courier", "tally", True, 6),
    ]
    assert month_of(world.station).visits == 16


@WAYS
@pytest.mark.parametrize("with_record", [False, True])
def test_a_day_that_names_no_method_is_counted_by_the_first_one_present(
    world: World, full: bool, with_record: bool
) -> None:
    for day, method in enumerate(Method, 1):
        if with_record:
            record(world.station, october(day))
        for other in list(Method)[day - 1 :]:
            count(world.station, october(day), 1 if other == method else 100, method=other)
    roll_up(OCTOBER, full=full)
    assert month_of(world.station).visits == len(Method)


@WAYS
def test_a_bucket_taken_back_to_zero_decides_nothing(world: World, full: bool) -> None:
    count(world.station, october(1), 0, method=Method.GATE)
    count(world.station, october(1), 4, method=Method.LEDGER)
    count(world.station, october(2), 0)
    roll_up(OCTOBER, full=full)
    month = month_of(world.station)
    assert (month.visits, month.days_recorded) == (4, 1)


@WAYS
def test_a_method_that_somebody_chose_counts_even_if_nobody_was_counted_by_it(world: World, full: bool) -> None:
    record(world.station, october(1), Method.SCAN)
    count(world.station, october(1), 4, method=Method.TALLY)
    roll_up(OCTOBER, full=full)
    assert visits_of(world.station) == [("courier", "tally", False, 4)]
    assert month_of(world.station).visits == 0


@WAYS
def test_a_nil_return_is_a_record_and_a_missing_day_is_none(world: World, full: bool) -> None:
    record(world.station, october(1), nil=True)
    record(world.station, october(2))
    roll_up(OCTOBER, full=full)
    month = month_of(world.station)
    assert (month.days_opened, month.days_recorded, month.days_nil, month.visits) == (2, 1, 1, 0)
    sister = month_of(world.sister)
    assert (sister.days_opened, sister.days_recorded, sister.days_nil, sister.visits) == (0, 0, 0, 0)


@WAYS
def test_a_station_that_changes_hands_counts_for_each_by_date(world: World, full: bool) -> None:
    for day in (15, 16):
        record(world.station, october(day), Method.TALLY)
    count(world.station, october(15), 3)
    count(world.station, october(16), 5)
    hand_over(world.station, october(16), world.other_bank)
    roll_up(OCTOBER, full=full)
    rows = StationMonth.objects.filter(posting__station=world.station).order_by("first_day")
    assert [(row.first_day.day, row.last_day.day, row.days_opened, row.visits) for row in rows] == [
        (1, 15, 1, 3),
        (16, 31, 1, 5),
    ]
    by_operator = StationMonthVisits.objects.filter(posting__station=world.station)
    assert dict(by_operator.values_list("posting__operator__code", "count")) == {"CCB-JN": 3, "ICBC": 5}


@WAYS
def test_days_when_nobody_ran_the_station_are_told_and_not_lost_silently(world: World, full: bool) -> None:
    Posting.objects.filter(station=world.station).update(until=october(10))
    count(world.station, october(10), 1)
    count(world.station, october(11), 2)
    count(world.station, october(11), 4, WorkerGroup.PUBLIC)
    record(world.station, october(12))
    run = roll_up(OCTOBER, full=full)
    assert (run.unposted_days, run.unposted_visits) == (2, 6)
    assert month_of(world.station).visits == 1


@WAYS
def test_other_months_are_left_alone(world: World, full: bool) -> None:
    count(world.station, october(1), 1)
    count(world.station, OCTOBER.plus(1).first, 100)
    count(world.station, OCTOBER.plus(-1).last, 100)
    roll_up(OCTOBER, full=full)
    assert month_of(world.station).visits == 1
    assert not StationMonth.objects.exclude(month=OCTOBER.first).exists()
    assert LedgerChange.objects.count() == 2


@WAYS
def test_running_twice_gives_the_same(world: World, full: bool) -> None:
    count(world.station, october(1), 3)
    roll_up(OCTOBER, full=full)
    once = figures()
    roll_up(OCTOBER, full=full)
    assert figures() == once


def test_only_stations_that_changed_are_computed(world: World) -> None:
    count(world.station, october(1), 3)
    assert roll_up(OCTOBER).stations == 3
    assert roll_up(OCTOBER).stations == 0
    count(world.sister, october(1), 2)
    run = roll_up(OCTOBER)
    assert (run.stations, run.rows, run.state) == (1, 3, RunState.DONE)
    assert not LedgerChange.objects.exists()


def test_a_posting_that_moved_is_noticed(world: World) -> None:
    count(world.station, october(12), 3)
    handed = hand_over(world.station, october(16), world.other_bank)
    roll_up(OCTOBER)
    Posting.objects.filter(station=world.station).exclude(pk=handed.pk).update(until=october(9))
    Posting.objects.filter(pk=handed.pk).update(since=october(10))
    assert roll_up(OCTOBER).stations == 1
    assert StationMonth.objects.get(posting=handed).visits == 3
    handed.delete()
    roll_up(OCTOBER)
    assert month_of(world.station).visits == 0


def test_many_changes_are_computed_in_one_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "CHUNK", 1)
    monkeypatch.setattr(rollups, "_add_isolated", None)
    count(world.station, october(1), 3)
    assert roll_up(OCTOBER).stations == 3


@WAYS
def test_one_bad_station_does_not_stop_the_month(world: World, full: bool) -> None:
    count(world.elsewhere, october(1), 9)
    roll_up(OCTOBER)
    for hour in (8, 9):
        count(world.elsewhere, october(2), TOO_MANY, hour=hour)
    count(world.station, october(1), 3)
    count(world.sister, october(1), 4)
    run = roll_up(OCTOBER, full=full)
    assert (run.state, run.failed_stations) == (RunState.DONE, [world.elsewhere.pk])
    assert [month_of(world.station).visits, month_of(world.sister).visits] == [3, 4]
    assert month_of(world.elsewhere).visits == 9, "the last good figure stays"
    assert set(LedgerChange.objects.values_list("station", flat=True)) == {world.elsewhere.pk}

    Visit.objects.filter(count=TOO_MANY).delete()
    assert roll_up(OCTOBER).failed_stations == []
    assert not LedgerChange.objects.exists()


def test_a_failure_of_the_database_fails_the_run_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    count(world.station, october(1), 3)
    monkeypatch.setattr(rollup_sql, "ADD", "SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)")
    with pytest.raises(OperationalError):
        roll_up(OCTOBER)
    run = RollupRun.objects.get()
    assert (run.state, run.rows) == (RunState.FAILED, 0)
    assert "statement timeout" in run.error
    assert LedgerChange.objects.count() == 1


def test_a_run_that_died_is_marked_failed_by_the_next(world: World) -> None:
    dead = RollupRun.objects.create(month=OCTOBER.first, started_at="2026-10-05T02:30+08:00")
    roll_up(OCTOBER)
    dead.refresh_from_db()
    assert dead.state == RunState.FAILED
    assert "died" in dead.error


def test_two_runs_of_a_month_exclude_each_other(world: World) -> None:
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    other = connect(**settings)
    key = (rollups.LOCK_SPACE, 2026 * 12 + 10)
    other.cursor().execute("SELECT pg_advisory_lock(%s, %s)", key)
    try:
        with pytest.raises(AlreadyRunning, match="2026-10"):
            roll_up(OCTOBER)
        with pytest.raises(CommandError, match="2026-10"):
            call_command("roll_up_month", "2026-10")
        assert not RollupRun.objects.exists()
        roll_up(OCTOBER.plus(-1))
    finally:
        other.cursor().execute("SELECT pg_advisory_unlock(%s, %s)", key)
        other.close()
    assert roll_up(OCTOBER).state == RunState.DONE


def test_the_command_tells_what_it_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    Posting.objects.filter(station=world.station).update(since=october(5))
    count(world.station, october(1), 3)
    call_command("roll_up_month", "2026-10", "--full")
    told = capsys.readouterr()
    assert "2026-10: 3 stations, 3 rows" in told.out
    assert "1 station-days (3 visits) have no posting" in told.err
    with pytest.raises(CommandError, match="YYYY-MM"):
        call_command("roll_up_month", "October")


def test_the_command_fails_when_a_station_does(world: World) -> None:
    for hour in (8, 9):
        count(world.elsewhere, october(2), TOO_MANY, hour=hour)
    with pytest.raises(CommandError, match=str(world.elsewhere.pk)):
        call_command("roll_up_month", "2026-10")


def test_a_change_committed_after_the_marks_were_taken_is_taken_up_by_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    count(world.station, october(1), 3)
    real = ledger_parameters
    late = iter([lambda: mark(world.sister, october(2))])

    def parameters(month: object, stations: object) -> dict[str, object]:
        if stations:  # the marks of these stations are about to be taken; another keeper is quicker
            next(late, lambda: None)()
        return real(month, stations)  # type: ignore[arg-type]  # passed through

    roll_up(OCTOBER)
    mark(world.station, october(1))
    monkeypatch.setattr(rollups, "ledger_parameters", parameters)
    roll_up(OCTOBER)
    assert list(LedgerChange.objects.values_list("station", flat=True)) == [world.sister.pk]
