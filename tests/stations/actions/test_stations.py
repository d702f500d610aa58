"""Creating, changing, placing, suspending and moving stations."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from harbor_portal.lib.datum import wgs84_to_gcj02
from harbor_portal.lib.errors import Invalid, Refused, StaleState
from stations.actions.stations import (
    AmenityState,
    Line,
    close_station,
    create_station,
    place_station,
    publish_station,
    resume_station,
    set_amenities,
    suspend_station,
    update_station,
)
from stations.choices import Access, Datum, Health, StationStatus
from stations.models import MapChange, Station, User
from tests.conftest import World
from tests.factories import SINCE, make_amenity, make_division, make_station

DAY = date(2026, 11, 21)


def _create(by: User, world: World, **facts: Any) -> Station:
    values = {"name": "泉城广场劳动者港湾", "address": "泺源大街66号"} | facts
    line = Line(operator=world.branch, division=make_division())
    return create_station(by=by, line=line, since=DAY, reason="新建", **values)


def test_a_new_station_is_a_draft_with_code_initials_posting_and_history(world: World) -> None:
    station = _create(world.officer, world)
    posting = station.postings.get()
    assert station.status == StationStatus.DRAFT
    assert station.pinyin == "qcgcldzgw"
    assert (posting.operator, posting.supervisor, posting.since) == (world.branch, world.district_union, DAY)
    record = station.history.get()
    assert (record.history_user, record.history_change_reason) == (world.officer, "新建")
    assert MapChange.objects.filter(station=station, is_live_only=False).count() == 1


def test_a_supervisor_that_is_given_stays(world: World) -> None:
    line = Line(world.branch, world.union, make_division())
    station = create_station(by=world.officer, line=line, name="甲", address="乙")
    assert station.postings.get().supervisor == world.union


def test_without_a_division_no_supervisor_is_guessed(world: World) -> None:
    station = create_station(by=world.officer, line=Line(world.branch), name="甲", address="乙")
    assert station.postings.get().supervisor is None


def test_a_station_is_not_created_under_other_peoples_units(world: World) -> None:
    with pytest.raises(Refused):
        _create(world.outsider, world)
    assert Station.objects.count() == 3


@pytest.mark.parametrize(
    ("facts", "field"), [({"name": "站" * 101}, "name"), ({"address": ""}, "address"), ({"seats": -1}, "seats")]
)
def test_a_bad_value_is_refused_by_field_and_nothing_is_kept(world: World, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        _create(world.officer, world, **facts)
    assert caught.value.field == field
    assert Station.objects.count() == 3


def test_updating_writes_what_changed_and_why(world: World) -> None:
    station = update_station(by=world.officer, station=world.station, reason="更名", name="济西港湾", seats=12)
    assert (station.name, station.seats, station.pinyin) == ("济西港湾", 12, "jxgw")
    assert station.history.first().history_change_reason == "更名"
    assert MapChange.objects.filter(station=station).exists()


def test_updating_with_the_same_values_writes_nothing(world: World) -> None:
    before = world.station.history.count()
    update_station(by=world.officer, station=world.station, name=world.station.name)
    assert world.station.history.count() == before
    assert not MapChange.objects.exists()


def test_a_place_is_kept_as_wgs84_with_the_datum_of_its_source(world: World) -> None:
    given = wgs84_to_gcj02(117.02, 36.66)
    station = place_station(
        by=world.officer, station=world.sister, longitude=given[0], latitude=given[1], datum=Datum.GCJ02
    )
    assert (station.longitude, station.latitude) == pytest.approx((117.02, 36.66), abs=1e-6)
    assert station.datum_given == Datum.GCJ02


def test_a_place_off_the_map_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="go together"):
        place_station(by=world.officer, station=world.sister, longitude=200, latitude=36)


def test_a_draft_without_a_place_does_not_go_on_the_map(world: World) -> None:
    draft = _create(world.officer, world)
    with pytest.raises(Invalid, match="needs its place"):
        publish_station(by=world.officer, station=draft)
    place_station(by=world.officer, station=draft, longitude=117.02, latitude=36.66)
    assert publish_station(by=world.officer, station=draft).status == StationStatus.PUBLISHED


def test_a_station_is_suspended_resumed_and_closed(world: World) -> None:
    station = suspend_station(by=world.officer, station=world.station, since=DAY, reason="装修")
    assert (station.status, station.suspended_from, station.suspended_reason) == (StationStatus.SUSPENDED, DAY, "装修")
    station = resume_station(by=world.officer, station=station)
    assert (station.status, station.suspended_from, station.suspended_reason) == (StationStatus.PUBLISHED, None, "")
    station = suspend_station(by=world.officer, station=station, since=DAY, until=DAY, reason="停电")
    station = close_station(by=world.officer, station=station, reason="网点撤并")
    assert (station.status, station.suspended_from) == (StationStatus.CLOSED, None)


def test_a_suspension_does_not_end_before_it_starts(world: World) -> None:
    with pytest.raises(Invalid, match="ends on or after"):
        suspend_station(by=world.officer, station=world.station, since=DAY, until=SINCE, reason="装修")


def test_a_state_that_somebody_else_moved_is_stale(world: World) -> None:
    with pytest.raises(StaleState, match="is now: On the map"):
        resume_station(by=world.officer, station=world.station)


CHANGES: dict[str, Callable[[User, Station], object]] = {
    "update": lambda by, station: update_station(by=by, station=station, name="x"),
    "place": lambda by, station: place_station(by=by, station=station, longitude=117, latitude=36),
    "publish": lambda by, station: publish_station(by=by, station=station),
    "suspend": lambda by, station: suspend_station(by=by, station=station, since=DAY, reason="x"),
    "resume": lambda by, station: resume_station(by=by, station=station),
    "close": lambda by, station: close_station(by=by, station=station, reason="x"),
    "amenities": lambda by, station: set_amenities(by=by, station=station, amenities={}),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", ["keeper", "official", "auditor", "outsider"])
def test_nobody_changes_a_station_who_is_not_its_officer(world: World, change: str, who: str) -> None:
    with pytest.raises(Refused):
        CHANGES[change](getattr(world, who), world.station)
    assert not MapChange.objects.exists()


def test_amenities_are_set_one_by_one(world: World) -> None:
    water, toilet, wifi = (make_amenity(code) for code in ("water", "toilet", "wifi"))
    set_amenities(
        by=world.officer,
        station=world.station,
        amenities={
            water: AmenityState(Access.OPEN, {"health": Health.OUT_OF_ORDER, "out_since": DAY}),
            toilet: None,
            wifi: AmenityState(Access.ASK_STAFF),
        },
    )
    rows = {row.amenity.code: (row.access, row.health) for row in world.station.amenities.select_related("amenity")}
    assert rows == {"water": ("open", "out_of_order"), "wifi": ("ask_staff", "ok")}


def test_an_amenity_that_stays_as_it_is_is_not_written_again(world: World) -> None:
    row = world.station.amenities.get(amenity__code="water")
    set_amenities(
        by=world.officer,
        station=world.station,
        amenities={row.amenity: AmenityState(Access.OPEN), make_amenity("wifi"): None},
    )
    assert row.history.count() == 1


def test_a_wrong_amenity_state_changes_nothing(world: World) -> None:
    station = make_station(operator=world.branch)
    with pytest.raises(Invalid):
        set_amenities(by=world.officer, station=station, amenities={make_amenity(): AmenityState("sometimes")})
    assert not station.amenities.exists()
