"""The page of one station."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from harbor_portal.lib.qr import qr_svg
from harbor_portal.portal.wording import seen_sentence
from services.models import StationDay
from stations.choices import Access, CalendarPolicy, DayKind, EntryMode, Health, HowChecked, StationStatus
from stations.models import CalendarDay, Station, StationAmenity
from tests.factories import (
    check,
    make_activity,
    make_amenity,
    make_exception,
    make_honour,
    make_photo,
    make_plate,
    make_programme,
    make_schedule,
    make_station,
    make_unit,
)
from tests.harbor_portal.portal.conftest import Publish

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _page(client: Client, station: Station, at: datetime = FRIDAY_TEN, language: str = "en") -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(f"/s/{station.code}/", headers={"accept-language": language})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u2060", ""))


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


def test_other_hours_on_a_date_stand_in_the_week_with_their_reason(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 08:30-17:30"))
    make_exception(station, date(2026, 11, 24), hours="10:00-12:00", reason="全员培训")
    assert re.search('<td>10:00–12:00 <span class="week-note">全员培训</span></td>', _page(client, station))


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


def test_what_cannot_be_dialled_is_text_and_no_link(client: Client) -> None:
    page = _page(client, make_station(phone="问大堂经理"))
    assert "问大堂经理" in page
    assert "tel:" not in page


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


@pytest.mark.parametrize(
    ("opened", "seen", "sentence"),
    [
        (90, None, "Opened today at 08:30"),
        (90, 59, "Opened today at 08:30 · Confirmed open 59 min ago"),
        (119, 60, "Opened today at 08:01 · Confirmed open at 09:00"),
        (200, 180, "Opened today at 06:40"),
    ],
)
def test_a_sighting_of_more_than_an_hour_ago_is_told_by_the_clock(opened: int, seen: int | None, sentence: str) -> None:
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    moments = {"opened_at": at - timedelta(minutes=opened)} | (
        {"seen_at": at - timedelta(minutes=seen)} if seen else {}
    )
    with translation.override("en"):
        assert seen_sentence(moments, at) == sentence


def test_a_suspended_station_says_why_and_until_when(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 1),
        suspended_until=date(2026, 12, 15),
        suspended_reason="装修",
        schedule=make_schedule("24/7"),
    )
    page = _page(client, station)
    assert "Suspended until 15 Dec 2026" in page
    assert "装修" in page


def test_a_suspension_to_come_is_announced_and_changes_nothing_yet(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 23),
        suspended_until=date(2026, 11, 24),
        suspended_reason="装修",
        schedule=make_schedule("Mo-Su 08:30-17:30"),
    )
    page = _page(client, station)
    assert "Open until 17:30" in page
    assert "Will be suspended from 23 Nov 2026 to 24 Nov 2026 · 装修" in page
    assert page.count("<td>Suspended</td>") == 2
    assert page.count("<td>08:30–17:30</td>") == 5
    Station.objects.update(suspended_until=None, suspended_reason="")
    assert "Will be suspended from 23 Nov 2026 on, until further notice" in _page(client, station)


def test_a_suspension_without_an_end_says_so(client: Client) -> None:
    station = make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 1))
    assert "Suspended until further notice" in _page(client, station)


def test_a_station_closed_for_good_keeps_a_page_that_says_so_and_leads_on(client: Client, publish: Publish) -> None:
    make_station("隔壁", longitude=117.03, schedule=make_schedule("24/7"))
    gone = make_station(status=StationStatus.CLOSED)
    publish()
    with time_machine.travel(FRIDAY_TEN, tick=False):
        response = client.get(gone.get_absolute_url(), headers={"accept-language": "en"})
    page = response.content.decode()
    assert response.status_code == 410
    assert "Closed for good" in page
    assert 'content="noindex"' in page
    assert "隔壁" in page
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
    assert _items(page) == {
        "Water": ("", []),
        "Wifi": ("limited", ["Ask the staff"]),
        "Microwave": ("broken", ["Out of order, expected back on 30 Nov 2026", "门坏了"]),
        "Toilets": ("limited", ["Nearby, not inside"]),
    }


def _items(page: str) -> dict[str, tuple[str, list[str]]]:
    """What is offered: name → how it is marked, and what is said of it."""
    found = {}
    for kind, body in re.findall(r'<li class="offer-item(?: offer-(\w+))?">(.*?)</li>', page):
        name, *words = re.findall(r"<(?:strong|span)[^>]*>(.*?)</", body)
        found[name] = kind, words
    return found


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_back": date(2026, 11, 19)}, ["Out of order since 1 Nov 2026"]),
        ({"out_since": None}, ["Out of order"]),
    ],
)
def test_a_fault_says_since_when_and_a_missed_promise_is_not_repeated(
    client: Client, fields: dict[str, Any], words: list[str]
) -> None:
    station = make_station()
    values = {"health": Health.OUT_OF_ORDER, "out_since": date(2026, 11, 1)} | fields
    StationAmenity.objects.create(station=station, amenity=make_amenity("microwave"), **values)
    assert _items(_page(client, station)) == {"Microwave": ("broken", words)}


def test_what_was_checked_with_the_whole_station_is_said_once(client: Client) -> None:
    checked = datetime(2026, 11, 2, tzinfo=UTC)
    station = make_station(checked_at=checked, amenities=("wifi", "water"))
    assert _page(client, station).count("2 Nov 2026") == 1
    check(station, datetime(2026, 11, 5, tzinfo=UTC), ["amenity:water"])
    check(station, datetime(2026, 11, 6, tzinfo=UTC), ["amenity:wifi"], how=HowChecked.PUBLIC)
    assert _items(_page(client, station)) == {"Wifi": ("", []), "Water": ("", ["checked 5 Nov 2026"])}


@pytest.mark.parametrize(
    ("verified", "sentence"),
    [
        (None, "Staff have not checked these facts yet."),
        (datetime(2026, 10, 3, 2, tzinfo=UTC), "Checked by staff on 3 Oct 2026<"),
        (datetime(2026, 3, 3, 2, tzinfo=UTC), "Checked by staff on 3 Mar 2026; that is a while ago"),
    ],
)
def test_the_older_a_fact_the_less_it_is_promised(client: Client, verified: datetime | None, sentence: str) -> None:
    assert sentence in _page(client, make_station(checked_at=verified))


@pytest.mark.parametrize("mode", EntryMode.values)
def test_every_way_of_entering_comes_with_advice(client: Client, mode: str) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        response = client.get(make_station(entry_mode=mode).get_absolute_url())
    assert response.context["advice"]


def test_plates_are_shown_with_their_numbers_and_the_colour_of_their_programme(client: Client) -> None:
    station = make_station()
    make_plate(station, make_programme(colour="#0b4f9e"), number="0012")
    page = _page(client, station)
    assert "No. 0012" in page
    assert 'fill="#0b4f9e"' in page


def test_the_canonical_address_does_not_depend_on_how_the_page_was_reached(client: Client) -> None:
    station = make_station()
    response = client.get(f"/s/{station.code.lower()}/?from=qr")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/s/{station.code}/"' in response.content.decode()


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_a_full_page_asks_as_little_as_a_bare_one(
    client: Client, publish: Publish, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    bare = make_station("甲", schedule=make_schedule(), amenities=("water",))
    make_plate(bare)
    full = make_station("乙", schedule=make_schedule(), amenities=tuple(f"a{number}" for number in range(50)))
    for number in range(12):
        make_plate(full, make_programme(f"p{number}"))
        make_photo(full)
        make_honour(full, year=2000 + number)
        make_activity(make_unit(), full)
    for _number in range(6):
        make_station("旁", schedule=make_schedule("24/7"))
    publish()
    client.get(bare.get_absolute_url())
    with django_assert_max_num_queries(27) as few:
        client.get(bare.get_absolute_url())
    with django_assert_num_queries(len(few)):
        client.get(full.get_absolute_url())


def test_from_one_station_one_goes_on_to_those_around_it(client: Client) -> None:
    assert 'href="/?at=36.66000,117.02000,15"' in _page(client, make_station())


def test_what_is_wrong_at_a_station_can_be_told_from_its_page(client: Client) -> None:
    station = make_station()
    assert f'href="/s/{station.code}/tell/"' in _page(client, station)


def test_a_station_that_the_keeper_opened_out_of_hours_is_open_without_an_end(client: Client) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 18:00-19:00"))
    StationDay.objects.create(
        station=station, date=date(2026, 11, 21), opened_at=datetime(2026, 11, 21, 1, 40, tzinfo=UTC)
    )
    assert "Open now" in _page(client, station, datetime(2026, 11, 21, 2, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), "Opens again 13:30"),
        (datetime(2026, 11, 20, 4, 30, tzinfo=UTC), "Then open until 17:30"),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "Opens again Mon 08:30"),
        (datetime(2026, 11, 21, 8, 0, tzinfo=UTC), "Then open until 12:00"),
    ],
)
def test_the_change_after_the_next_is_said_as_well(client: Client, at: datetime, sentence: str) -> None:
    station = make_station(schedule=make_schedule("Mo-Fr 08:30-12:00,13:30-17:30", CalendarPolicy.FINANCE))
    assert sentence in _page(client, station, at)


@pytest.mark.parametrize("hours", ["24/7", "Fr 09:00-12:00; Mo unknown", "Mo-Fr 08:30-12:00 unknown"])
def test_where_no_further_change_is_known_none_is_said(client: Client, hours: str) -> None:
    page = _page(client, make_station(schedule=make_schedule(hours)))
    assert "verdict-next" not in page


def test_the_week_of_a_suspended_station_promises_nothing(client: Client) -> None:
    station = make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 1),
        suspended_until=date(2026, 11, 22),
        schedule=make_schedule("Mo-Su 08:30-17:30"),
    )
    page = _page(client, station)
    assert page.count("<td>Suspended</td>") == 3
    assert page.count("<td>08:30–17:30</td>") == 4


def test_open_stations_nearby_come_with_the_way_and_until_when(client: Client, publish: Publish) -> None:
    here = make_station("这里", schedule=make_schedule("Sa 08:30-17:30", CalendarPolicy.FINANCE))
    always = make_schedule("24/7")
    make_station("近", longitude=117.025, schedule=always, amenities=("water",), entry_mode=EntryMode.SCAN)
    make_station("远", longitude=117.12, schedule=make_schedule("Mo-Fr 08:30-17:30"))
    make_station("关", longitude=117.021, schedule=make_schedule("Sa 09:00-10:00"))
    make_station("不明", longitude=117.021)
    make_station("太远", longitude=117.5, schedule=always)
    publish()
    page = _page(client, here)
    assert re.findall(r"<strong>(.)</strong> <span class=\"neighbour-way\">(.*?)</span>", page) == [
        ("近", "450 m · about 8 min on foot"),
        ("远", "8.9 km"),
    ]
    assert "Open until 17:30" in page
    assert "Scan a QR code" in page
    # Whoever stands before a closed door reads of the others first.
    assert page.index('id="nearby"') < page.index('id="way"')


def test_an_open_station_does_not_name_itself_and_says_when_there_is_no_other(client: Client, publish: Publish) -> None:
    station = make_station(schedule=make_schedule("24/7"))
    publish()
    page = _page(client, station)
    assert "No other station within 20 km is known to be open now." in page
    assert page.index('id="nearby"') > page.index('id="way"')


def test_photos_keep_their_place_and_come_late(client: Client) -> None:
    station = make_station()
    first = make_photo(station, caption="门口 <b>", taken_date=date(2026, 10, 3))
    second = make_photo(station, width=960, height=1280, small_width=360)
    page = _page(client, station)
    assert f'srcset="{first.small_url} 480w, {first.url} 1280w"' in page
    assert f'srcset="{second.small_url} 360w, {second.url} 960w"' in page
    assert 'width="960" height="1280" alt="Photo 2 of 济西支行劳动者港湾" loading="lazy"' in page
    assert 'alt="门口 &lt;b&gt;" decoding="async"' in page
    assert "3 Oct 2026" in page


def test_honours_are_shown_while_they_hold(client: Client) -> None:
    station = make_station()
    make_honour(station, title="省级荣誉")
    make_honour(station, title="已过期", expires_date=date(2026, 11, 19))
    page = _page(client, station)
    assert "省级荣誉" in page
    assert "Province level · 2025" in page
    assert "已过期" not in page


def test_a_shared_link_shows_the_first_photo_or_the_card_of_the_portal(client: Client) -> None:
    station = make_station(amenities=("water",))
    page = _page(client, station)
    assert 'property="og:image" content="http://127.0.0.1:8000/static/img/card.png"' in page
    assert 'property="og:description" content="济南市历下区泉城路1号 · Water"' in page
    assert 'name="twitter:card" content="summary_large_image"' in page
    photo = make_photo(station, caption="门口")
    page = _page(client, station)
    assert f'property="og:image" content="http://127.0.0.1:8000{photo.url}"' in page
    assert 'property="og:image:height" content="960"' in page


def test_the_sheet_for_the_wall_has_a_code_that_leads_to_the_page(client: Client) -> None:
    station = make_station()
    page = _page(client, station)
    assert str(qr_svg(f"http://127.0.0.1:8000/s/{station.code}/")) in page


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    station = make_station()
    with time_machine.travel(FRIDAY_TEN, tick=False):
        first = client.get(station.get_absolute_url())
        again = client.get(station.get_absolute_url(), headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert first["Cache-Control"] == "public, max-age=60"
        Station.objects.filter(pk=station.pk).update(name="新名字")
        assert client.get(station.get_absolute_url(), headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("en", "Open now nearby"), ("zh-hans", "附近")])
def test_the_page_speaks_both_languages(client: Client, language: str, word: str) -> None:
    page = _page(client, make_station(), language=language)
    assert word in page
