"""What a visitor's check-in does to the ledger and to the day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.checkins import check_in, checked_in, checkin_key
from services.actions.days import choose_method, nil_return, open_day
from services.actions.visits import Bucket, Sender, set_visits, undo_entry
from services.choices import EntryKind, Method, Source, WorkerGroup
from services.facets import today
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.choices import StationStatus
from stations.models import MapChange, Posting, Station
from tests.conftest import World
from tests.factories import make_station
from tests.services.conftest import SHANGHAI, TODAY, count_visits, sender

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)


def scan(station: Station, times: int = 1, at: datetime = NOON) -> VisitEntry:
    """So many people check in; the line of the last."""
    for _time in range(times):
        entry = check_in(station=station, group=WorkerGroup.COURIER, device=uuid4().hex, at=at)
    return entry


def counted() -> tuple[str, int]:
    """The day's method and its total."""
    record = StationDay.objects.get()
    return record.counted_by, sum(Visit.objects.filter(method=record.counted_by).values_list("count", flat=True))


def test_a_check_in_is_a_line_by_nobody_in_the_bucket_of_its_hour(world: World) -> None:
    entry = scan(world.station)
    assert (entry.method, entry.source, entry.kind, entry.change) == (Method.SCAN, Source.CHECK_IN, EntryKind.ADD, 1)
    assert (entry.date, entry.hour, entry.by) == (TODAY, 12, None)
    assert list(Visit.objects.values_list("hour", "group", "method", "count")) == [(12, "courier", "scan", 1)]
    record = StationDay.objects.get()
    assert (record.counted_by, record.recorded_by, record.opened_at) == (Method.SCAN, None, None)
    assert [line.history_user for line in record.history.all()] == [None, None]


def test_a_check_in_tells_the_roll_up_and_shows_on_the_map_that_somebody_is_there(world: World) -> None:
    scan(world.station)
    assert list(LedgerChange.objects.values_list("station", "month")) == [(world.station.pk, date(2026, 11, 1))]
    assert list(MapChange.objects.values_list("station", "is_live_only")) == [(world.station.pk, True)]
    assert today([world.station.pk])[world.station.pk]["seen_at"] == "2026-11-18T12:00:00+08:00"


def test_a_device_counts_once_an_hour_whatever_it_says_it_is(world: World) -> None:
    def again(group: WorkerGroup, at: datetime, station: Station = world.station) -> VisitEntry:
        return check_in(station=station, group=group, device="phone", at=at)

    first = again(WorkerGroup.COURIER, NOON)
    assert again(WorkerGroup.TAXI, NOON + timedelta(minutes=59)) == first
    assert checked_in(checkin_key(world.station, "phone", NOON)) == first
    assert again(WorkerGroup.COURIER, NOON + timedelta(minutes=60)) != first
    assert again(WorkerGroup.COURIER, NOON, world.sister) != first
    assert VisitEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_check_in_sent_many_times_at_once_counts_once() -> None:
    station = make_station()

    def send(device: str) -> None:
        try:
            check_in(station=station, group=WorkerGroup.COURIER, device=device, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, ["a", "b"] * 6))
    assert Visit.objects.get().count == VisitEntry.objects.count() == 2


def test_a_locked_month_takes_no_check_in_and_says_why(world: World, locked: str) -> None:
    with pytest.raises(Refused, match=locked):
        scan(world.station)
    assert not StationDay.objects.exists()


def test_a_retry_is_answered_even_when_the_month_was_locked_meanwhile(
    world: World, request: pytest.FixtureRequest
) -> None:
    first = check_in(station=world.station, group=WorkerGroup.COURIER, device="phone", at=NOON)
    request.getfixturevalue("locked")
    assert check_in(station=world.station, group=WorkerGroup.COURIER, device="phone", at=NOON) == first


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        (TODAY, None, "until further notice, so no visit is counted. 装修"),
        (TODAY - timedelta(days=3), TODAY, "18 Nov 2026, so no visit is counted. 装修"),
    ],
)
def test_a_suspended_station_takes_none_and_says_why(
    world: World, since: date, until: date | None, sentence: str
) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED, suspended_from=since, suspended_until=until, suspended_reason="装修"
    )
    with pytest.raises(Refused, match=sentence):
        scan(station)


def test_before_and_after_a_suspension_people_are_counted(world: World) -> None:
    coming = make_station(status=StationStatus.SUSPENDED, suspended_from=TODAY + timedelta(days=1))
    over = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=TODAY - timedelta(days=9),
        suspended_until=TODAY - timedelta(days=1),
    )
    scan(coming)
    scan(over)
    assert VisitEntry.objects.count() == 2


@pytest.mark.parametrize("status", [StationStatus.DRAFT, StationStatus.CLOSED])
def test_a_station_that_is_not_in_service_takes_none(world: World, status: StationStatus) -> None:
    with pytest.raises(Refused, match="not in service"):
        scan(make_station(status=status))


def test_a_station_that_nobody_runs_takes_none(world: World) -> None:
    Posting.objects.filter(station=world.station).delete()
    with pytest.raises(Invalid, match="Nobody ran"):
        scan(world.station)


def test_check_ins_stand_beside_a_persons_larger_count(world: World) -> None:
    count_visits(world.keeper, world.station, 40)
    scan(world.station, 3)
    assert counted() == (Method.TALLY, 40)
    assert StationDay.objects.get().recorded_by == world.keeper


def test_check_ins_prove_that_a_smaller_count_missed_people(world: World) -> None:
    count_visits(world.keeper, world.station, 2)
    scan(world.station, 2)
    assert counted() == (Method.TALLY, 2)
    scan(world.station)
    assert counted() == (Method.SCAN, 3)
    count_visits(world.keeper, world.station, 1)
    assert counted() == (Method.TALLY, 3)


def test_of_two_larger_counts_the_more_trusted_one_stands(world: World) -> None:
    count_visits(world.keeper, world.station, 9, method=Method.LEDGER)
    count_visits(world.keeper, world.station, 1)
    scan(world.station, 3)
    assert counted() == (Method.LEDGER, 9)
    count_visits(world.keeper, world.station, 3)
    assert counted() == (Method.TALLY, 4)


def test_check_ins_come_before_an_estimate_and_after_a_gate(world: World) -> None:
    count_visits(world.keeper, world.station, 50, method=Method.ESTIMATE)
    scan(world.station)
    assert counted() == (Method.SCAN, 1)
    count_visits(world.keeper, world.station, 7, method=Method.GATE)
    assert counted() == (Method.GATE, 7)


def test_scans_that_open_the_door_keep_their_place_before_a_tally(world: World) -> None:
    count_visits(world.keeper, world.station, 40)
    count_visits(world.keeper, world.station, 3, method=Method.SCAN, hour=9)
    scan(world.station)
    assert counted() == (Method.SCAN, 4)


def test_undoing_a_check_in_does_not_make_the_others_more_than_they_are(world: World) -> None:
    count_visits(world.keeper, world.station, 40)
    undo_entry(entry=scan(world.station, 3), sender=sender(world.keeper))
    assert counted() == (Method.TALLY, 40)
    assert Visit.objects.get(method=Method.SCAN).count == 2


def test_a_choice_by_hand_stands(world: World) -> None:
    count_visits(world.keeper, world.station, 40)
    scan(world.station)
    choose_method(station=world.station, day=TODAY, method=Method.SCAN, by=world.officer)
    scan(world.station)
    assert counted() == (Method.SCAN, 2)


def test_a_check_in_takes_a_nil_return_back_and_leaves_the_opening_alone(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper)
    nil_return(station=world.station, day=TODAY, by=world.keeper)
    scan(world.station)
    record = StationDay.objects.get()
    assert (record.is_nil, record.opened_at, record.recorded_by) == (False, NOON, world.keeper)


def test_where_scans_are_counted_by_the_whole_day_a_check_in_adds_to_it(world: World) -> None:
    whole = Bucket(world.station, TODAY, WorkerGroup.COURIER, Method.SCAN)
    set_visits(bucket=whole, count=5, sender=Sender(world.keeper, Source.DAY_SHEET, uuid4()))
    assert scan(world.station).hour is None
    assert counted() == (Method.SCAN, 6)
