"""Opening, closing and nil returns."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.days import choose_method, close_day, nil_return, open_day, reopen, withdraw_nil_return
from services.actions.visits import undo_entry
from services.choices import Method
from services.models import LedgerChange, StationDay
from stations.choices import StationStatus
from stations.models import MapChange, Posting
from tests.conftest import World
from tests.services.conftest import SHANGHAI, TODAY, count_visits, sender

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
WRITES = [open_day, close_day, reopen, nil_return, withdraw_nil_return]


def test_a_keeper_opens_and_closes_the_day(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=3))
    record = close_day(station=world.station, day=TODAY, by=world.keeper)
    assert (record.opened_at, record.closed_at) == (NOON - timedelta(hours=3), NOON)
    assert record.recorded_by == world.keeper


def test_opening_leaves_history_and_notes_for_the_roll_up_and_the_map(world: World) -> None:
    record = open_day(station=world.station, day=TODAY, by=world.keeper)
    assert {line.history_user for line in record.history.all()} == {world.keeper}
    assert list(LedgerChange.objects.values_list("station", "month")) == [(world.station.pk, date(2026, 11, 1))]
    assert list(MapChange.objects.values_list("station", "is_live_only")) == [(world.station.pk, True)]


def test_opening_twice_keeps_the_first_moment(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=3))
    assert open_day(station=world.station, day=TODAY, by=world.keeper).opened_at == NOON - timedelta(hours=3)
    assert LedgerChange.objects.count() == 1


def test_a_closed_day_is_reopened_not_opened_again(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=3))
    close_day(station=world.station, day=TODAY, by=world.keeper)
    with pytest.raises(Refused, match="12:00"):
        open_day(station=world.station, day=TODAY, by=world.keeper)
    assert reopen(station=world.station, day=TODAY, by=world.keeper).closed_at is None


def test_closing_twice_or_reopening_what_is_open_changes_nothing(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=3))
    reopen(station=world.station, day=TODAY, by=world.keeper)
    close_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=1))
    assert close_day(station=world.station, day=TODAY, by=world.keeper).closed_at == NOON - timedelta(hours=1)


def test_a_day_that_was_not_opened_is_neither_closed_nor_reopened(world: World) -> None:
    with pytest.raises(Refused):
        close_day(station=world.station, day=TODAY, by=world.keeper)
    with pytest.raises(Refused):
        reopen(station=world.station, day=TODAY, by=world.keeper)
    assert not StationDay.objects.exists()


def test_a_night_shift_closes_on_the_next_date(world: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    evening = datetime(2026, 11, 17, 20, 0, tzinfo=SHANGHAI)
    open_day(station=world.station, day=yesterday, by=world.keeper, at=evening)
    record = close_day(station=world.station, day=yesterday, by=world.keeper, at=evening + timedelta(hours=6))
    assert record.closed_at == evening + timedelta(hours=6)


def test_times_that_cannot_be_are_named(world: World) -> None:
    with pytest.raises(Invalid, match="same day"):
        open_day(station=world.station, day=TODAY - timedelta(days=1), by=world.keeper)
    with pytest.raises(Invalid, match="not come"):
        open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON + timedelta(minutes=1))
    open_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=1))
    with pytest.raises(Invalid, match="24 hours"):
        close_day(station=world.station, day=TODAY, by=world.keeper, at=NOON - timedelta(hours=2))


def test_a_station_closed_for_good_does_not_open(world: World) -> None:
    world.station.status = StationStatus.CLOSED
    with pytest.raises(Refused, match="for good"):
        open_day(station=world.station, day=TODAY, by=world.keeper)


def test_a_nil_return_is_one_call_and_a_visit_takes_it_back(world: World) -> None:
    assert nil_return(station=world.station, day=TODAY, by=world.keeper).is_nil
    assert nil_return(station=world.station, day=TODAY, by=world.keeper).is_nil
    count_visits(world.keeper, world.station)
    assert not StationDay.objects.get().is_nil


def test_a_nil_return_is_refused_while_visits_are_counted_and_accepted_once_they_are_undone(world: World) -> None:
    entry = count_visits(world.keeper, world.station)
    with pytest.raises(Refused, match="Visits are counted"):
        nil_return(station=world.station, day=TODAY, by=world.keeper)
    undo_entry(entry=entry, sender=sender(world.keeper))
    assert nil_return(station=world.station, day=TODAY, by=world.keeper).is_nil


def test_a_nil_return_can_be_withdrawn(world: World) -> None:
    nil_return(station=world.station, day=TODAY, by=world.keeper)
    assert not withdraw_nil_return(station=world.station, day=TODAY, by=world.keeper).is_nil
    assert not withdraw_nil_return(station=world.station, day=TODAY, by=world.keeper).is_nil


@pytest.mark.parametrize("write", WRITES)
def test_nobody_but_keepers_and_officers_writes_a_day(world: World, write: Callable[..., StationDay]) -> None:
    for person in (world.official, world.auditor, world.outsider):
        with pytest.raises(Refused):
            write(station=world.station, day=TODAY, by=person)
    assert not StationDay.objects.exists()


@pytest.mark.parametrize("write", WRITES)
def test_a_locked_month_takes_nothing_and_says_why(world: World, locked: str, write: Callable[..., StationDay]) -> None:
    with pytest.raises(Refused, match=locked):
        write(station=world.station, day=TODAY, by=world.admin)
    assert not StationDay.objects.exists()


@pytest.mark.parametrize("write", WRITES)
def test_days_that_cannot_be_are_refused(world: World, write: Callable[..., StationDay]) -> None:
    for day in (TODAY + timedelta(days=1), date(2024, 12, 31)):
        with pytest.raises(Invalid):
            write(station=world.station, day=day, by=world.officer)
    world.station.opened_date = TODAY
    with pytest.raises(Invalid, match="had not opened"):
        write(station=world.station, day=TODAY - timedelta(days=1), by=world.officer)


def test_a_day_between_two_postings_is_refused(world: World) -> None:
    Posting.objects.filter(station=world.station).update(until=TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="Nobody ran"):
        nil_return(station=world.station, day=TODAY, by=world.keeper)


def test_a_keeper_writes_a_week_back_and_an_officer_further(world: World) -> None:
    last = TODAY - timedelta(days=7)
    assert nil_return(station=world.station, day=last, by=world.keeper).is_nil
    with pytest.raises(Refused, match="7 days"):
        nil_return(station=world.station, day=last - timedelta(days=1), by=world.keeper)
    assert nil_return(station=world.station, day=last - timedelta(days=1), by=world.officer).is_nil


def test_the_most_trusted_method_makes_the_total_unless_another_is_chosen(world: World) -> None:
    count_visits(world.keeper, world.station, method=Method.LEDGER)
    assert StationDay.objects.get().counted_by == Method.LEDGER
    gate = count_visits(world.keeper, world.station, method=Method.GATE)
    assert StationDay.objects.get().counted_by == Method.GATE
    choose_method(station=world.station, day=TODAY, method=Method.LEDGER, by=world.officer)
    count_visits(world.keeper, world.station, method=Method.SCAN)
    record = StationDay.objects.get()
    assert (record.counted_by, record.is_method_chosen) == (Method.LEDGER, True)
    assert choose_method(station=world.station, day=TODAY, method=None, by=world.officer).counted_by == Method.GATE
    undo_entry(entry=gate, sender=sender(world.keeper))
    assert StationDay.objects.get().counted_by == Method.SCAN


def test_a_choice_lapses_with_its_last_visit(world: World) -> None:
    ledger = count_visits(world.keeper, world.station, method=Method.LEDGER)
    count_visits(world.keeper, world.station, method=Method.GATE)
    choose_method(station=world.station, day=TODAY, method=Method.LEDGER, by=world.keeper)
    choose_method(station=world.station, day=TODAY, method=Method.LEDGER, by=world.keeper)
    undo_entry(entry=ledger, sender=sender(world.keeper))
    record = StationDay.objects.get()
    assert (record.counted_by, record.is_method_chosen) == (Method.GATE, False)


def test_a_method_without_visits_cannot_be_chosen(world: World) -> None:
    count_visits(world.keeper, world.station)
    with pytest.raises(Invalid, match="Gate"):
        choose_method(station=world.station, day=TODAY, method=Method.GATE, by=world.keeper)
