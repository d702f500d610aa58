"""A courier's phone at the door."""

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from services.doors import door_key
from services.models import Visit
from stations.models import Station
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World


@pytest.fixture(autouse=True)
def _half_past() -> Iterator[None]:
    """No full hour strikes during a test, since a new hour counts anew."""
    with time_machine.travel(timezone.now().replace(minute=30), tick=True):
        yield


def door(station: Station) -> str:
    return f"/s/{station.code}/checkin/?k={door_key(station, 1)}"


def counted() -> dict[str, int]:
    return dict(Visit.objects.values_list("group", "count").order_by("group"))


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_the_first_time_the_groups_are_offered_the_next_time_ones_own(phone: Page, world: World) -> None:
    phone.goto(door(world.station))
    button = phone.locator("button[value=courier]")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["viewport"]["height"]  # type: ignore[index]
    assert box["height"] >= 44
    assert_accessible(phone)
    button.click()
    expect(phone.locator(".checkin-thanks")).to_be_visible()
    expect(phone.locator(".checkin-total strong")).to_have_text("1")
    assert_accessible(phone)

    phone.goto(door(world.sister))
    mine = phone.locator("[data-mine] button")
    expect(mine).to_have_attribute("value", "courier")
    expect(phone.locator("fieldset button[value=courier]")).to_be_hidden()
    assert_accessible(phone)
    mine.click()
    expect(phone.locator(".checkin-thanks")).to_be_visible()

    phone.goto(door(world.station))
    expect(phone.locator(".checkin-thanks")).to_be_visible()
    assert Visit.objects.count() == 2
    assert sum(Visit.objects.values_list("count", flat=True)) == 2


def test_a_group_below_the_fold_is_remembered_too(desk: Page, world: World) -> None:
    desk.goto(door(world.station))
    desk.locator("summary").click()
    desk.locator("button[value=volunteer]").click()
    expect(desk.locator(".checkin-thanks")).to_be_visible()
    desk.goto(door(world.sister))
    expect(desk.locator("[data-mine] button")).to_have_attribute("value", "volunteer")
    assert counted() == {"volunteer": 1}


def test_without_javascript_it_is_a_plain_form_in_either_language(
    new_page: NewPage, world: World, live_server: LiveServer
) -> None:
    page = new_page(**PHONE, java_script_enabled=False, locale="en-GB")
    page.goto(door(world.station))
    page.locator("button[value=courier]").click()
    assert heading(page) == "Thank you"
    page.reload()
    assert heading(page) == "You have already been counted"
    page.locator(".language").click()
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert page.url == live_server.url + door(world.station)
    assert counted() == {"courier": 1}


@pytest.mark.parametrize("address", ["/s/{code}/checkin/", "/s/{code}/checkin/?k=1-AAAAAAAAAA"])
def test_without_the_code_on_the_door_the_page_explains_itself(phone: Page, world: World, address: str) -> None:
    phone.goto(address.format(code=world.station.code))
    expect(phone.locator(".notice")).to_be_visible()
    expect(phone.locator("form[data-checkin]")).to_have_count(0)
    assert_accessible(phone)


def test_the_page_of_the_door_code_is_accessible(new_page: NewPage, world: World) -> None:
    page = new_page(**DESK)
    log_in(page, world.keeper, f"/admin/door-code/{world.station.code}/")
    assert_accessible(page)
    page.fill("#reason", "照片在群里流传")
    page.locator("form:has(#reason) button").click()
    expect(page.locator("table")).to_contain_text("照片在群里流传")
    assert_accessible(page)
