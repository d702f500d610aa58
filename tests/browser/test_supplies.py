"""A supply that runs low and is restocked: on the phone of the keeper, on the desk, and as visitors read it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.daily_codes import daily_code
from services.models import SupplyItem, SupplyStock
from stations.publishing.cards import refresh_cards
from tests.browser.conftest import PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.factories import make_partner


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """Four bottles of ice water, of which three are too few."""
    item = SupplyItem.objects.create(
        code="ice_water",
        name="冰水",
        name_en="Ice water",
        unit="瓶",
        unit_en="bottles",
        low_at=3,
        is_shown=True,
        is_once_a_day=True,
    )
    make_partner(world.bank, name="泉城乳业")
    today = timezone.localdate()
    supply = Supply(item, SupplyMove.IN, 4)
    move_supply(station=world.station, supply=supply, day=today, by=world.keeper)
    refresh_cards([world.station.pk])
    return world


def test_a_supply_that_runs_low_is_restocked(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE, locale="en-US")
    log_in(page, world.keeper, f"/admin/my-station/{world.station.code}/")
    stock = page.locator(".stock")
    page.locator("summary", has_text="Give one by the code of the day").click()
    give = page.locator("form:has([name=code])")
    give.locator("[name=code]").fill(daily_code("a phone", timezone.localdate()).lower())
    give.get_by_role("button", name="Give one").click()
    expect(stock.locator("strong")).to_have_text("3 bottles", timeout=20_000)
    expect(stock).to_contain_text("runs low")
    page.goto("/admin/")
    page.get_by_role("link", name="with supplies that run low").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.goto(f"/admin/my-station/{world.station.code}/")
    page.locator("summary", has_text="Came in, given out, thrown away").click()
    form = page.locator("form[data-send=supply]:has([name=donor])")
    form.locator("[name=quantity]").fill("24")
    form.locator("[name=donor]").select_option(label="泉城乳业")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert_accessible(page)
    form.get_by_role("button", name="Came in").click()
    expect(stock.locator("strong")).to_have_text("27 bottles", timeout=20_000)
    expect(stock).not_to_contain_text("runs low")
    assert SupplyStock.objects.get().quantity == 27
    page.goto(f"/s/{world.station.code}/")
    expect(page.locator(".given-out")).to_contain_text("Ice water today")
    assert_accessible(page)
    page.goto("/online-services/")
    assert_accessible(page)
