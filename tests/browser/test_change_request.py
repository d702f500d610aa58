"""A keeper proposes on the phone, an officer decides fact by fact at the desk, the public reads what was approved."""

import re

import pytest
from playwright.sync_api import expect

from stations.models import FactCheck
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def test_a_change_request_is_approved_per_field(new_page: NewPage, world: World) -> None:
    station = world.station
    keeper = new_page(**PHONE, locale="en-US")
    log_in(keeper, world.keeper, f"/admin/my-station/{station.code}/")
    asked = keeper.locator("[data-part=facts] li")
    expect(asked).to_have_count(3)
    title = asked.first.locator("strong")
    first = title.inner_text()
    keeper.get_by_role("button", name="Still right").first.click()
    expect(title).not_to_have_text(first, timeout=20_000)
    keeper.get_by_role("link", name="Something is wrong: propose a change").click()
    keeper.get_by_role("textbox", name="Opening hours").fill("周一至周日 7:00-21:00")
    keeper.get_by_label("Phone").fill("0531-5550001")
    keeper.get_by_label("Seats").fill("12")
    keeper.get_by_label("Why?").fill("门口公告已换")
    assert_accessible(keeper)
    keeper.get_by_role("button", name="Send to the officer").click()
    expect(keeper.get_by_text("3 facts are proposed.")).to_be_visible()
    assert_accessible(keeper)

    officer = new_page(**DESK, locale="en-US")
    log_in(officer, world.officer)
    officer.get_by_role("link", name="changes proposed by keepers to answer").click()
    officer.get_by_role("link", name=station.name).first.click()
    assert_accessible(officer)
    hours, phone = (officer.locator(".request-row").filter(has_text=title) for title in ("Opening hours", "Phone"))
    expect(hours.locator("dd")).to_have_text([re.compile("Mo-Fr 08:30-17:30"), re.compile("07:00-21:00")])
    hours.get_by_role("radio", name="Approve").check()
    phone.get_by_role("radio", name="Refuse").check()
    phone.get_by_label("Why (needed to refuse)").fill("打不通")
    officer.get_by_role("button", name="Do as chosen", exact=True).click()
    expect(officer.get_by_text("2 facts are decided.")).to_be_visible()
    assert_accessible(officer)

    keeper.reload()
    expect(keeper.get_by_text("打不通")).to_be_visible()
    visitor = new_page(**PHONE, locale="en-US")
    visitor.goto(f"/s/{station.code}/")
    expect(visitor.get_by_text("07:00–\u206021:00").first).to_be_visible()
    expect(visitor.get_by_text("0531-5550001")).to_have_count(0)
    assert FactCheck.objects.filter(station=station, what="hours", by=world.officer).exists()
