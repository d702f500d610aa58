"""The first page of the back office, as a keeper, an officer and an official see it."""

from datetime import date, timedelta

import pytest

from harbor_portal.lib.months import Month
from reports.rollups.adding_up import roll_up
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.reports.builders import count
from tests.services.feedback import tell


@pytest.fixture
def counted(world: World) -> World:
    """Visits in this month and the last, and a report that waits."""
    today = date.today()  # noqa: DTZ011  # any two months will do
    for day in (today, today.replace(day=1) - timedelta(days=1)):
        count(world.station, day, 3)
        roll_up(Month.of(day))
    tell(world.station)
    return world


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_each_role_finds_its_work_and_every_number_leads_somewhere(
    new_page: NewPage, counted: World, screen: dict[str, object]
) -> None:
    for role in ("keeper", "officer", "official"):
        page = new_page(**screen)
        log_in(page, getattr(counted, role))
        page.locator(".desk-trend summary").click()
        assert page.locator(".desk-trend tbody tr").count() == 13
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/admin/?language=en")
    page.locator(".desk-table .figure a").first.click()
    page.wait_for_url("**/stations/station/?unit=*")
    assert page.locator("#result_list tbody tr").count() == 2
