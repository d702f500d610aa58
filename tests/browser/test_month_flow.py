"""A month's whole way: handed in, given back, corrected, approved, sealed, verified and revised."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from harbor_portal.lib.months import Month
from reports.models import MonthReport
from stations.choices import Role
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.factories import make_member
from tests.reports.builders import count
from tests.services.conftest import count_visits


@pytest.fixture
def last_month(world: World) -> Month:
    month = Month.of(date.today().replace(day=1) - timedelta(days=1))  # noqa: DTZ011  # any past month will do
    count(world.station, month.first, 3)
    return month


def press(page: Page, button: str) -> None:
    send(page, f".flow-move:has([name=move][value={button}]) [type=submit]")


def send(page: Page, button: str) -> None:
    """Press it, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(button).last.click()


def test_a_month_goes_from_the_branch_to_the_seal_and_once_more(
    new_page: NewPage, world: World, last_month: Month
) -> None:
    flow = f"/admin/reports/month/flow/?unit=CCB-JN&month={last_month}"
    above = f"/admin/reports/month/flow/?unit=CCB&month={last_month}"
    officer, head = new_page(**PHONE), new_page(**DESK)
    log_in(officer, world.officer)
    log_in(head, make_member(world.bank, Role.REVIEWER))

    officer.goto(flow)
    assert_accessible(officer)
    press(officer, "submit")
    head.goto(f"/admin/reports/month/return/?unit=CCB-JN&month={last_month}")
    assert_accessible(head)
    head.fill(f"#why-{world.station.pk}", "2日无记录")
    send(head, ".flow-press .office-button-main")
    officer.goto(flow)
    assert "2日无记录" in officer.locator("#openings").inner_text()
    count_visits(world.officer, world.station, 4, day=last_month.first)
    press(officer, "submit")

    for button in ("approve", "seal"):
        head.goto(above)
        head.check("#tick-all")
        send(head, f"button[name=move][value={button}]")
    head.goto(above)
    assert_accessible(head)
    head.goto(flow)
    send(head, "#revisions .flow-hash")
    assert head.locator(".verdict-good").is_visible()
    assert_accessible(head)

    head.goto(flow)
    head.locator(".flow-revise summary").click()
    head.fill("#revise-reason", "漏记")
    head.fill("#revise-until", str(date.today() + timedelta(days=3)))  # noqa: DTZ011  # of the browser, too
    press(head, "revise")
    count_visits(world.officer, world.station, 5, day=last_month.first)
    officer.goto(flow)
    press(officer, "submit")
    officer.goto(f"/admin/reports/month/changes/?unit=CCB-JN&month={last_month}&revision=2")
    assert_accessible(officer)
    assert "漏记" in officer.locator(".report-note").inner_text()
    assert officer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    states = MonthReport.objects.filter(unit=world.branch).order_by("revision").values_list("state", flat=True)
    assert list(states) == ["sealed", "submitted"]
