"""Exceptions to the hours on their way to the map."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from stations.actions.exceptions import add_exception, remove_exception
from stations.changes import mark_everything_changed
from stations.exceptions import plan_of
from stations.models import MapChange, Station, StationCard, Timetable
from stations.publishing.cards import refresh_cards
from stations.publishing.publisher import publish_everything, publish_noted
from tests.conftest import World
from tests.factories import make_exception, make_schedule, make_station, make_unit

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")  # a Friday; the window begins on 15 November
BANK_HOURS = "Mo-Fr 08:30-17:30"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.PUBLISH_ROOT = tmp_path / "published"
    with time_machine.travel(NOW, tick=False):
        yield settings.PUBLISH_ROOT


def schedule_of(root: Path, station: Station) -> dict[str, Any]:
    """What the only leaf says of the station's days."""
    [_quadkey], _counts, [digest], _ways = json.loads((root / "index.json").read_bytes())["leaves"]
    [path] = (root / "leaves").glob(f"*-{digest}.json")
    leaf = json.loads(path.read_bytes())
    columns = dict(zip(leaf["fields"], leaf["stations"], strict=True))
    number = columns["schedule"][columns["code"].index(station.code)]
    schedule: dict[str, Any] = leaf["schedules"][number]
    return schedule


def timetable_of(station: Station) -> Timetable | None:
    card: StationCard = StationCard.objects.select_related("timetable__schedule").get(station=station)
    return card.timetable


def test_a_stations_own_exception_beats_its_units_on_the_days_that_both_name(world: World, root: Path) -> None:
    make_exception(world.bank, date(2026, 11, 1), date(2026, 12, 31), hours="10:00-11:00", reason="总行")
    make_exception(world.branch, date(2026, 11, 18), date(2026, 11, 22), reason="分行")
    make_exception(world.station, date(2026, 11, 20), hours="09:00-12:00", reason="本站")
    publish_everything()
    own = schedule_of(root, world.station)
    assert own["exceptions"] == [
        {"from": "2026-11-01", "to": "2026-11-17", "reason": "总行"},
        {"from": "2026-11-18", "to": "2026-11-19", "reason": "分行"},
        {"from": "2026-11-20", "to": "2026-11-20", "reason": "本站"},
        {"from": "2026-11-21", "to": "2026-11-22", "reason": "分行"},
        {"from": "2026-11-23", "to": "2026-12-31", "reason": "总行"},
    ]
    assert [own["patterns"][int(digit)] for digit in own["days"][2:6]] == [[[600, 660, 1]], [], [], [[540, 720, 1]]]
    assert timetable_of(world.elsewhere) is None


def test_stations_that_open_alike_share_a_timetable(world: World) -> None:
    Station.objects.filter(pk=world.sister.pk).update(schedule=world.station.schedule)
    make_exception(world.branch)
    publish_everything()
    assert timetable_of(world.station) == timetable_of(world.sister)
    assert Timetable.objects.count() == 1
    make_exception(world.sister, date(2026, 12, 1))
    publish_everything()
    assert timetable_of(world.station) != timetable_of(world.sister)
    assert Timetable.objects.count() == 2


def test_an_exception_reaches_map_list_api_and_page_and_goes_again(world: World, root: Path, client: Client) -> None:
    publish_everything()
    said: dict[str, Any] = {
        "first": date(2026, 11, 20),
        "last": date(2026, 11, 22),
        "hours": "休息",
        "reason": "线路检修",
    }
    made = add_exception(by=world.officer, owner=world.branch, **said)
    publish_noted()
    page = client.get(f"/s/{world.station.code}/", headers={"accept-language": "en"}).content.decode()
    assert "线路检修" in page
    assert "Closed, opens Mon 08:30" in page
    body = client.get(f"/api/v1/stations/{world.station.code}/").json()
    assert (body["open_state"], body["open_reason"], body["open_note"]) == ("closed", "exception", "线路检修")
    assert body["exceptions"] == [
        {"first": "2026-11-20", "last": "2026-11-22", "opening_hours": "off", "reason": "线路检修"}
    ]
    assert not client.get("/stations/?open=now").context["rows"]
    remove_exception(by=world.officer, exception=made)
    publish_noted()
    assert BANK_HOURS in json.dumps(client.get(f"/api/v1/stations/{world.station.code}/").json())
    assert [row.code for row in client.get("/stations/?open=now").context["rows"]] == [world.station.code]


def test_a_station_without_hours_may_have_exceptions(world: World, root: Path, client: Client) -> None:
    make_exception(world.sister, date(2026, 11, 20), hours="09:00-12:00")
    publish_everything()
    found = schedule_of(root, world.sister)
    page = client.get(f"/s/{world.sister.code}/", headers={"accept-language": "en"}).content.decode()
    assert "Open until 12:00" in page
    with time_machine.travel(NOW.replace(hour=13), tick=False):
        page = client.get(f"/s/{world.sister.code}/", headers={"accept-language": "en"}).content.decode()
    assert "Closed, opens" not in page
    assert (found["hours"], found["policy"], found["patterns"]) == ("", "", [[[0, 1440, 2]], [[540, 720, 1]]])


def test_what_ended_before_the_published_weeks_is_left_out_and_unused_timetables_go(world: World) -> None:
    make_exception(world.station, date(2026, 11, 14))
    publish_everything()
    timetable = timetable_of(world.station)
    assert timetable
    assert timetable.exceptions == []
    make_exception(world.station, date(2026, 11, 15))
    publish_everything()
    assert Timetable.objects.count() == 1
    assert timetable_of(world.station) != timetable


def test_a_handover_takes_the_new_units_exceptions(world: World) -> None:
    make_exception(world.branch, reason="分行")
    make_exception(make_unit("工行济南分行", world.other_bank), reason="别家")
    posting = world.station.postings.get()
    posting.operator = world.other_bank
    posting.save()
    publish_everything()
    timetable = timetable_of(world.station)
    assert timetable
    assert timetable.exceptions == []


def test_one_row_publishes_everything_anew(world: World, root: Path) -> None:
    publish_everything()
    make_exception(world.bank)
    mark_everything_changed()
    assert publish_noted() == 1
    assert schedule_of(root, world.station)["exceptions"]
    assert not MapChange.objects.exists()


def test_cards_cost_as_many_queries_with_many_exceptions_as_with_one(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    stations = [make_station(operator=world.branch, schedule=make_schedule()) for _ in range(6)]
    ids = [station.pk for station in stations]
    make_exception(stations[0])
    make_exception(world.bank)
    refresh_cards(ids)
    StationCard.objects.all().delete()
    with django_assert_max_num_queries(20) as few:
        refresh_cards(ids)
    for number, station in enumerate(stations):
        make_exception(station, date(2026, 12, number + 1))
        make_exception(world.branch, date(2027, 1, number + 1))
    refresh_cards(ids)
    StationCard.objects.all().delete()
    with django_assert_num_queries(len(few)):
        refresh_cards(ids)


def test_a_suspension_is_over_after_its_last_day_without_another_publishing(world: World, client: Client) -> None:
    Station.objects.filter(pk=world.station.pk).update(
        status="suspended", suspended_from=date(2026, 11, 16), suspended_until=date(2026, 11, 22)
    )
    publish_everything()
    api = f"/api/v1/stations/{world.station.code}/"
    assert client.get(api).json()["open_reason"] == "suspended"
    with time_machine.travel(datetime.fromisoformat("2026-11-23T10:00:00+08:00"), tick=False):
        assert client.get(api).json()["open_until"] == "2026-11-23T17:30:00+08:00"
        page = client.get(f"/s/{world.station.code}/", headers={"accept-language": "en"}).content.decode()
        assert "Open until 17:30" in page
        assert [row.code for row in client.get("/stations/?open=now").context["rows"]] == [world.station.code]


def test_what_is_past_and_forgotten_is_no_change_of_a_station(world: World) -> None:
    """Search engines and copies of the data would fetch every station of the bank anew each Monday."""
    make_exception(world.bank, date(2026, 11, 16), date(2026, 12, 10))
    make_exception(world.station, date(2026, 11, 18), hours="10:00-12:00")
    publish_everything()
    StationCard.objects.update(changed_at=timezone.now().replace(year=2020))
    before = StationCard.objects.get(pk=world.station.pk)
    with time_machine.travel(datetime.fromisoformat("2026-11-23T10:00:00+08:00"), tick=False):
        publish_everything()
        after = StationCard.objects.get(pk=world.station.pk)
        assert after.timetable_id != before.timetable_id
        assert after.changed_at.year == 2020
        make_exception(world.station, date(2026, 11, 25), hours="10:00-12:00")
        publish_everything()
    assert StationCard.objects.get(pk=world.station.pk).changed_at.year != 2020
    assert StationCard.objects.get(pk=world.sister.pk).changed_at.year == 2020


def test_the_night_of_yesterdays_exception_still_counts(world: World) -> None:
    make_exception(world.station, date(2026, 11, 19), hours="20:00-11:00")
    plan = plan_of(world.station, world.branch, date(2026, 11, 20))
    assert plan
    assert plan.dated
