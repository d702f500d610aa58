"""A keeper's phone: tapping with a bad connection, with none, and without JavaScript."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit, VisitEntry
from tests.browser.conftest import PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.services.conftest import count_visits


def courier(page: Page, button: str = "counter-more") -> None:
    page.locator(f"form:has([name=group][value=courier]) .{button}").click()


def figure(page: Page) -> str:
    return page.locator("form:has([name=group][value=courier]) output").inner_text()


def counted() -> int:
    return sum(Visit.objects.filter(group=WorkerGroup.COURIER).values_list("count", flat=True))


@pytest.fixture
def mine(phone: Page, world: World) -> Page:
    """The keeper's page, reached as she reaches it."""
    log_in(phone, world.keeper)
    phone.goto("/admin/my-station/")
    return phone


def test_the_first_button_is_on_the_first_screen_and_opens_the_day(mine: Page) -> None:
    button = mine.locator(".day-opening button")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["viewport"]["height"]  # type: ignore[index]
    assert box["height"] >= 44
    button.click()
    expect(mine.locator(".day-state.is-open")).to_be_visible()
    assert StationDay.objects.get().opened_at


def test_taps_count_at_once_and_say_when_they_are_sent(mine: Page) -> None:
    for _tap in range(3):
        courier(mine)
    courier(mine, "counter-less")
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    expect(mine.locator("#totals-title strong")).to_have_text("2")
    assert figure(mine) == "2"
    assert counted() == 2


def test_a_tap_whose_answer_gets_lost_is_sent_again_and_counts_once(mine: Page) -> None:
    sent: list[str | None] = []

    def lose_the_answer(route: Route) -> None:
        sent.append(route.request.post_data)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    mine.route("**/count/", lose_the_answer)
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert (counted(), VisitEntry.objects.count()) == (1, 1)


def test_taps_without_a_connection_wait_on_the_phone_and_follow_later(mine: Page) -> None:
    mine.context.set_offline(True)
    for _tap in range(3):
        courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("3")
    expect(mine.locator(".counter-count.is-waiting")).to_have_count(1)
    assert figure(mine) == "3"
    assert counted() == 0
    mine.context.set_offline(False)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    expect(mine.locator(".counter-count.is-waiting")).to_have_count(0)
    assert counted() == 3


def test_waiting_taps_survive_closing_the_page(mine: Page) -> None:
    mine.route("**/count/", lambda route: route.abort())
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("1")
    mine.unroute("**/count/")
    mine.reload()
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert counted() == 1


def test_a_refused_tap_is_taken_off_the_figure_and_explained(mine: Page) -> None:
    courier(mine, "counter-less")
    expect(mine.locator(".counters .errornote")).to_be_visible()
    assert figure(mine) == "0"
    assert counted() == 0


def test_a_session_that_ended_keeps_the_taps_until_the_next_one(mine: Page, world: World) -> None:
    cookies = mine.context.cookies()
    mine.context.clear_cookies()
    courier(mine)
    expect(mine.locator("[data-sending].is-waiting")).not_to_be_empty()
    assert counted() == 0
    mine.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert counted() == 1


def test_the_last_entry_is_undone_with_one_tap(mine: Page) -> None:
    courier(mine)
    mine.locator(".day-lines button").first.click()
    expect(mine.locator(".day-lines .is-undone")).to_have_count(2)
    assert counted() == 0
    assert figure(mine) == "0"


def test_a_nil_return_is_one_tap_and_a_visit_takes_it_back(mine: Page) -> None:
    mine.locator(".day-totals button").click()
    expect(mine.locator(".day-state.is-nil")).to_be_visible()
    assert StationDay.objects.get().is_nil
    courier(mine)
    expect(mine.locator(".day-state.is-nil")).to_have_count(0)
    assert not StationDay.objects.get().is_nil


def test_every_group_is_within_reach(mine: Page) -> None:
    mine.locator(".counters summary").click()
    assert mine.locator(".counter:visible").count() == len(WorkerGroup)


def test_yesterday_is_one_tap_away(mine: Page) -> None:
    mine.locator(".day-switch a").first.click()
    mine.wait_for_url("**/my-station/*/2*/")
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    assert Visit.objects.get().date == timezone.localdate() - timedelta(days=1)


def test_everything_works_without_javascript_and_a_double_press_counts_once(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE, java_script_enabled=False)
    log_in(page, world.keeper)
    page.goto("/admin/my-station/")
    page.locator(".day-opening button").click()
    expect(page.locator(".day-state.is-open")).to_be_visible()
    key = page.locator("form:has([name=group][value=courier]) [name=client_key]").get_attribute("value")
    courier(page)
    assert figure(page) == "1"
    # The browser's back button shows the form with the key that was used already.
    page.go_back()
    again = page.locator("form:has([name=group][value=courier]) [name=client_key]").get_attribute("value")
    courier(page)
    assert counted() == (1 if again == key else 2)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_a_keeper_are_accessible(phone: Page, world: World, language: str) -> None:
    phone.set_extra_http_headers({"Accept-Language": language})
    phone.goto("/admin/login/")
    assert_accessible(phone)
    log_in(phone, world.keeper)
    assert_accessible(phone)
    count_visits(world.keeper, world.station, day=timezone.localdate())
    count_visits(world.keeper, world.station, method=Method.GATE, day=timezone.localdate())
    phone.goto("/admin/my-station/")
    phone.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert_accessible(phone)


def test_the_pages_of_an_officer_are_accessible(desk: Page, world: World) -> None:
    log_in(desk, world.officer)
    assert_accessible(desk)
    desk.goto("/admin/stations/station/")
    assert_accessible(desk)
    desk.goto(f"/admin/stations/station/{world.station.pk}/change/")
    # Django's tables of related rows have empty header cells, a matter of taste to axe ("best practice", minor).
    found = Axe().run(desk, options={"rules": {"empty-table-header": {"enabled": False}}})
    assert found.violations_count == 0, found.generate_report()
