"""The way into the back office."""

from playwright.sync_api import Page

from tests.browser.conftest import log_in
from tests.conftest import World


def test_a_person_logs_in_and_finds_the_back_office(desk: Page, world: World) -> None:
    log_in(desk, world.admin)
    assert desk.locator("#user-tools").is_visible()
