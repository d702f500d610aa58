"""What search engines read of a station: schema.org, and its hours as they understand them."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from stations.choices import Access, CalendarPolicy, DayKind, StationStatus
from stations.models import CalendarDay, Station, StationAmenity
from tests.factories import make_amenity, make_exception, make_photo, make_schedule, make_station

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
WORKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
PUBLIC = "http://127.0.0.1:8000"

pytestmark = pytest.mark.django_db


def data_of(client: Client, station: Station) -> dict[str, Any]:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        response = client.get(station.get_absolute_url(), headers={"accept-language": "en"})
    found: dict[str, Any] = json.loads(BLOCK.findall(response.content.decode())[0])
    assert "script-src 'unsafe" not in response["Content-Security-Policy"]
    return found


def hours_of(data: dict[str, Any], key: str = "openingHoursSpecification") -> list[tuple[Any, ...]]:
    """The specifications without their type, in order; each is checked for its form."""
    for item in data.get(key, []):
        assert item["@type"] == "OpeningHoursSpecification"
        assert CLOCK.fullmatch(item["opens"])
        assert CLOCK.fullmatch(item["closes"])
    return [tuple(value for name, value in item.items() if name != "@type") for item in data.get(key, [])]


def test_no_name_can_break_out_of_the_block(client: Client) -> None:
    evil = "</script><b>&\u2028"
    station = make_station(evil, address=evil, phone=evil)
    make_photo(station, caption=evil)
    data = data_of(client, station)
    assert (data["name"], data["address"]["streetAddress"], data["image"][0]["caption"]) == (evil, evil, evil)


def test_the_station_is_a_public_place_with_address_geo_amenities_and_pictures(client: Client) -> None:
    station = make_station(amenities=("water",), phone="0531-1", seats=6)
    StationAmenity.objects.create(station=station, amenity=make_amenity("toilet"), access=Access.NONE)
    StationAmenity.objects.create(station=station, amenity=make_amenity("wifi"), health="out_of_order")
    photo = make_photo(station, caption="门口")
    data = data_of(client, station)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "CivicStructure")
    assert data["@id"] == data["url"] == f"{PUBLIC}/s/{station.code}/"
    assert data["address"] == {
        "@type": "PostalAddress",
        "streetAddress": station.address,
        "addressLocality": "济南市",
        "addressRegion": "山东省",
        "addressCountry": "CN",
    }
    assert data["geo"] == {"@type": "GeoCoordinates", "longitude": 117.02, "latitude": 36.66}
    assert data["containedInPlace"] == {
        "@type": "AdministrativeArea",
        "name": "历下区",
        "url": f"{PUBLIC}/stations/370102/",
    }
    assert {item["name"]: item["value"] for item in data["amenityFeature"]} == {"Water": True, "Toilet": False}
    assert data["image"] == [
        {
            "@type": "ImageObject",
            "contentUrl": PUBLIC + photo.url,
            "width": 1280,
            "height": 960,
            "caption": "门口",
        }
    ]
    assert data["isAccessibleForFree"] is True
    assert (data["telephone"], data["maximumAttendeeCapacity"]) == ("0531-1", 6)


def test_what_nobody_knows_is_left_out(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 1), longitude=None, latitude=None
    )
    station.postings.all().delete()
    data = data_of(client, station)
    left_out = {"geo", "containedInPlace", "telephone", "image", "openingHoursSpecification"}
    assert not left_out & data.keys()
    assert "addressRegion" not in data["address"]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("Mo-Fr 08:30-12:00,13:30-17:30", [(WORKDAYS, "08:30", "12:00"), (WORKDAYS, "13:30", "17:30")]),
        ("24/7", [([*WORKDAYS, "Saturday", "Sunday"], "00:00", "23:59")]),
        ("Sa 22:00-06:00; Su 18:00-24:00", [(["Saturday"], "22:00", "06:00"), (["Sunday"], "18:00", "00:00")]),
        ('Mo 09:00-12:00; Tu unknown "有人时"', [(["Monday"], "09:00", "12:00")]),
        ('Mo-Su unknown "工作日"', []),
    ],
)
def test_ordinary_hours_are_told_by_weekday_and_nothing_uncertain_is_promised(
    client: Client, hours: str, expected: list[Any]
) -> None:
    data = data_of(client, make_station(schedule=make_schedule(hours)))
    assert hours_of(data) == expected
    assert "specialOpeningHoursSpecification" not in data


def test_holidays_and_make_up_days_ahead_are_told_by_date(client: Client) -> None:
    for day in (24, 25, 26):
        CalendarDay.objects.create(date=date(2026, 11, day), kind=DayKind.REST, name="假日")
    CalendarDay.objects.create(date=date(2026, 11, 28), kind=DayKind.MAKEUP, name="调休")
    CalendarDay.objects.create(date=date(2027, 3, 1), kind=DayKind.REST, name="很久以后")
    data = data_of(client, make_station(schedule=make_schedule("Mo-Fr 08:30-17:30", CalendarPolicy.STATUTORY)))
    assert hours_of(data) == [(WORKDAYS, "08:30", "17:30")]
    assert hours_of(data, "specialOpeningHoursSpecification") == [
        ("2026-11-24", "2026-11-26", "00:00", "00:00"),
        ("2026-11-28", "2026-11-28", "08:30", "17:30"),
    ]


def test_an_uncertain_holiday_is_not_told_as_closed(client: Client) -> None:
    for day in (24, 26):
        CalendarDay.objects.create(date=date(2026, 11, day), kind=DayKind.REST, name="假日")
    for hours, expected in (
        ('Mo-Fr 08:30-17:30; PH unknown "有人时"', []),
        ("Mo-Fr 08:30-17:30; PH off", [(f"2026-11-{day}", f"2026-11-{day}", "00:00", "00:00") for day in (24, 26)]),
    ):
        data = data_of(client, make_station(schedule=make_schedule(hours, CalendarPolicy.STATUTORY)))
        assert hours_of(data) == [(WORKDAYS, "08:30", "17:30")]
        assert hours_of(data, "specialOpeningHoursSpecification") == expected


def test_a_suspension_closes_the_days_that_it_covers(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 1),
        suspended_until=date(2026, 11, 24),
        schedule=make_schedule("Mo-Su 08:30-17:30"),
    )
    special = hours_of(data_of(client, station), "specialOpeningHoursSpecification")
    assert special == [("2026-11-20", "2026-11-24", "00:00", "00:00")]
    Station.objects.update(suspended_from=date(2026, 11, 23))
    special = hours_of(data_of(client, station), "specialOpeningHoursSpecification")
    assert special == [("2026-11-23", "2026-11-24", "00:00", "00:00")]


def test_exceptions_are_told_by_date(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 08:30-17:30"))
    make_exception(station, date(2026, 11, 25), hours="10:00-12:00", reason="培训")
    make_exception(station, date(2026, 11, 30), date(2026, 12, 1), hours="off", reason="停电")
    data = data_of(client, station)
    assert hours_of(data) == [(WORKDAYS, "08:30", "17:30")]
    assert hours_of(data, "specialOpeningHoursSpecification") == [
        ("2026-11-25", "2026-11-25", "10:00", "12:00"),
        ("2026-11-30", "2026-12-01", "00:00", "00:00"),
    ]
