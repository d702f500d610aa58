"""The month report as a union official reads it: any question, and each figure down to the rows behind it."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from harbor_portal.lib.months import Month
from reports.rollups.adding_up import roll_up
from services.choices import WorkerGroup
from stations.models import SavedView
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.reports.builders import count


@pytest.fixture
def last_month(world: World) -> Month:
    """Three visits at the station in it, and five in the month before."""
    month = Month.of(date.today().replace(day=1) - timedelta(days=1))  # noqa: DTZ011  # any past month will do
    count(world.station, month.first, 2)
    count(world.station, month.first, 1, WorkerGroup.TAXI)
    count(world.sister, month.plus(-1).first, 5)
    for each in (month, month.plus(-1)):
        roll_up(each)
    return month


@pytest.mark.parametrize("screen", [PHONE | {"java_script_enabled": False}, DESK], ids=["phone without script", "desk"])
def test_an_official_asks_reads_a_figure_down_to_its_rows_compares_and_keeps_the_question(
    new_page: NewPage, world: World, last_month: Month, screen: dict[str, object]
) -> None:
    page: Page = new_page(locale="en-GB", **screen)
    log_in(page, world.official, "/admin/reports/month/")
    page.select_option("select[name=unit]", "SDU-LX")
    press(page)
    assert large(page) == "3"
    if "java_script_enabled" not in screen:
        with page.expect_download() as download:
            page.click(".report-downloads a >> nth=0")
        assert download.value.suggested_filename == f"SDU-LX-{last_month}.xlsx"
    look_at(page, screen)
    opens_its_rows(page, screen)
    compares(page, last_month)
    keeps_the_question(page, world)


def press(page: Page) -> None:
    page.locator(".report-choose button[type=submit]").last.click()


def large(page: Page) -> str:
    return page.locator(".report-key strong").first.inner_text()


def look_at(page: Page, screen: dict[str, object]) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if "java_script_enabled" not in screen:
        assert_accessible(page)


def opens_its_rows(page: Page, screen: dict[str, object]) -> None:
    """From a group's figure to the stations, from there to the ledger of one, and back to the figure."""
    page.locator("#group tbody tr", has_text="Taxi").locator("td.figure a").first.click()
    expect(page.locator(".report-figure-equal")).to_contain_text("The report tells 1: the sum of this one row.")
    look_at(page, screen)
    page.locator("#ledger tbody a").first.click()
    expect(page.locator("#ledger tbody tr").first).to_contain_text("Tally by staff")
    assert page.locator("#ledger .total .figure").inner_text() == "1"
    look_at(page, screen)
    page.get_by_role("link", name="Back to the figure").click()
    page.get_by_role("link", name="Back to the figure").click()
    page.wait_for_url("**#group")


def compares(page: Page, month: Month) -> None:
    """With the month before as the one that is asked for, and of another subject and period."""
    page.get_by_text("Several months, a comparison, or only some stations").click()
    page.fill(".report-other input[name=month]", str(month.plus(-1)))
    page.fill(".report-other input[name=against]", str(month))
    press(page)
    visits = page.locator("#overview tbody tr").first.locator("td")
    assert [visits.nth(number).inner_text() for number in (0, 1)] == ["5", "3"]
    page.fill(".report-other input[name=against]", "")
    page.fill(".report-other input[name=until]", str(month))
    page.select_option(".report-other select[name=unit]", "")
    page.fill(".report-other input[name=division]", "370102")
    press(page)
    assert large(page) == "8"


def keeps_the_question(page: Page, world: World) -> None:
    page.fill("#view-name", "两个月")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="两个月").click()
    assert large(page) == "8"
    (view,) = SavedView.objects.filter(user=world.official)
    assert parse_qs(view.query) == parse_qs(urlsplit(page.url).query)
