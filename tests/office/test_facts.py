"""When each fact of a station was last looked at: read on its page, and said with one tap."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stations.actions.checks import confirm_facts
from stations.actions.stations import close_station, set_amenities, update_station
from stations.choices import HowChecked
from stations.fact_lines import lines_of
from stations.models import Amenity, FactCheck, Freshness, Station
from tests.conftest import World
from tests.factories import check, make_keeper
from tests.office.desk import NOON, TODAY, as_

TOLD = {"place", "hours", "entry", "amenity:water", "amenity:toilet"}


@pytest.fixture(autouse=True)
def _wednesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def page(station: Station, name: str = "facts") -> str:
    return reverse(f"admin:stations_station_{name}", args=[station.pk])


def checked(station: Station) -> set[str]:
    """What somebody said to be right just now."""
    rows = FactCheck.objects.filter(station=station, at=timezone.now(), how=HowChecked.STAFF)
    return set(rows.values_list("what", flat=True))


def test_each_fact_says_who_looked_at_it_when_and_when_it_is_due(world: World) -> None:
    check(world.station, timezone.now() - timedelta(200), by=world.officer)
    check(world.station, timezone.now() - timedelta(10), ["hours"], how=HowChecked.VISIT)
    lines = {line.what: line for line in lines_of(world.station, TODAY)}
    assert set(lines) == TOLD
    assert [line.what for line in lines.values() if line.is_due] == ["entry", "amenity:toilet", "amenity:water"]
    assert lines["hours"].due == TODAY + timedelta(170)
    assert lines["place"].due == TODAY + timedelta(165)
    assert min(line.due for line in lines.values()) == Freshness.objects.get(station=world.station).due_date
    for address in (page(world.station), f"/admin/stations/station/{world.station.pk}/change/"):
        text = as_(world.officer).get(address).text
        for words in ("李专员", "opened or visited", "due to be checked", "Still right", "All of this is still right"):
            assert words in text, address


@pytest.mark.parametrize("role", ["keeper", "officer"])
def test_one_tap_says_that_a_fact_or_all_of_them_are_right(world: World, role: str) -> None:
    client = as_(getattr(world, role))
    assert "1 fact is checked." in client.post(page(world.station, "check"), {"what": "hours"}, follow=True).text
    assert checked(world.station) == {"hours"}
    back = client.post(page(world.station, "check"), {"all": "1", "next": "/admin/"})
    assert back["Location"] == "/admin/"
    assert checked(world.station) == {"hours", "all"}
    assert all(line.last and line.last.by == getattr(world, role) for line in lines_of(world.station, TODAY))
    assert Freshness.objects.get(station=world.station).due_date == TODAY + timedelta(180)
    away = client.post(page(world.station, "check"), {"what": "hours", "next": "https://elsewhere.example/"})
    assert away["Location"] == page(world.station)


def test_nobody_else_checks_facts_and_who_reads_is_told_whom_to_ask(world: World) -> None:
    address = page(world.station, "check")
    assert Client().post(address, {"all": "1"})["Location"].startswith("/admin/login/")
    assert as_(world.outsider).post(address, {"all": "1"}).status_code == 404
    refusal = as_(world.auditor).post(address, {"all": "1"})
    assert refusal.status_code == 403
    assert "李专员" in as_(world.auditor).get(page(world.station)).text
    assert "Still right" not in as_(world.auditor).get(page(world.station)).text
    assert not FactCheck.objects.exists()


def test_what_is_not_told_and_what_is_closed_is_not_checked(world: World) -> None:
    client = as_(world.officer)
    assert "not told of the station" in client.post(page(world.station, "check"), {"what": "phone"}, follow=True).text
    assert "not told of the station" in client.post(page(world.station, "check"), follow=True).text
    close_station(by=world.officer, station=world.station, reason="搬走")
    assert "closed for good" in client.post(page(world.station, "check"), {"all": "1"}, follow=True).text
    assert not FactCheck.objects.exists()


def test_a_keeper_is_asked_a_few_at_a_time_on_my_station(world: World) -> None:
    client = as_(world.keeper)
    today = reverse("admin:my_station", args=[world.station.code])
    asked = [line.what for line in client.get(today).context["mine"].due_facts]
    assert len(asked) == 3
    write = reverse("admin:my_station_checked", args=[world.station.code, TODAY])
    answer = client.post(write, {"what": asked[0]}, headers={"accept": "application/json"}).json()
    assert asked[0] not in answer["parts"]["facts"]
    assert checked(world.station) == {asked[0]}
    assert client.post(write, {"what": "phone"}, headers={"accept": "application/json"}).status_code == 400
    confirm_facts(station=world.station, by=world.keeper)
    assert "looked at lately" in client.get(today).text
    assert as_(make_keeper(world.elsewhere)).post(write, {"what": "hours"}).status_code == 404


def test_whoever_writes_a_fact_has_checked_it_and_nothing_else(world: World) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1", name="新名", seats=4)
    assert checked(world.station) == {"phone"}
    set_amenities(by=world.officer, station=world.station, amenities={Amenity.objects.get(code="toilet"): None})
    assert checked(world.station) == {"phone"}
    told = {line.what for line in lines_of(Station.objects.get(pk=world.station.pk), TODAY)}
    assert told == {"place", "hours", "entry", "phone", "amenity:water"}


def test_the_page_asks_as_much_for_many_facts_as_for_few(world: World) -> None:
    client = as_(world.officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(page(world.station))
        return len(counted)

    few = queries()
    for number in range(20):
        amenity = Amenity.objects.create(code=f"thing{number}", name="物", name_en="Thing", tier="basic")
        world.station.amenities.create(amenity=amenity)
        check(world.station, timezone.now(), [f"amenity:thing{number}"], by=world.officer)
    assert queries() == few
