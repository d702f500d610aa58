"""What the finder was asked stands in its address, and means the same on the device as on the server."""

import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from stations.choices import Access, CalendarPolicy, EntryMode, Health, HostKind, StationStatus, Tier
from stations.models import Station, StationAmenity
from tests.browser.conftest import PHONE, NewPage
from tests.factories import make_amenity, make_plate, make_programme, make_schedule, make_station

NEAR = "/?at=36.66,117.02,15"
HERE = {"latitude": 36.6600, "longitude": 117.0200, "accuracy": 20}


def _open(new_page: NewPage, path: str = NEAR, **options: object) -> Page:
    page = new_page(**{**PHONE, "locale": "en-GB"} | options)
    page.goto(path)
    return page


def test_back_takes_back_one_step_after_the_other(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/?at=36.66,117.02,14")
    expect(page.locator("#results h2")).to_have_count(4)
    page.get_by_label("Toilet").check()
    expect(page.locator("#results h2")).to_have_count(3)
    page.locator("#results a").first.click()
    expect(page.locator("#detail-name")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.go_back()
    expect(page.locator("#detail")).to_be_hidden()
    expect(page.locator("#results h2")).to_have_count(3)
    page.go_back()
    expect(page.get_by_label("Toilet")).not_to_be_checked()
    expect(page.locator("#results h2")).to_have_count(4)
    page.go_forward()
    expect(page.get_by_label("Toilet")).to_be_checked()
    page.go_forward()
    expect(page.locator("#detail-name")).to_be_visible()


def test_closing_a_station_is_going_back_and_leaves_no_second_step(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page)
    page.get_by_role("link", name=stations["broken"].name).click()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("link", name=stations["broken"].name)).to_be_focused()
    assert page.evaluate("history.state") is None
    page.go_forward()
    expect(page.locator("#detail-name")).to_have_text(stations["broken"].name)


def test_an_hour_is_chosen_with_its_day_and_shared(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.locator("#more-filters").click()
    page.get_by_label("Opening").select_option("03:00")
    expect(page.locator("#results h2")).to_have_count(2)
    page.get_by_label("Day", exact=True).select_option(index=3)
    expect(page).to_have_url(re.compile(r"open=03:00&day=\d{4}-"))
    expect(page.locator("#status")).to_have_text(re.compile(r"This is how it will be: .+ 03:00\."))
    page.reload()
    expect(page.locator("#results h2")).to_have_count(2)
    page.locator("#more-filters").click()
    expect(page.get_by_label("Opening")).to_have_value("03:00")
    expect(page.locator("#filters-done")).to_have_text("Show 2 stations")


def test_a_day_that_is_over_is_left_out_of_a_shared_link(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, f"{NEAR}&open=03:00&day=2026-01-01")
    expect(page).to_have_url(re.compile(r"open=03:00$"))


def test_a_search_keeps_to_the_filters_and_says_what_they_leave_out(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page)
    page.get_by_label("Toilet").check()
    expect(page.locator("#results h2")).to_have_count(3)
    page.fill("#q", "历山路")
    expect(page.locator("#unknown-note")).to_contain_text("1 more have this name but do not match your filters")
    page.get_by_role("button", name="Clear the filters").first.click()
    expect(page.locator("#results h2 a")).to_have_text("历山路驿站")


def test_a_position_that_comes_late_takes_nobody_away(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**{**PHONE, "locale": "en-GB"}, permissions=["geolocation"])
    page.add_init_script(
        "navigator.geolocation.getCurrentPosition = (found) => { window.arrive = () => "
        "found({ coords: { longitude: 121.47, latitude: 31.23, accuracy: 20 } }); };"
    )
    page.goto("/")
    page.get_by_role("link", name="泉城支行劳动者港湾").click()
    page.evaluate("window.arrive()")
    expect(page.locator(".pin-me")).to_have_count(1)
    expect(page.locator("#detail-name")).to_have_text("泉城支行劳动者港湾")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("link", name="泉城支行劳动者港湾")).to_be_visible()


def test_a_typed_address_leads_to_its_road_and_distances_are_from_there(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page, "/?at=36.07,120.38,13")
    page.fill("#q", "济南市历下区泉城路180号")
    page.locator("#results").get_by_role("button", name="泉城路").click()
    expect(page.locator("#from")).to_have_text("nearest to 泉城路 first")
    expect(page.locator("#results h2").first).to_be_visible()


def test_the_sheet_shows_a_glance_half_or_all_by_button_and_by_drag(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page)
    finder = page.locator("#finder")
    expect(finder).to_have_attribute("data-sheet", "half")
    page.get_by_role("button", name="More list").click()
    expect(finder).to_have_attribute("data-sheet", "full")
    expect(page.get_by_role("button", name="More map")).to_be_focused()
    expect(page.locator("#results h2")).to_have_count(4)
    box = page.locator("#sheet-bar").bounding_box()
    assert box is not None
    page.mouse.move(195, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(195, 800, steps=4)
    page.mouse.up()
    expect(finder).to_have_attribute("data-sheet", "peek")
    page.get_by_role("link", name="Skip to the map").focus()
    page.keyboard.press("Enter")
    expect(finder).to_have_attribute("data-sheet", "half")


def test_this_device_begins_where_it_was_last_time(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/", permissions=["geolocation"], geolocation=HERE)
    expect(page.locator("#from")).to_have_text("nearest to you first")
    page.context.clear_permissions()
    page.goto("/")
    expect(page.locator("#from")).to_contain_text("nearest to where you were")
    expect(page.locator(".result-distance").first).to_have_text("70 m · about 1 min on foot")


# --- The same on the device as on the server ---

AMENITIES = ("water", "toilet", "ramp", "accessible_toilet")
ASKED = [
    "amenity=water",
    "amenity=water&amenity=toilet&unknown=1",
    "step_free=1",
    "step_free=1&unknown=1",
    "open=now",
    "open=now&unknown=1",
    "open=30min&unknown=1",
    "open=24h",
    "open=24h&unknown=1",
    "open=12:30&unknown=1&day=tomorrow",
    "open=03:00",
    "open=12:30&unknown=1",
    "entry=walk_in&host_kind=shop",
    "programme=ccb_harbor&amenity=toilet",
    "amenity=toilet&step_free=1&open=now&entry=walk_in&unknown=1",
]
SIFTED = """
async (asked) => {
  const load = (name) => import(`/static/js/${name}.js`);
  const [{ Leaves }, { readCriteria }, { Sieve, sift }] = await Promise.all(["leaves", "criteria", "sift"].map(load));
  const leaves = new Leaves("/map/");
  await leaves.open();
  await leaves.openCatalogue();
  await leaves.load(leaves.leaves);
  const accessible = leaves.catalogue.amenities.filter(({ tier }) => tier === "accessible").map(({ code }) => code);
  const everywhere = { west: -180, south: -90, east: 180, north: 90 };
  return asked.map((query) => {
    const sieve = new Sieve(readCriteria(`?${query}`), accessible, Date.now());
    const found = sift(sieve, leaves.leaves, everywhere, { lng: 117.02, lat: 36.66 }, 100);
    return found.matches.map(({ code }) => code).sort();
  });
}
"""


@pytest.fixture
def many(transactional_db: None, settings: Settings, tmp_path: Path) -> None:
    """Thirty stations of every kind, by chance, the same every time."""
    settings.PUBLISH_ROOT = tmp_path
    chance = random.Random(7)
    for code in AMENITIES:
        make_amenity(code, tier=Tier.ACCESSIBLE if "ram" in code or "access" in code else Tier.BASIC)
    hours = ["24/7", "Mo-Su 00:00-12:00", "Mo-Su 08:00-12:00,13:00-17:30", "Mo-Su 20:00-04:00", "Mo-Fr unknown"]
    schedules = [None, *(make_schedule(text, CalendarPolicy.EVERY_DAY) for text in hours)]
    programme = make_programme()
    for number in range(30):
        is_suspended = number % 8 == 5
        first_day = date(2026, 1, 1) if number == 5 else timezone.localdate() + timedelta(days=1)
        station = make_station(
            f"站{number}",
            longitude=117 + number / 1000,
            schedule=chance.choice(schedules),
            host_kind=chance.choice([HostKind.SHOP, HostKind.BANK_BRANCH]),
            entry_mode=chance.choice([EntryMode.WALK_IN, EntryMode.SCAN]),
            status=StationStatus.SUSPENDED if is_suspended else StationStatus.PUBLISHED,
            suspended_from=first_day if is_suspended else None,
        )
        for code in chance.sample(AMENITIES, chance.randint(0, 4)):
            access, health = chance.choice(list(Access)), chance.choice([Health.OK, Health.OK, Health.OUT_OF_ORDER])
            StationAmenity.objects.create(station=station, amenity=make_amenity(code), access=access, health=health)
        if chance.random() < 0.5:
            make_plate(station, programme)
    call_command("publish_map")


def test_every_filter_finds_on_the_device_what_it_finds_on_the_server(
    new_page: NewPage, client: Client, many: None
) -> None:
    page = _open(new_page, "/nowhere/")
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    asked = [query.replace("tomorrow", tomorrow) for query in ASKED]
    for _attempt in range(3):  # the minute may change between the two
        on_device = page.evaluate(SIFTED, asked)
        on_server = [sorted(row.code for row in client.get(f"/stations/?{query}").context["rows"]) for query in asked]
        if on_device == on_server:
            break
    assert dict(zip(asked, on_device, strict=True)) == dict(zip(asked, on_server, strict=True))
    assert all(on_server)
