"""The public map in a real browser, phone first, on files that the real publisher wrote."""

import math
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.fixtures import Settings

from services.models import SupplyItem, SupplyStock
from stations.choices import StationStatus
from stations.models import Station
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible
from tests.factories import make_exception, make_station

HERE = {"latitude": 36.6600, "longitude": 117.0200, "accuracy": 20}
NEAR = "?at=36.66,117.02,15"


def _open(new_page: NewPage, path: str = f"/{NEAR}", **options: object) -> Page:
    page = new_page(**{**PHONE, "locale": "en-GB"} | options)
    page.goto(path)
    return page


def _names(page: Page) -> list[str]:
    return page.locator("#results h2 a").all_inner_texts()


def _state(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_published_stations_are_on_the_map_and_in_the_list(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    expect(page.locator("#status")).to_have_text("4 stations in this part of the map")
    assert set(_names(page)) == {stations[key].name for key in ("open", "broken", "closed", "unknown")}
    label = page.locator(".pin").first.get_attribute("aria-label") or ""
    assert any(station.name in label for station in stations.values())


def test_a_first_visit_sees_what_is_open_near_the_middle_given(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/")
    expect(page.locator("#status")).to_have_text("4 stations in this part of the map")
    expect(page.locator("#from")).to_have_text("nearest to the middle of the map first")
    expect(page.locator("#place-note")).to_contain_text("“Near me” sorts by your position")
    assert _names(page)[-1] == stations["closed"].name


def test_water_toilet_and_open_now_leave_the_one_that_works(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.get_by_label("Water").check()
    page.get_by_label("Toilet").check()
    page.get_by_label("Open now").check()
    expect(page.locator("#results h2")).to_have_count(1)
    assert _names(page) == [stations["open"].name]
    expect(page.locator(".pin")).to_have_count(1)
    expect(page.locator("#unknown-note")).to_contain_text("1 more may fit")
    page.get_by_role("button", name="Show them too").click()
    expect(page.locator("#results h2")).to_have_count(2)
    expect(page).to_have_url(re.compile("unknown=1"))  # the address waits for a frame to pass
    assert set(parse_qs(urlsplit(page.url).query)["amenity"]) == {"water", "toilet"}
    assert (_state(page)["open"], _state(page)["unknown"]) == ("now", "1")


def test_the_address_brings_another_phone_to_the_same_view(new_page: NewPage, stations: dict[str, Station]) -> None:
    code = stations["open"].code
    page = _open(new_page, f"/{NEAR}&amenity=water&amenity=toilet&open=now&station={code}")
    expect(page.locator("#detail-name")).to_have_text(stations["open"].name)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("#results h2")).to_have_count(1)
    assert page.get_by_label("Toilet").is_checked()
    assert page.get_by_label("Open now").is_checked()


def test_the_map_tells_what_is_given_out_today(new_page: NewPage, stations: dict[str, Station]) -> None:
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water", is_shown=True)
    for key, quantity in (("open", 5), ("broken", 0)):
        SupplyStock.objects.create(station=stations[key], item=item, quantity=quantity, seen_at=timezone.now())
    call_command("publish_map")
    page = _open(new_page)
    expect(page.locator("#results .tag-today")).to_have_text(["Ice water today"])
    page.locator("#results h2 a").get_by_text(stations["open"].name).click()
    expect(page.locator("#detail .tag-today")).to_have_text(["Ice water today"])


def test_search_by_pinyin_initials_finds_what_this_phone_has_seen(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page)
    page.fill("#q", "qczh")
    expect(page.locator("#results h2 a")).to_have_text([stations["open"].name])


def test_a_search_that_failed_is_asked_again(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    expect(page.locator("#results h2")).to_have_count(4)
    page.route("**/search/*", lambda route: route.abort())
    page.fill("#q", "青岛")
    expect(page.locator("#status")).to_contain_text("The search did not answer.")
    page.unroute("**/search/*")
    page.locator("#q").press("Enter")
    expect(page.locator("#results").get_by_text("青岛驿站")).to_be_visible()


def test_search_finds_what_is_elsewhere_and_goes_there(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.fill("#q", "历下")
    page.get_by_role("button", name="历下区").click()
    expect(page.locator("#status")).to_contain_text("in this part of the map")
    lat, lng, _zoom = map(float, _state(page)["at"].split(","))
    assert (lat, lng) == pytest.approx((36.67, 117.08), abs=0.001)  # some pixels off when the map changed its size
    page.fill("#q", "qdyz")
    page.locator("#results").get_by_text("青岛驿站").click()
    expect(page.locator("#detail-name")).to_have_text("青岛驿站")


def test_near_me_lists_the_nearest_first_with_the_way(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/", permissions=["geolocation"], geolocation=HERE)
    expect(page.locator("#from")).to_have_text("nearest to you first")
    assert _names(page)[:2] == [stations["open"].name, stations["broken"].name]
    expect(page.locator(".result-distance").first).to_have_text("70 m · about 1 min on foot")
    expect(page.locator("#place-note")).to_contain_text("It stays on this device.")


def test_refused_near_me_says_so_and_offers_the_search(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.get_by_role("button", name="Near me").click()
    expect(page.locator("#place-note")).to_contain_text("Search for a place or an address, or move the map.")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#results h2")).to_have_count(4)


def test_a_browser_without_positions_says_so(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.add_init_script("Object.defineProperty(navigator, 'geolocation', {value: undefined})")
    page.goto(f"/{NEAR}")
    page.get_by_role("button", name="Near me").click()
    expect(page.locator("#place-note")).to_contain_text("This browser cannot tell your position.")


def test_list_and_map_select_in_each_other_and_one_walks_on(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.get_by_role("link", name=stations["broken"].name).click()
    expect(page.locator("#detail-name")).to_have_text(stations["broken"].name)
    expect(page.locator(".pin.is-selected")).to_have_count(1)
    expect(page.locator("#detail .tag-broken")).to_have_text("Toilet (out of order)")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#detail-name")).not_to_have_text(stations["broken"].name)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#detail-name")).to_have_text(stations["broken"].name)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("link", name=stations["broken"].name)).to_be_focused()
    page.locator(f".pin[aria-label^='{stations['closed'].name}']").click()
    expect(page.locator("#detail-name")).to_have_text(stations["closed"].name)


def test_a_link_of_the_panel_keeps_the_focus_when_the_panel_is_drawn_again(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page, f"/{NEAR}&station={stations['open'].code}")
    page.locator("#detail summary").first.click()
    link = page.locator("#detail [data-datum]").first
    link.focus()
    distance = page.locator("#detail [data-part=distance]")
    distance.evaluate("(node) => { node.textContent = 'old'; }")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(distance).not_to_have_text("old")
    expect(link).to_be_focused()
    page.get_by_role("button", name="Next").click()
    expect(link).not_to_have_attribute("href", re.compile(quote(stations["open"].name)))


def test_the_week_of_the_panel_knows_of_suspension_and_exceptions(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    station, today = stations["open"], timezone.localdate()
    station.status, station.suspended_from = StationStatus.SUSPENDED, today - timedelta(days=1)
    station.suspended_until = today + timedelta(days=3)
    station.save()
    make_exception(
        station, today + timedelta(days=5), today + timedelta(days=7), hours="10:00-12:00", reason="全员培训"
    )
    call_command("publish_map")
    page = _open(new_page, f"/{NEAR}&station={station.code}")
    page.locator("#detail summary").last.click()
    rows = page.locator("#detail .week td")
    expect(rows.nth(1)).to_have_text("Suspended")
    expect(rows.nth(5)).to_have_text("10:00–12:00 全员培训")


def test_everything_can_be_done_with_the_keyboard(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**DESK, locale="en-GB")
    page.goto(f"/{NEAR}")
    expect(page.locator("#results h2")).to_have_count(4)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.get_by_label("Open now").focus()
    page.keyboard.press("Space")
    expect(page.locator("#results h2")).to_have_count(2)
    page.locator("#results a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#results a").first).to_be_focused()
    page.locator(".pin").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#detail-name")).to_be_focused()


def test_a_cluster_opens_by_keyboard_and_says_how_many_it_holds(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page, "/?at=36.66,117.02,8")
    cluster = page.locator(".pin-cluster")
    expect(cluster).to_have_attribute("aria-label", "4 stations, zoom in")
    cluster.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()
    expect(page.locator("#results h2")).to_have_count(4)


def test_nothing_in_view_names_the_nearest_match(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/?at=36.3,118.5,13")
    expect(page.locator("#status")).to_have_text("No station in this part of the map.")
    page.get_by_role("button", name="Show the nearest match").click()
    expect(page.locator("#detail-name")).to_be_visible()


def test_filters_that_nothing_answers_can_be_cleared(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, f"/{NEAR}&amenity=microwave")
    expect(page.locator("#status")).to_have_text("Nothing here matches your filters.")
    expect(page.locator("#empty")).to_contain_text("Nothing in the surroundings matches either.")
    page.locator("#empty").get_by_role("button", name="Clear the filters").click()
    expect(page.locator("#results h2")).to_have_count(4)


def test_a_failed_load_says_so_and_succeeds_on_the_second_try(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE, locale="en-GB")
    is_down = [True]

    def answer(route: Route) -> None:
        route.abort() if is_down[0] else route.continue_()

    page.route("**/map/index.json", answer)
    page.goto(f"/{NEAR}")
    expect(page.locator("#trouble")).to_contain_text("The stations could not be loaded.")
    is_down[0] = False
    page.route("**/map/leaves/*", lambda route: route.abort())
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#trouble")).to_contain_text("Some stations could not be loaded.")
    page.unroute("**/map/leaves/*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#results h2")).to_have_count(4)
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_failed_load_succeeds_by_itself_when_the_network_is_back(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.route("**/map/index.json", lambda route: route.abort())
    page.goto(f"/{NEAR}")
    expect(page.locator("#trouble")).to_contain_text("The stations could not be loaded.")
    page.unroute("**/map/index.json")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#results h2")).to_have_count(4)
    expect(page.locator("#trouble")).to_be_hidden()


def test_no_age_is_said_of_live_states_that_never_came(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.route("**/map/live/*", lambda route: route.abort())
    page.goto(f"/{NEAR}")
    expect(page.locator("#results h2")).to_have_count(4)
    expect(page.locator("#data-age")).to_be_hidden()


def test_without_javascript_the_form_leads_to_the_list(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, "/", java_script_enabled=False)
    page.fill("#q", "泉城支行")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".station-row h2 a")).to_have_text([stations["open"].name])
    page.get_by_role("link", name=stations["open"].name).click()
    expect(page.locator("h1")).to_have_text(stations["open"].name)
    expect(page.locator("main")).to_contain_text("Open 24 hours")


def test_a_portal_without_stations_says_so(
    new_page: NewPage, transactional_db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.PUBLISH_ROOT = tmp_path
    call_command("publish_map")
    page = _open(new_page, "/")
    expect(page.locator("#status")).to_have_text("No station has been published yet.")


def test_the_language_changes_and_the_view_stays(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.get_by_label("Open now").check()
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#open-now")).to_be_checked()
    assert _state(page)["at"].startswith("36.66")


def test_large_letters_are_remembered_on_every_page(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    page.get_by_role("button", name="Large letters").click()
    expect(page.get_by_role("button", name="Large letters")).to_have_attribute("aria-pressed", "true")
    page.goto(stations["open"].get_absolute_url())
    expect(page.locator("html")).to_have_css("font-size", "20.8px")
    assert_accessible(page)
    page.get_by_role("button", name="Large letters").click()
    expect(page.locator("html")).to_have_css("font-size", "16px")


@pytest.mark.parametrize(("size", "locale"), [(PHONE, "zh-CN"), (DESK, "en-GB")], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_public_pages(
    new_page: NewPage, stations: dict[str, Station], size: dict[str, object], locale: str
) -> None:
    page = new_page(**size, locale=locale)
    page.goto(f"/{NEAR}&open=now")
    expect(page.locator("#results h2")).to_have_count(2)
    page.locator("#more-filters").click()
    assert_accessible(page)
    page.locator("#filters-done").click()
    page.locator("#results a").first.click()
    expect(page.locator("#detail-name")).to_be_visible()
    assert_accessible(page)
    for path in (stations["open"].get_absolute_url(), "/stations/?open=now", "/nowhere/"):
        page.goto(path)
        assert_accessible(page)


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_cut_off_at_twice_the_text_size(new_page: NewPage, stations: dict[str, Station], width: int) -> None:
    page = new_page(viewport={"width": width, "height": 700}, locale="en-GB")
    station = stations["open"].get_absolute_url()
    others = ("/stations/", "/activities/", "/wishes/", "/online-services/", "/verify/", "/feedback/")
    for path in (f"/{NEAR}", station, f"{station}tell/", *others):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_marker_beneath_the_zoom_buttons_is_left_to_the_list(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page)
    expect(page.locator("#results h2")).to_have_count(4)
    place = page.evaluate(
        """() => {
          const middle = ({ left, right, top, bottom }) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
          const map = middle(document.getElementById("map").getBoundingClientRect());
          const buttons = middle(document.querySelector(".leaflet-control-zoom").getBoundingClientRect());
          return { x: buttons.x - map.x, y: buttons.y - map.y };
        }"""
    )
    degrees = 360 / 256 / 2**15  # of longitude, for a pixel
    beneath = make_station(
        "按钮下的驿站",
        longitude=117.02 + place["x"] * degrees,
        latitude=36.66 - place["y"] * degrees * math.cos(math.radians(36.66)),
    )
    call_command("publish_map")
    page.reload()
    expect(page.locator("#results h2")).to_have_count(5)
    assert page.locator(f".pin[aria-label^='{beneath.name}']").evaluate("(pin) => pin.inert")
    assert page.locator(".pin[inert]").count() == 1
