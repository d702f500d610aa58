"""What several browser tests do alike: come in, and have a network that loses answers or sends everything twice."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route

from stations.models import User
from tests.browser.conftest import log_in

Address = str | Callable[[str], bool]


def enter(page: Page, user: User, address: str) -> Page:
    """Log in and go there."""
    log_in(page, user, address)
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


def content(body: str | None) -> str:
    """What was sent, apart from how long it had waited by then."""
    return re.sub(r"&waited=[0-9]+", "", body or "")


@dataclass
class Network:
    """Down until somebody sets `is_up`; then the server gets every request twice, and the page sees the second answer.

    What is sent is in `sent`, one body after the other.
    """

    is_up: bool = False
    sent: list[str | None] = field(default_factory=list)

    def handle(self, route: Route) -> None:
        if not self.is_up:
            route.abort()
            return
        self.sent.extend([route.request.post_data] * 2)
        route.fetch()
        route.fulfill(response=route.fetch())


def take_down(page: Page, address: Address) -> Network:
    """No request gets out, and the page knows it. It comes back by `bring_back`."""
    network = Network()
    page.route(address, network.handle)
    page.context.set_offline(True)
    return network


def bring_back(page: Page, network: Network) -> None:
    network.is_up = True
    page.context.set_offline(False)
