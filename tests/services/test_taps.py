"""Taps that count for the hour: by which hour, and that nothing a keeper taps is refused for being by the hour."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.taps import Tap, count_tap
from services.actions.visits import set_visits, undo_entry
from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit, VisitEntry
from stations.models import Station
from tests.conftest import World
from tests.services.conftest import SHANGHAI, TODAY, bucket, count_visits, sender

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def hourly(world: World) -> World:
    Station.objects.filter(pk=world.station.pk).update(counts_by_hour=True)
    world.station.refresh_from_db()
    return world


def at(clock: str, day: date = TODAY) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), SHANGHAI)  # noqa: DTZ007  # a time of day


def tap(world: World, clock: str = "11:30", count: int = 1, **about: object) -> VisitEntry:
    fields = {"day": TODAY, "group": WorkerGroup.COURIER, "method": Method.TALLY, "at": at(clock)} | about
    return count_tap(tap=Tap(station=world.station, count=count, **fields), sender=sender(world.keeper))  # type: ignore[arg-type]  # a test's shorthand


def figures(world: World, day: date = TODAY) -> dict[int | None, int]:
    rows = Visit.objects.filter(station=world.station, date=day, count__gt=0).order_by("hour")
    return dict(rows.values_list("hour", "count"))


def test_what_was_tapped_before_ten_and_arrives_later_counts_for_the_hour_of_nine(hourly: World) -> None:
    tap(hourly, "09:58")
    tap(hourly, "10:20")
    tap(hourly, "09:59")
    assert figures(hourly) == {9: 2, 10: 1}
    assert StationDay.objects.get().counted_by == Method.TALLY


def test_the_same_tap_sent_again_an_hour_later_counts_once(hourly: World) -> None:
    key = uuid4()
    first, again = (
        count_tap(
            tap=Tap(hourly.station, TODAY, WorkerGroup.COURIER, Method.TALLY, 1, at(clock)),
            sender=sender(hourly.keeper, key),
        )
        for clock in ("09:59", "10:01")
    )
    assert first == again
    assert figures(hourly) == {9: 1}


def test_a_key_that_was_used_for_another_group_counts_nothing(hourly: World) -> None:
    sent = sender(hourly.keeper)
    one = Tap(hourly.station, TODAY, WorkerGroup.COURIER, Method.TALLY, 1, at("09:59"))
    count_tap(tap=one, sender=sent)
    with pytest.raises(StaleState, match="used for another entry"):
        count_tap(tap=Tap(**vars(one) | {"group": WorkerGroup.TAXI}), sender=sent)


def test_a_day_that_has_whole_day_figures_stays_so(hourly: World) -> None:
    count_visits(hourly.keeper, hourly.station, 5)
    tap(hourly)
    tap(hourly, hour=9)
    assert figures(hourly) == {None: 7}


def test_a_day_that_has_hourly_figures_stays_so_after_the_station_chose_otherwise(hourly: World) -> None:
    tap(hourly, "09:58")
    Station.objects.update(counts_by_hour=False)
    hourly.station.refresh_from_db()
    tap(hourly, "11:00")
    assert figures(hourly) == {9: 1, 11: 1}


def test_a_station_that_counts_by_the_day_has_no_hours(world: World) -> None:
    tap(world)
    assert figures(world) == {None: 1}


def test_only_the_tally_begins_by_the_hour(hourly: World) -> None:
    tap(hourly, method=Method.LEDGER)
    tap(hourly)
    assert set(Visit.objects.values_list("method", "hour")) == {(Method.LEDGER, None), (Method.TALLY, 11)}


def test_whoever_was_counted_too_many_before_the_hour_turned_is_taken_back_from_there(hourly: World) -> None:
    tap(hourly, "09:58", 2)
    tap(hourly, "10:00", -1)
    assert figures(hourly) == {9: 1}
    tap(hourly, "10:01")
    tap(hourly, "10:02", -1)
    assert figures(hourly) == {9: 1}
    with pytest.raises(Refused, match="less than nobody"):
        tap(hourly, "10:03", -2)


def test_taking_a_tap_back_takes_it_out_of_its_hour(hourly: World) -> None:
    entry = tap(hourly, "09:58")
    tap(hourly, "10:01")
    undo_entry(entry=entry, sender=sender(hourly.keeper))
    assert figures(hourly) == {10: 1}


@pytest.mark.parametrize(
    ("before", "hour"), [([], None), ([8, 16], 16)], ids=["nothing yet: the whole day", "hours: the last of them"]
)
def test_a_tap_for_a_day_that_is_over_finds_its_place(hourly: World, before: list[int], hour: int | None) -> None:
    for one in before:
        tap(hourly, day=YESTERDAY, hour=one)
    tap(hourly, day=YESTERDAY)
    assert hour in figures(hourly, YESTERDAY)


def test_a_clock_that_is_behind_makes_no_visit_of_the_day_before(hourly: World) -> None:
    tap(hourly, at=at("23:50", YESTERDAY))
    assert figures(hourly) == {0: 1}


@pytest.mark.parametrize(("hour", "sentence"), [(24, "0 to 23"), (-1, "0 to 23"), (12, "not come yet")])
def test_an_hour_that_is_none_or_has_not_come_is_refused(hourly: World, hour: int, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        tap(hourly, hour=hour)
    assert not VisitEntry.objects.exists()


def test_the_day_sheet_writes_no_whole_day_beside_the_hours(hourly: World) -> None:
    tap(hourly)
    with pytest.raises(Refused, match="by the hour"):
        set_visits(bucket=bucket(hourly.station, WorkerGroup.TAXI), count=4, seen=0, sender=sender(hourly.officer))


def test_a_locked_day_takes_no_tap(hourly: World, locked: str) -> None:
    with pytest.raises(Refused, match="Locked"):
        tap(hourly)
