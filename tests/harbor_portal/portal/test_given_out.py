"""“Ice water today”: what a station gives out; and the code of the day for whoever checked in."""

import json
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.daily_codes import daily_code
from services.doors import door_key
from services.models import SupplyItem
from stations.models import Station
from stations.publishing.publisher import publish_noted
from tests.conftest import World
from tests.harbor_portal.portal.conftest import Publish

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 11, 18)


@pytest.fixture
def iced(world: World, publish: Publish) -> Station:
    item = SupplyItem.objects.create(
        code="ice_water", name="冰水", name_en="Ice water", is_shown=True, is_once_a_day=True
    )
    with time_machine.travel(NOON, tick=False):
        publish()
        supply = Supply(item, SupplyMove.IN, 3)
        move_supply(station=world.station, supply=supply, day=TODAY, by=world.keeper)
        publish_noted()
    return world.station


def pages(client: Client, station: Station, at: datetime) -> list[bool]:
    """Whether station page, list and API say so."""
    with time_machine.travel(at, tick=False):
        texts = [client.get(url).content.decode() for url in (f"/s/{station.code}/", "/stations/")]
        full = client.get(f"/api/v1/stations/{station.code}/").json()
    return [*("Ice water today" in text for text in texts), "ice_water" in full["supplies"]]


def test_it_is_read_everywhere_on_the_day_on_which_it_was_seen(
    client: Client, iced: Station, settings: Settings, world: World
) -> None:
    client.cookies["django_language"] = "en"
    assert pages(client, iced, NOON + timedelta(minutes=5)) == [True, True, True]
    assert pages(client, iced, NOON + timedelta(days=1)) == [False, False, False]
    live = json.loads((Path(settings.PUBLISH_ROOT) / "live" / "r.json").read_text())
    assert live[iced.code]["supplies"] == {"ice_water": "2026-11-18T12:00:00+08:00"}
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        supply = Supply(SupplyItem.objects.get(), SupplyMove.OUT, 3)
        move_supply(station=iced, supply=supply, day=TODAY, by=world.keeper)
        publish_noted()
    assert pages(client, iced, NOON + timedelta(hours=2)) == [False, False, False]


def test_it_is_not_told_while_some_of_it_has_expired(client: Client, iced: Station, world: World) -> None:
    client.cookies["django_language"] = "en"
    move = partial(move_supply, station=iced, by=world.keeper)
    item, day = SupplyItem.objects.get(), TODAY + timedelta(days=1)
    with time_machine.travel(NOON, tick=False):
        move(supply=Supply(item, SupplyMove.IN, 2, expires_date=TODAY), day=TODAY)
    assert pages(client, iced, NOON + timedelta(minutes=5))[0]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        move(supply=Supply(item, SupplyMove.OUT, 1), day=day)
        publish_noted()
    assert pages(client, iced, NOON + timedelta(days=1, hours=1)) == [False, False, False]
    with time_machine.travel(NOON + timedelta(days=1, hours=2), tick=False):
        move(supply=Supply(item, SupplyMove.DISCARD, 2), day=day)
        publish_noted()
    assert pages(client, iced, NOON + timedelta(days=1, hours=3)) == [True, True, True]


def test_whoever_checked_in_reads_the_code_of_the_day_where_something_is_given_by_it(
    client: Client, iced: Station
) -> None:
    address = f"/s/{iced.code}/checkin/?k={door_key(iced, 1)}"
    with time_machine.travel(NOON, tick=False):
        page = client.post(address, {"group": "courier"})
        code = daily_code(client.cookies["harbor_device"].value, TODAY)
        assert code in page.content.decode()
        assert page.context["daily_qr"].startswith("<svg")
        SupplyItem.objects.update(is_once_a_day=False)
        again = client.get(address)
        assert code not in again.content.decode()
        assert not again.context["daily_qr"]
