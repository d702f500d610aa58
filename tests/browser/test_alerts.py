"""Heat and cold on the map: where the visitor looks, and only while it lasts."""

from playwright.sync_api import expect

from stations.models import WeatherAlert
from tests.browser.conftest import PHONE, NewPage, assert_accessible

JINAN = "/?at=36.66,117.02,15"


def test_heat_is_announced_where_it_holds_names_what_helps_and_ends_by_itself(
    new_page: NewPage, heat: WeatherAlert
) -> None:
    page = new_page(**PHONE)
    page.clock.install()
    page.goto(f"{JINAN}&lang=en")
    banner = page.locator("#alerts .alert-heat")
    expect(banner).to_contain_text("Heat alert for 历下区 until")
    expect(banner).to_contain_text("多喝水")
    expect(page.locator("#quick-amenities label").first).to_contain_text("Air conditioning")
    expect(page.locator("#results .tags li").first).to_have_text("Air conditioning")
    assert "lang=en" in page.url
    assert_accessible(page)
    page.clock.fast_forward("24:00:00")
    expect(banner).to_have_count(0)
    expect(page.locator("#results .tags li").first).to_have_text("Toilet")
    expect(page.locator("#quick-amenities label").first).to_contain_text("Toilet")


def test_elsewhere_nobody_is_warned(new_page: NewPage, heat: WeatherAlert) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.goto("/?at=36.07,120.38,15")
    expect(page.locator("#results h2")).to_have_text("青岛驿站")
    expect(page.locator("#alerts .alert")).to_have_count(0)
