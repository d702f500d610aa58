"""From an officer's invitation to the first count of the new keeper."""

import pytest
from playwright.sync_api import expect

from services.models import Visit
from stations.models import User
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.office.test_people import PASSWORD


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def test_from_the_invitation_to_the_first_count_in_a_few_steps(new_page: NewPage, world: World) -> None:
    officer = new_page(**DESK, locale="en-US")
    log_in(officer, world.officer, f"/admin/stations/station/{world.station.pk}/change/")
    officer.get_by_role("link", name="Invite a keeper").click()
    officer.get_by_label("Name of the person").fill("周敏")
    assert_accessible(officer)
    officer.get_by_label("Phone").fill("13805310001")
    officer.get_by_role("button", name="Invite", exact=True).click()
    link = officer.get_by_label("Link").input_value()
    assert_accessible(officer)

    keeper = new_page(**PHONE, locale="en-US")
    keeper.goto(link)
    assert_accessible(keeper)
    keeper.get_by_label("New password", exact=True).fill(PASSWORD)
    keeper.get_by_label("New password confirmation").fill(PASSWORD)
    keeper.get_by_role("button", name="Save and go in").click()
    keeper.get_by_role("link", name=world.station.name).first.click()
    keeper.get_by_role("button", name="Open for today").click()
    expect(keeper.locator(".day-state.is-open")).to_be_visible()
    keeper.locator("form:has([name=group][value=courier]) .counter-more").click()
    expect(keeper.locator("#totals-title strong")).to_have_text("1", timeout=20_000)
    assert Visit.objects.get(station=world.station).group == "courier"

    person = User.objects.get(name="周敏")
    officer.goto(f"/admin/stations/user/{person.pk}/farewell/")
    assert_accessible(officer)
    officer.get_by_role("button", name="Close the account").click()
    expect(officer.get_by_text("1 station is without a keeper")).to_be_visible()
    keeper.reload()
    keeper.wait_for_url("**/admin/login/**")
