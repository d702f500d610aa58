"""The page of a station in a real browser: on a phone, without scripts, shared, and on paper."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import Page, Route, expect

from stations.choices import Access, Health, StationStatus
from stations.models import Station, StationAmenity
from stations.models.showing import LARGE, SMALL, photo_file
from stations.publishing.cards import refresh_cards
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible
from tests.factories import (
    make_amenity,
    make_honour,
    make_photo,
    make_plate,
    make_programme,
    make_schedule,
    make_station,
)
from tests.pictures import picture_bytes

COPIES = """
Object.defineProperty(navigator, 'share', {value: undefined});
Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}});
"""
SHARES = "navigator.share = async (what) => { window.shared = what; };"
TOO_SMALL = """
[...document.querySelectorAll("main a, main button")]
  .filter((node) => node.offsetHeight && node.offsetHeight < 44 && !node.closest(".leaflet-container"))
  .map((node) => node.outerHTML)
"""
NEITHER = """
Object.defineProperty(navigator, 'share', {value: undefined});
Object.defineProperty(navigator, 'clipboard', {value: undefined});
"""


@pytest.fixture
def station(db: None, tmp_path: Path, settings: Any) -> Station:
    """As full as a page gets: two dozen amenities with remarks, photos, honours, plates and hours with two gaps."""
    settings.MEDIA_ROOT = tmp_path
    full = make_station(
        "济南市历下区泉城路街道建设银行济西支行劳动者港湾",
        schedule=make_schedule("Mo-Su 07:30-11:30,12:30-17:30,18:30-21:30"),
        phone="0531-8606 1234",
        seats=12,
        area_m2=30,
        opened_date=date(2019, 4, 24),
        checked_at=datetime(2026, 10, 3, tzinfo=UTC),
    )
    for number in range(24):
        health = Health.OUT_OF_ORDER if number % 10 == 9 else Health.OK
        access = (Access.OPEN, Access.ASK_STAFF, Access.NEARBY, Access.NONE)[number % 4]
        StationAmenity.objects.create(
            station=full,
            amenity=make_amenity(f"thing_{number}", order=number),
            access=access,
            health=health,
            out_since=date(2026, 11, 1) if health == Health.OUT_OF_ORDER else None,
            note="在二楼" if number % 7 == 0 else "",
        )
    for number in range(3):
        make_plate(full, make_programme(f"p{number}", "劳动者港湾"), number=f"00{number}")
        make_honour(full, title="优秀户外劳动者服务站点", year=2023 + number)
    for size in ((1280, 960), (720, 1280)):
        keep_photo(full, size)
    near = make_station("隔壁驿站", longitude=117.021, schedule=make_schedule("24/7"), amenities=("thing_1",))
    refresh_cards([full.pk, near.pk])
    return full


def keep_photo(station: Station, size: tuple[int, int]) -> None:
    photo = make_photo(station, width=size[0], height=size[1], small_width=size[0] * SMALL // LARGE)
    for side in (LARGE, SMALL):
        small = size[0] * side // LARGE, size[1] * side // LARGE
        default_storage.save(photo_file(photo.key, side), ContentFile(picture_bytes("WEBP", size=small)))


def _hold(held: list[Route], route: Route) -> None:
    held.append(route)


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_is_accessible_and_fits(new_page: NewPage, station: Station, device: dict[str, object]) -> None:
    page = new_page(**device)
    page.goto(station.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text(station.name)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(TOO_SMALL) == []


def test_photos_come_without_moving_the_page(phone: Page, station: Station) -> None:
    held: list[Route] = []
    phone.route("**/media/photos/*", lambda route: _hold(held, route))
    phone.goto(station.get_absolute_url(), wait_until="domcontentloaded")
    place = "JSON.stringify([...document.querySelectorAll('.photos img')].map((node) => node.getBoundingClientRect()))"
    expect(phone.locator(".photos img").first).to_be_visible()
    before = phone.evaluate(place)
    for route in held:
        route.continue_()
    phone.wait_for_function("() => document.querySelector('.photos img').naturalWidth > 0")
    assert phone.evaluate(place) == before


def test_without_scripts_nothing_is_missing_but_the_map_and_the_button(new_page: NewPage, station: Station) -> None:
    page = new_page(**PHONE, java_script_enabled=False, locale="en-GB")
    page.goto(station.get_absolute_url())
    for text in ("Opening hours", "What there is", "Open now nearby", "隔壁驿站"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_role("link", name="Amap")).to_be_visible()
    expect(page.get_by_role("button", name="Share this page")).to_have_count(0)
    expect(page.locator("#station-map")).to_be_hidden()
    page.get_by_role("link", name=re.compile("隔壁驿站")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("隔壁驿站")


@pytest.mark.parametrize(
    ("browser", "check"),
    [
        (SHARES, "window.shared && window.shared.url === '{address}' && window.shared.title === '{name}'"),
        (COPIES, "window.copied === '{address}' && document.querySelector('.share-answer').textContent"),
        (NEITHER, "document.activeElement.value === '{address}' && document.activeElement.readOnly"),
    ],
    ids=["phone's own sheet", "clipboard", "by hand"],
)
def test_the_page_is_shared_as_the_browser_can(new_page: NewPage, station: Station, browser: str, check: str) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.add_init_script(browser)
    page.goto(station.get_absolute_url())
    page.get_by_role("button", name="Share this page").click()
    address = f"http://127.0.0.1:8000{station.get_absolute_url()}"
    page.wait_for_function("() => " + check.format(address=address, name=station.name))
    assert_accessible(page)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_on_paper_it_is_one_sheet_with_a_code_and_no_navigation(
    new_page: NewPage, station: Station, language: str
) -> None:
    page = new_page(**DESK, locale=language)
    page.goto(station.get_absolute_url())
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.emulate_media(media="print")
    for shown in ("h1", "address", ".week", ".offer", ".paper-code svg"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in (".masthead", ".colophon", ".routes", ".station-map", ".verdict", ".nearby", "[data-share]"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_a_suspension_stands_on_the_paper_as_well(new_page: NewPage, station: Station) -> None:
    Station.objects.filter(pk=station.pk).update(
        status=StationStatus.SUSPENDED, suspended_from=date(2026, 1, 1), suspended_reason="装修"
    )
    page = new_page(**DESK)
    page.goto(station.get_absolute_url())
    page.emulate_media(media="print")
    expect(page.get_by_text("装修")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
