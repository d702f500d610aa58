"""What several browser tests do alike: come in, and have a network that loses answers or sends everything twice."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

from stations.models import User
from tests.browser.conftest import log_in

Address = str | Callable[[str], bool]


def enter(page: Page, user: User, address: str) -> Page:
    """Log in and go there."""
    log_in(page, user)
    page.goto(address)
    return page


def lose_an_answer(page: Page, address: Address, *, number: int = 1) -> list[str | None]:
    """The server gets everything, but its answer to the `number`-th request does not come back.

    What is sent is added to the list, one body after the other.
    """
    sent: list[str | None] = []

    def handle(route: Route) -> None:
        sent.append(route.request.post_data)
        if len(sent) == number:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(address, handle)
    return sent


def send_twice(page: Page, address: Address) -> list[str | None]:
    """The server gets every request twice; the page sees the second answer. What is sent is added to the list."""
    sent: list[str | None] = []

    def handle(route: Route) -> None:
        sent.extend([route.request.post_data] * 2)
        route.fetch()
        route.fulfill(response=route.fetch())

    page.route(address, handle)
    return sent
