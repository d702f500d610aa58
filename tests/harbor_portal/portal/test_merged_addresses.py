"""The code of a station that was merged into another one works for ever."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from services.actions.doors import renew_door_code
from services.doors import door_key
from services.models import Feedback, VisitEntry
from stations.actions.merging import merge_stations
from stations.models import Station
from stations.publishing.publisher import publish_noted
from tests.conftest import World


@pytest.fixture
def old(world: World) -> Station:
    """The sister, merged into the station."""
    merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
    world.sister.refresh_from_db()
    return world.sister


@pytest.mark.parametrize(
    "path",
    [
        "/s/{}/",
        "/s/{}/tell/?kind=idea",
        "/s/{}/checkin/?k=1-abc",
        "/s/{}/poster.pdf",
        "/api/v1/stations/{}/?format=geojson",
    ],
)
def test_its_pages_and_its_record_lead_to_the_station_that_stays(
    client: Client, world: World, old: Station, path: str
) -> None:
    client.force_login(world.officer)
    for code in (old.code, old.code.lower()):
        response = client.get(path.format(code))
        assert (response.status_code, response["Location"]) == (301, path.format(world.station.code))


def test_chains_lead_to_the_end_at_once(client: Client, world: World) -> None:
    merge_stations(
        duplicate=world.elsewhere, into=world.sister, reason="一处两牌", by=world.admin, is_far_confirmed=True
    )
    world.sister.refresh_from_db()
    merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.admin)
    assert client.get(f"/s/{world.elsewhere.code}/")["Location"] == f"/s/{world.station.code}/"


def test_the_code_on_the_old_door_lets_people_check_in_at_the_station_that_stays(
    client: Client, world: World, old: Station
) -> None:
    printed = f"/s/{old.code}/checkin/?k={door_key(old, 1)}"
    page = client.get(printed, follow=True)
    assert page.status_code == 200
    sent = client.post(printed, {"group": "courier"})
    assert sent.status_code == 308, "what a page sends that was open before is sent on as it is"
    assert client.post(sent["Location"], {"group": "courier"}).status_code == 200
    assert VisitEntry.objects.get().station == world.station


def test_a_new_code_at_the_station_that_stays_makes_the_old_door_worthless_too(
    client: Client, world: World, old: Station
) -> None:
    renew_door_code(station=world.station, by=world.officer, reason="照片在群里流传")
    page = client.get(f"/s/{world.station.code}/checkin/?k={door_key(old, 1)}")
    assert b'name="group"' not in page.content
    assert (
        client.post(f"/s/{world.station.code}/checkin/?k={door_key(old, 1)}", {"group": "courier"}).status_code == 403
    )


def test_a_report_that_a_phone_still_holds_for_it_arrives(client: Client, world: World, old: Station) -> None:
    said = {"kind": "idea", "text": "多一把椅子", "client_key": str(uuid4()), "device": "x" * 22}
    sent = client.post(f"/s/{old.code}/tell/", said)
    assert sent.status_code == 308
    client.post(sent["Location"], said)
    assert Feedback.objects.get().station == world.station


def test_what_a_keepers_phone_still_holds_for_it_is_counted_once(client: Client, world: World, old: Station) -> None:
    client.force_login(world.officer)
    day, key = timezone.localdate().isoformat(), str(uuid4())
    page = client.get(reverse("admin:my_station", args=[old.code]))
    assert (page.status_code, page["Location"]) == (301, reverse("admin:my_station", args=[world.station.code]))
    for _again in range(2):
        tap = {"group": "courier", "method": "tally", "count": 1, "client_key": key}
        sent = client.post(
            reverse("admin:my_station_count", args=[old.code, day]), tap, headers={"accept": "application/json"}
        )
        assert sent.status_code == 200
    entry = VisitEntry.objects.get()
    assert (entry.station, entry.change) == (world.station, 1)


def test_the_map_drops_it(world: World, old: Station, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    publish_noted()
    assert not Station.objects.filter(pk=old.pk, card__isnull=False).exists()
    assert Station.objects.filter(pk=world.station.pk, card__isnull=False).exists()


def test_another_code_that_nobody_has_is_still_not_found(client: Client, db: None) -> None:
    for path in ("/s/{}/", "/s/{}/tell/", "/s/{}/checkin/", "/api/v1/stations/{}/"):
        assert client.get(path.format("ZZZZZZZZ")).status_code == 404
