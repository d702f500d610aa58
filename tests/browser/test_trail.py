"""What happened to one's data and one's account, on a phone: read, taken back, ended."""

import pytest
from playwright.sync_api import expect

from stations.actions.stations import update_station
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def test_an_officer_takes_a_change_back_and_logs_the_other_device_out(new_page: NewPage, world: World) -> None:
    update_station(by=world.admin, station=world.station, phone="0531-1", reason="看错了")
    update_station(by=world.officer, station=world.sister, seats=9)
    office = new_page(**DESK, locale="en-US")
    log_in(office, world.officer)

    phone = new_page(**PHONE | {"viewport": {"width": 360, "height": 740}}, locale="en-US")
    log_in(phone, world.officer)
    phone.get_by_role("link", name="What changed").click()
    phone.wait_for_url("**/admin/changes/")
    assert_accessible(phone)
    phone.get_by_text("Search by person").click()
    phone.get_by_label("Who").fill("管理员")
    phone.get_by_label("Table or field").select_option("stations.station:phone")
    phone.get_by_role("button", name="Search").click()
    phone.wait_for_url("**/admin/changes/?**")
    expect(phone.locator(".trail-entry")).to_have_count(1)
    expect(phone.locator(".trail-entry")).to_contain_text("看错了")
    assert_accessible(phone)
    phone.get_by_role("button", name="Take back").click()
    expect(phone.get_by_text("Taken back.")).to_be_visible()
    expect(phone.locator(".trail-not")).to_contain_text("was changed again by 李专员")
    world.station.refresh_from_db()
    assert world.station.phone == ""

    phone.get_by_role("link", name="Profile").click()
    phone.wait_for_url("**/admin/profile/")
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="Log out: Chrome").click()
    expect(phone.get_by_text("This device is logged out.")).to_be_visible()
    office.reload()
    office.wait_for_url("**/admin/login/**")

    phone.get_by_role("link", name="Change password").click()
    phone.wait_for_url("**/admin/password_change/")
    assert_accessible(phone)
    phone.goto(f"/admin/stations/station/{world.station.pk}/history/")
    assert_accessible(phone)
    phone.goto("/admin/stations/download/")
    assert_accessible(phone)
