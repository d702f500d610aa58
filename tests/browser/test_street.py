"""The finder as it is on the street: inside WeChat, with a position that never comes, on a slow network."""

from playwright.sync_api import Page, expect

from stations.models import Station
from tests.browser.conftest import PHONE, NewPage

NEAR = "/?at=36.66,117.02,15"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; M2101K7AG Build/TKQ1) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64 Language/zh_CN"
)


def _open(new_page: NewPage, path: str = NEAR, **options: object) -> Page:
    page = new_page(**{**PHONE, "locale": "en-GB"} | options)
    page.goto(path)
    return page


def test_inside_wechat_the_routes_say_how_to_get_out(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, stations["open"].get_absolute_url(), user_agent=WECHAT)
    expect(page.locator(".wechat-note")).to_be_visible()
    page.goto(NEAR)
    page.locator("#results a").first.click()
    page.get_by_text("Route in a map app").click()
    expect(page.locator("#detail .wechat-note")).to_be_visible()
    page.get_by_role("button", name="Near me").click()
    expect(page.locator("#place-note")).to_contain_text("Search for a place or an address, or move the map.")


def test_outside_of_wechat_nothing_is_said_of_it(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = _open(new_page, stations["open"].get_absolute_url())
    expect(page.locator(".wechat-note")).to_be_hidden()


def test_a_position_that_never_comes_is_not_waited_for_for_ever(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.clock.install()
    page.add_init_script("navigator.geolocation.getCurrentPosition = () => undefined")
    page.goto(NEAR)
    expect(page.locator("#results h2")).to_have_count(4)
    page.get_by_role("button", name="Near me").click()
    expect(page.locator("#place-note")).to_contain_text("Looking for your position")
    page.clock.run_for(9_000)
    expect(page.locator("#place-note")).to_contain_text("Search for a place or an address, or move the map.")


def test_on_a_slow_network_the_page_can_be_used_before_it_is_complete(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = new_page(**PHONE, locale="en-GB")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    slow = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    wire.send("Network.emulateNetworkConditions", {"offline": False} | slow)
    page.goto(NEAR, wait_until="commit")
    expect(page.get_by_role("searchbox")).to_be_visible(timeout=30_000)
    expect(page.locator("#results h2")).to_have_count(4, timeout=60_000)


def test_one_asks_for_an_hour_or_a_span_and_sees_how_many_would_remain(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    page = _open(new_page, f"{NEAR}&open=03:00")
    expect(page.locator("#results h2")).to_have_count(2)
    expect(page.locator("#unknown-note")).to_contain_text("1 more may fit")
    expect(page.locator('#filters [data-count="amenity/toilet"]').first).to_have_text("1")
    page.goto(f"{NEAR}&open=24h&entry=walk_in")
    expect(page.locator("#results h2")).to_have_text([stations["broken"].name])
