"""The page behind the code on a station's door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client

import services.limits
from harbor_portal.lib import limits
from harbor_portal.portal.views import checkin
from services import policies
from services.actions.doors import renew_door_code
from services.choices import Source
from services.doors import door_key
from services.limits import CHECKINS_PER_DEVICE
from services.models import Visit, VisitEntry
from stations.models import Station
from tests.conftest import World
from tests.factories import make_station
from tests.harbor_portal.portal.conftest import Publish

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def phone() -> Client:
    return Client(headers={"accept-language": "en", "sec-fetch-site": "same-origin"})


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def door(station: Station, serial: int = 1) -> str:
    return f"/s/{station.code}/checkin/?k={door_key(station, serial)}"


def scans() -> int:
    return VisitEntry.objects.filter(source=Source.CHECK_IN).count()


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_one_tap_counts_and_thanks_with_what_else_is_here(world: World, phone: Client, publish: Publish) -> None:
    publish()
    page = text_of(phone, door(world.station))
    assert page.index('value="courier"') < page.index('value="lost_child"')
    response = phone.post(door(world.station), {"group": "courier"})
    thanks = response.content.decode()
    assert response.status_code == 200
    assert "You are counted as Courier" in thanks
    assert "<strong>1</strong> visit here today" in thanks
    assert all(part in thanks for part in ("Water", "Toilet", world.station.get_absolute_url()))
    assert list(Visit.objects.values_list("group", "method", "count")) == [("courier", "scan", 1)]


def test_the_page_is_chinese_by_default_and_never_cached(world: World) -> None:
    response = Client().get(door(world.station))
    assert 'lang="zh-hans"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_looking_sets_no_cookie_and_counting_sets_one_that_ends_at_midnight(
    world: World, phone: Client, clock: time_machine.Traveller
) -> None:
    phone.get(door(world.station))
    assert not phone.cookies
    phone.post(door(world.station), {"group": "courier"})
    cookie = phone.cookies[checkin.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/s/")
    assert cookie["max-age"] == 12 * 3600
    assert cookie.value not in str(VisitEntry.objects.get().client_key)


def test_a_second_scan_in_the_same_hour_is_thanked_and_not_counted(
    world: World, phone: Client, clock: time_machine.Traveller
) -> None:
    phone.post(door(world.station), {"group": "courier"})
    assert "You have already been counted" in text_of(phone, door(world.station))
    again = phone.post(door(world.station), {"group": "taxi"})
    assert "You have already been counted" in again.content.decode()
    assert scans() == 1
    clock.shift(3600)
    assert 'value="courier"' in text_of(phone, door(world.station))
    phone.post(door(world.station), {"group": "courier"})
    phone.post(door(world.sister), {"group": "courier"})
    assert scans() == 3


def test_a_post_that_is_sent_again_before_a_cookie_came_counts_once(world: World, phone: Client) -> None:
    device = phone.get(door(world.station)).context["device"]
    for _time in range(2):
        phone.cookies.clear()
        assert phone.post(door(world.station), {"group": "courier", "device": device}).status_code == 200
    assert scans() == 1


def test_another_device_counts_too(world: World) -> None:
    for _phone in range(2):
        Client().post(door(world.station), {"group": "courier"})
    assert Visit.objects.get().count == 2


@pytest.mark.parametrize("token", ["", "short", "x" * 500, "数" * 22, "a\nb" * 7 + "c"])
def test_a_token_that_is_not_ours_is_replaced(world: World, token: str) -> None:
    client = Client()
    client.post(door(world.station), {"group": "courier", "device": token})
    assert checkin.TOKEN.fullmatch(client.cookies[checkin.COOKIE].value)
    assert client.cookies[checkin.COOKIE].value != token


@pytest.mark.parametrize("key", ["", "?k=", "?k=1-AAAAAAAAAA", "?k=2"])
def test_without_the_code_on_the_door_nothing_is_counted_and_the_page_says_what_is_needed(
    world: World, phone: Client, key: str
) -> None:
    address = f"/s/{world.station.code}/checkin/{key}"
    page = text_of(phone, address)
    assert "scan the code on the door" in page
    assert world.station.name in page
    assert 'name="group"' not in page
    assert phone.post(address, {"group": "courier"}).status_code == 403
    assert scans() == 0


def test_the_code_of_another_station_does_not_count(world: World, phone: Client) -> None:
    address = f"/s/{world.station.code}/checkin/?k={door_key(world.sister, 1)}"
    assert phone.post(address, {"group": "courier"}).status_code == 403
    assert scans() == 0


def test_a_replaced_poster_says_so(world: World, phone: Client) -> None:
    renew_door_code(station=world.station, by=world.keeper, reason="照片在群里流传")
    assert "replaced by a new one" in text_of(phone, door(world.station, 1))
    assert phone.post(door(world.station, 1), {"group": "courier"}).status_code == 403
    assert phone.post(door(world.station, 2), {"group": "courier"}).status_code == 200
    assert scans() == 1


@pytest.mark.parametrize("status", ["draft", "closed"])
def test_a_station_that_the_public_cannot_visit_is_not_there(phone: Client, db: None, status: str) -> None:
    station = make_station(status=status)
    assert phone.get(door(station)).status_code == 404
    assert phone.post(door(station), {"group": "courier"}).status_code == 404


def test_a_suspended_station_says_until_when_and_why(phone: Client, db: None) -> None:
    station = make_station(status="suspended", suspended_from=date(2026, 1, 1), suspended_reason="装修")
    page = text_of(phone, door(station))
    assert "suspended until further notice" in page
    assert "装修" in page
    response = phone.post(door(station), {"group": "courier"})
    assert response.status_code == 403
    assert "装修" in response.content.decode()
    assert scans() == 0


def test_a_locked_month_says_why(world: World, phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "Locked: November 2026 was submitted by 赵部长."
    monkeypatch.setattr(policies, "LOCKS", [lambda *_about: reason])
    assert reason in text_of(phone, door(world.station))
    response = phone.post(door(world.station), {"group": "courier"})
    assert response.status_code == 403
    assert reason in response.content.decode()
    assert scans() == 0


@pytest.mark.parametrize("group", ["", "pirate", "<script>"])
def test_a_group_that_does_not_exist_is_asked_for_again(world: World, phone: Client, group: str) -> None:
    response = phone.post(door(world.station), {"group": group})
    assert response.status_code == 400
    assert "Choose what you work as" in response.content.decode()
    assert scans() == 0


def test_another_website_cannot_check_its_visitors_in(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"origin": "https://evil.example"}
    assert client.post(door(world.station), {"group": "courier"}, headers=headers).status_code == 403
    assert scans() == 0
    assert client.post(door(world.station), {"group": "courier"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("CHECKINS_PER_DEVICE", "has checked in 2 times today"),
        ("CHECKINS_PER_STATION", "Too many check-ins"),
        ("CHECKINS_PER_ADDRESS", "Too many check-ins"),
    ],
)
def test_beyond_a_limit_nothing_is_counted_and_the_page_says_so(
    world: World,
    phone: Client,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
    name: str,
    sentence: str,
) -> None:
    monkeypatch.setattr(services.limits, name, replace(getattr(services.limits, name), most=2, seconds=86_400))
    for _hour in range(2):
        assert phone.post(door(world.station), {"group": "courier"}).status_code == 200
        clock.shift(3600)
    response = phone.post(door(world.station), {"group": "courier"})
    assert response.status_code == 429
    assert response["Retry-After"] == str(10 * 3600)  # at midnight
    assert sentence in response.content.decode()
    assert scans() == 2


def test_the_limit_of_a_device_spans_all_stations_and_ends_at_midnight(
    world: World, phone: Client, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(services.limits, "CHECKINS_PER_DEVICE", replace(CHECKINS_PER_DEVICE, most=1))
    assert phone.post(door(world.station), {"group": "courier"}).status_code == 200
    assert phone.post(door(world.sister), {"group": "courier"}).status_code == 429
    clock.move_to(NOON + timedelta(hours=12))
    assert phone.post(door(world.sister), {"group": "courier"}).status_code == 200


def test_without_valkey_people_are_counted_all_the_same(
    world: World, phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_away_until", 0.0)
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    assert phone.post(door(world.station), {"group": "courier"}).status_code == 200
    assert scans() == 1


def test_a_logged_in_keeper_who_scans_is_a_visitor_like_any_other(world: World, phone: Client) -> None:
    phone.force_login(world.keeper)
    phone.post(door(world.station), {"group": "courier"})
    assert VisitEntry.objects.get().by is None
    assert world.station.days.get().history.latest().history_user is None


def test_the_page_asks_the_database_a_constant_number_of_times(
    world: World, phone: Client, django_assert_num_queries: object, django_assert_max_num_queries: object
) -> None:
    phone.get(door(world.station))  # what is kept for a minute is asked for once
    with django_assert_max_num_queries(10) as few:  # type: ignore[operator]
        phone.get(door(world.station))
    asked = len(few)
    for _visit in range(20):
        Client().post(door(world.station), {"group": "courier"})
    with django_assert_num_queries(asked):  # type: ignore[operator]
        phone.get(door(world.station))
