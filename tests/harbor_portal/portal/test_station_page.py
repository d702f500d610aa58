"""The page of one station."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.models import StationDay
from stations.choices import Access, CalendarPolicy, DayKind, EntryMode, Health, StationStatus
from stations.models import CalendarDay, Station, StationAmenity
from tests.factories import make_amenity, make_plate, make_schedule, make_station

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _page(client: Client, station: Station, at: datetime = FRIDAY_TEN, language: str = "en") -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(f"/s/{station.code}/", headers={"accept-language": language})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_says_open_until_when_and_why(client: Client) -> None:
    page = _page(client, make_station(schedule=make_schedule("Mo-Fr 08:30-17:30")))
    assert "Open until 17:30" in page
    assert "According to its opening hours" in page


def test_a_closed_station_says_when_it_opens_next(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 08:30-17:30", CalendarPolicy.FINANCE))
    saturday = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert "Closed, opens Mon 08:30" in _page(client, station, saturday)


def test_a_public_holiday_is_named_in_the_week(client: Client) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 23), kind=DayKind.REST, name="劳动者节")
    page = _page(client, make_station(schedule=make_schedule("Mo-Fr 08:30-12:00,13:30-17:30")))
    assert "08:30–12:00, 13:30–17:30" in page
    assert "劳动者节 (Public holiday)" in page


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("24/7", "Open 24 hours"),
        ("Mo-Su 22:00-06:00", "22:00–06:00 the next day"),
        ('Mo-Su unknown "工作日"', "Hours unknown"),
        ('Mo-Su 09:00-12:00 unknown "有人时"', "09:00–12:00 (not certain)"),
    ],
)
def test_the_week_says_every_kind_of_hours(client: Client, hours: str, text: str) -> None:
    assert text in _page(client, make_station(schedule=make_schedule(hours)))


def test_unknown_hours_ask_to_call(client: Client) -> None:
    page = _page(client, make_station(phone="0531-8606 1234"))
    assert "Hours unknown, better call" in page
    assert 'href="tel:053186061234"' in page
    assert "Nobody has told us the hours yet." in page


def test_what_the_keeper_did_today_beats_the_hours(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 08:30-17:30"))
    record = StationDay.objects.create(
        station=station, date=date(2026, 11, 20), opened_at=datetime(2026, 11, 20, 1, 40, tzinfo=UTC)
    )
    page = _page(client, station)
    assert "The keeper opened it today" in page
    assert "Opened today at 09:40 · Confirmed open 20 min ago" in page
    record.closed_at = datetime(2026, 11, 20, 1, 50, tzinfo=UTC)
    record.save()
    page = _page(client, station)
    assert "The keeper closed it today" in page
    assert "closed at 09:50" in page


def test_a_suspended_station_says_why_and_until_when(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 1),
        suspended_until=date(2026, 12, 15),
        suspended_reason="装修",
        schedule=make_schedule("24/7"),
    )
    page = _page(client, station)
    assert "Suspended until Dec. 15, 2026" in page
    assert "装修" in page


def test_a_suspension_without_an_end_says_so(client: Client) -> None:
    station = make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 1))
    assert "Suspended until further notice" in _page(client, station)


def test_a_station_closed_for_good_keeps_a_page_that_says_so(client: Client) -> None:
    page = _page(client, make_station(status=StationStatus.CLOSED))
    assert "Closed for good" in page
    assert 'content="noindex"' in page
    assert "uri.amap.com" not in page


def test_drafts_and_unknown_codes_are_not_found_with_a_way_on(client: Client) -> None:
    draft = make_station(status=StationStatus.DRAFT)
    for code in (draft.code, "ZZZZZZZZ"):
        response = client.get(f"/s/{code}/")
        assert response.status_code == 404
        assert 'href="/stations/"' in response.content.decode()


def test_what_is_absent_is_said_in_words_and_never_shown_as_there(client: Client) -> None:
    station = make_station(amenities=("water",))
    StationAmenity.objects.create(station=station, amenity=make_amenity("toilet"), access=Access.NONE)
    StationAmenity.objects.create(station=station, amenity=make_amenity("wifi"), access=Access.ASK_STAFF)
    StationAmenity.objects.create(
        station=station,
        amenity=make_amenity("microwave"),
        health=Health.OUT_OF_ORDER,
        out_since=date(2026, 11, 1),
        due_back=date(2026, 11, 30),
        note="门坏了",
    )
    StationAmenity.objects.create(station=station, amenity=make_amenity("toilets"), access=Access.NEARBY)
    page = _page(client, station)
    assert "Not available here: Toilet" in page
    assert '<li class="tag">Water</li>' in page
    assert '<li class="tag tag-limited">Wifi (ask the staff)</li>' in page
    assert '<li class="tag tag-limited">Toilets (nearby)</li>' in page
    assert '<li class="tag tag-broken">Microwave (out of order)</li>' in page
    assert "Nov. 30, 2026" in page


@pytest.mark.parametrize("mode", EntryMode.values)
def test_every_way_of_entering_comes_with_advice(client: Client, mode: str) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        response = client.get(make_station(entry_mode=mode).get_absolute_url())
    assert response.context["advice"]


def test_plates_are_shown_with_their_numbers_and_freshness_with_its_date(client: Client) -> None:
    station = make_station(verified_at=datetime(2026, 10, 3, 2, tzinfo=UTC))
    make_plate(station, number="0012")
    page = _page(client, station)
    assert "No. 0012" in page
    assert "Oct. 3, 2026 by staff" in page


def test_the_canonical_address_does_not_depend_on_how_the_page_was_reached(client: Client) -> None:
    station = make_station()
    response = client.get(f"/s/{station.code.lower()}/?from=qr")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/s/{station.code}/"' in response.content.decode()


def test_structured_data_is_json_that_no_name_can_break(client: Client) -> None:
    station = make_station("</script><b>&", amenities=("water",), schedule=make_schedule("24/7"), phone="110")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', _page(client, station))
    assert found
    data: dict[str, Any] = json.loads(found[1])
    assert data["name"] == "</script><b>&"
    assert data["geo"]["longitude"] == 117.02
    assert data["openingHours"] == "24/7"
    assert [feature["name"] for feature in data["amenityFeature"]] == ["Water"]


def test_more_amenities_and_plates_cost_no_more_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plain = make_station("甲", schedule=make_schedule(), amenities=("water",))
    make_plate(plain)
    rich = make_station("乙", schedule=make_schedule(), amenities=tuple(f"a{number}" for number in range(20)))
    with django_assert_max_num_queries(15) as few:
        client.get(plain.get_absolute_url())
    with django_assert_max_num_queries(15) as many:
        client.get(rich.get_absolute_url())
    assert len(few) >= len(many)


def test_from_one_station_one_goes_on_to_those_around_it(client: Client) -> None:
    assert 'href="/?at=36.66000,117.02000,15"' in _page(client, make_station())


def test_a_station_that_the_keeper_opened_out_of_hours_is_open_without_an_end(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 18:00-19:00"))
    StationDay.objects.create(
        station=station, date=date(2026, 11, 21), opened_at=datetime(2026, 11, 21, 1, 40, tzinfo=UTC)
    )
    assert "Open now" in _page(client, station, datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
