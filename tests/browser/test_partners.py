"""What stands out on the map leads to its theme, its partner and its programme, on a phone."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from partners.models import Partner, ProgrammeStage
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.factories import make_partner, make_plate, make_programme, make_special, make_station, make_unit

FAR_PLACE = "36.66000,117.02000,16"


@pytest.fixture
def partner(transactional_db: None, settings: Settings, tmp_path: Path) -> Partner:
    settings.PUBLISH_ROOT = tmp_path
    found = make_partner(make_unit(), name="山东省快递协会", brings="会员企业的快递员优先", member_count=80)
    bee = make_programme("little_bee", "小蜜蜂驿站", rules="有水有座", colour="#8a5a00")
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
    ProgrammeStage.objects.create(programme=bee, kind="roll_out", goal=880, **days)
    station = make_station("泉城支行")
    make_plate(station, bee)
    make_plate(station)
    make_special(station, theme="共享书吧", partner=found)
    make_station("普通驿站", longitude=117.0205)
    call_command("publish_map")
    return found


def test_from_the_star_on_the_map_to_the_partner_and_the_programme(new_page: NewPage, partner: Partner) -> None:
    page = new_page(**PHONE, locale="en-GB")
    page.goto(f"/?at={FAR_PLACE}")
    expect(page.locator(".result")).to_have_count(2)
    star = page.locator(".pin.is-special")
    expect(star).to_have_count(1)
    assert "共享书吧" in (star.get_attribute("aria-label") or "")
    page.locator("#legend summary").click()
    bee = page.locator(".legend-row", has_text="little_bee")
    expect(bee).to_contain_text("1")
    bee.click()
    expect(page.locator(".result")).to_have_count(1)
    assert "programme=little_bee" in page.url
    expect(page.locator(".tag-mark")).to_contain_text("共享书吧")
    assert_accessible(page)
    page.locator(".result a").click()
    page.get_by_role("link", name="Details and route").click()
    expect(page.locator(".special-themes")).to_contain_text("共享书吧")
    page.locator(".special-themes a").click()
    expect(page.locator("h1")).to_have_text("山东省快递协会")
    for path, said in (
        (partner.get_absolute_url(), "80 members"),
        ("/programmes/little_bee/", "of 880 stations"),
        ("/programmes/", "1 station"),
        ("/partners/", "会员企业的快递员优先"),
        ("/special-stations/", "1 station has a theme"),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(said)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
