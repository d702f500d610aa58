"""Divisions and open data in a real browser: for everybody, with and without JavaScript."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from stations.models import WeatherAlert
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.factories import make_amenity, make_division, make_station, make_user


@pytest.fixture
def places(transactional_db: None, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    make_amenity("toilet")
    for number in range(31):
        make_station(f"历下站{number:02}", amenities=("water",))
    make_station("市中站", division=make_division("370103", "市中区"))
    today = timezone.localdate()
    WeatherAlert.objects.create(kind="heat", division=make_division(), first=today, last=today, by=make_user())
    call_command("publish_map")
    call_command("write_open_data", verbosity=0)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_divisions_and_open_data_are_accessible(new_page: NewPage, places: None, language: str) -> None:
    page = new_page(**PHONE)
    for path in ("/stations/", "/stations/370102/", "/open-data/"):
        page.goto(f"{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_javascript_one_walks_from_the_country_to_the_last_station(new_page: NewPage, places: None) -> None:
    page = new_page(**PHONE, java_script_enabled=False, locale="en-GB")
    page.goto("/stations/")
    for name, count in (("山东省", 32), ("济南市", 32), ("历下区", 31)):
        part = page.locator(".part", has_text=name)
        expect(part).to_contain_text(f"{count} stations")
        part.click()
        expect(page.locator("h1")).to_have_text(f"Stations in {name}")
    expect(page.locator(".alert-heat")).to_contain_text("Heat alert for 历下区")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".station-row")).to_have_count(1)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator(".station-row")).to_have_count(30)
