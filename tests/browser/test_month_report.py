"""The month report as a union official sees it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from harbor_portal.lib.months import Month
from reports.rollups import roll_up
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.reports.builders import count


@pytest.fixture
def last_month(world: World) -> Month:
    month = Month.of(date.today().replace(day=1) - timedelta(days=1))  # noqa: DTZ011  # any past month will do
    count(world.station, month.first, 3)
    roll_up(month)
    return month


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_an_official_reads_a_figure_down_to_its_ledger_and_downloads_it(
    new_page: NewPage, world: World, last_month: Month, screen: dict[str, object]
) -> None:
    page: Page = new_page(**screen)
    log_in(page, world.official)
    page.goto("/admin/reports/month/")
    assert_accessible(page)
    page.select_option("select[name=unit]", "SDU-LX")
    page.click(".report-choose [type=submit]")
    assert page.locator("#overview .figure a").first.inner_text() == "3"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    with page.expect_download() as download:
        page.click(".report-downloads a >> nth=0")
    assert download.value.suggested_filename == f"SDU-LX-{last_month}.xlsx"
    page.locator("#stations tbody tr").first.get_by_role("link", name="3", exact=True).click()
    assert page.locator("#ledger-visits .total .figure").inner_text() == "3"
    assert_accessible(page)
