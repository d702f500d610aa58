"""The day sheet at a desk: typed and pasted as in a spreadsheet, with somebody else at the same month."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from services.actions.visits import set_visits
from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.browser.steps import enter, lose_an_answer
from tests.conftest import World
from tests.services.conftest import bucket, count_visits, sender

OCTOBER = "2026-10"
"""Over by the time that any test runs."""


def figures() -> int:
    return sum(Visit.objects.values_list("count", flat=True))


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.name"))


def paste(page: Page, text: str) -> None:
    """Into the focused cell; a browser without a window has no clipboard to take it from."""
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


@pytest.fixture
def sheet(desk: Page, world: World) -> Page:
    return enter(desk, world.officer, f"/admin/day-sheet/{world.station.code}/{OCTOBER}/?method=ledger")


def test_the_sheet_is_typed_like_a_spreadsheet_and_saves_itself(sheet: Page) -> None:
    sheet.locator("[name='08-sanitation']").focus()
    sheet.keyboard.type("5")
    sheet.keyboard.press("Tab")
    sheet.keyboard.type("6")
    sheet.keyboard.press("Enter")
    assert focused(sheet) == "09-courier"
    sheet.keyboard.press("ArrowUp")
    sheet.keyboard.press("ArrowLeft")
    assert focused(sheet) == "08-sanitation"
    sheet.keyboard.type("7")  # replaces the 5
    sheet.keyboard.press("ArrowDown")
    sheet.keyboard.type("99")
    sheet.keyboard.press("Escape")
    sheet.keyboard.press("Shift+Enter")
    assert focused(sheet) == "08-sanitation"
    expect(sheet.locator("[data-status]")).to_contain_text("✓")
    row = sheet.locator("tr:has([name='08-courier'])")
    expect(row.locator("[data-row-total]")).to_have_text("13")
    expect(sheet.locator("[data-sheet-total]")).to_have_text("13")
    found = Visit.objects.filter(count__gt=0).order_by("group").values_list("date", "group", "count")
    assert list(found) == [(date(2026, 10, 8), "courier", 6), (date(2026, 10, 8), "sanitation", 7)]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_month_is_pasted_from_a_spreadsheet(new_page: NewPage, world: World, screen: dict[str, object]) -> None:
    address = f"/admin/day-sheet/{world.station.code}/{OCTOBER}/?method=ledger"
    sheet = enter(new_page(**screen), world.officer, address)
    lines = ["\t".join(str(day + column) for column in range(12)) for day in range(1, 32)]
    sheet.locator("[name='01-sanitation']").focus()
    paste(sheet, "\r\n".join(lines) + "\r\n")
    expect(sheet.locator("[data-status]")).to_contain_text("✓", timeout=60_000)
    assert Visit.objects.count() == 31 * 12
    assert figures() == sum(day + column for day in range(1, 32) for column in range(12))
    sheet.reload()
    expect(sheet.locator("[name='31-elderly']")).to_have_value("41")
    expect(sheet.locator("[name='31-ill_disabled']")).to_have_value("42")


def test_what_does_not_fit_is_left_out_and_a_bad_cell_is_named_while_the_others_are_saved(sheet: Page) -> None:
    sheet.locator("[name='30-courier']").focus()
    paste(sheet, "1,000\tmany\n３\t4\n5\t6")
    expect(sheet.locator("[data-issues] li")).to_have_count(1)
    expect(sheet.locator("[data-issues] li")).to_contain_text("many")
    expect(sheet.locator("[name='30-food_delivery']")).to_have_attribute("aria-invalid", "true")
    expect(sheet.locator("[data-status]")).to_contain_text("2")  # were left out
    assert figures() == 1007
    sheet.locator("[data-issues] button").last.click()
    assert focused(sheet) == "30-food_delivery"
    sheet.keyboard.type("2")
    sheet.keyboard.press("Enter")
    expect(sheet.locator("[data-status]")).to_contain_text("✓")
    expect(sheet.locator("[data-issues]")).to_be_hidden()
    assert figures() == 1009


def test_when_somebody_else_was_quicker_one_chooses_theirs_or_mine(sheet: Page, world: World) -> None:
    for group in (WorkerGroup.COURIER, WorkerGroup.TAXI):
        about = bucket(world.station, group, Method.LEDGER, day=date(2026, 10, 8))
        set_visits(bucket=about, count=7, sender=sender(world.admin))
    sheet.locator("[name='08-courier']").fill("4")
    sheet.locator("[name='08-taxi']").fill("5")
    sheet.keyboard.press("Enter")
    issues = sheet.locator("[data-issues] li")
    expect(issues).to_have_count(2)
    expect(issues.first).to_contain_text("管理员")
    assert figures() == 14
    issues.first.locator("button").first.click()  # theirs
    expect(sheet.locator("[name='08-courier']")).to_have_value("7")
    issues.first.locator("button").nth(1).click()  # mine
    expect(sheet.locator("[data-status]")).to_contain_text("✓")
    expect(sheet.locator("[data-issues]")).to_be_hidden()
    assert figures() == 12


def test_a_gap_is_closed_by_a_figure_or_explained_by_a_reason(sheet: Page) -> None:
    row = sheet.locator("tr:has([name='09-reason'])")
    gap, explained = row.locator("[data-mark=gap]"), row.locator("[data-mark=explained]")
    expect(gap).to_be_visible()
    sheet.locator("[name='09-reason']").fill("停电")
    expect(gap).to_be_hidden()
    expect(explained).to_be_visible()
    sheet.locator("[name='09-courier']").fill("4")
    expect(explained).to_be_hidden()
    expect(sheet.locator("[data-status]")).to_contain_text("✓")
    assert StationDay.objects.get().remark == "停电"


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(sheet: Page) -> None:
    sent = lose_an_answer(sheet, lambda url: OCTOBER in url)
    sheet.locator("[name='08-courier']").fill("4")
    sheet.keyboard.press("Enter")
    expect(sheet.locator("[data-status]")).to_contain_text("✓", timeout=20_000)
    assert sent[0] == sent[1]
    assert figures() == 4


def test_after_a_new_login_in_another_window_the_sheet_goes_on(sheet: Page, world: World) -> None:
    sheet.context.clear_cookies()
    sheet.locator("[name='08-courier']").fill("4")
    sheet.keyboard.press("Enter")
    expect(sheet.locator("[data-status]")).to_contain_text("1")
    assert figures() == 0
    log_in(sheet.context.new_page(), world.officer)
    expect(sheet.locator("[data-status]")).to_contain_text("✓", timeout=20_000)
    assert figures() == 4


def test_without_javascript_the_sheet_is_a_form_with_one_button(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE, java_script_enabled=False)
    enter(page, world.officer, f"/admin/day-sheet/{world.station.code}/{OCTOBER}/")
    page.locator("[name='08-courier']").fill("4")
    page.locator("[name='08-taxi']").fill("few")
    page.locator(".sheet-bar button").click()
    expect(page.locator("#error-08-taxi")).to_be_visible()
    expect(page.locator("[name='08-taxi']")).to_have_value("few")
    assert figures() == 4


def test_the_sheet_is_accessible(desk: Page, world: World) -> None:
    count_visits(world.officer, world.station, 3, method=Method.LEDGER, day=date(2026, 10, 9), hour=9)
    for language in ("zh-hans", "en"):
        desk.set_extra_http_headers({"Accept-Language": language})
        enter(desk, world.officer, f"/admin/day-sheet/{world.station.code}/{OCTOBER}/")
        desk.locator("[name='08-courier']").fill("few")
        desk.locator("[name='08-taxi']").focus()
        expect(desk.locator("[data-issues] li")).to_have_count(1)
        desk.locator(".sheet-other summary").click()
        assert_accessible(desk)
        desk.goto("/admin/day-sheet/")
        assert_accessible(desk)
