"""The finder in four states."""

from playwright.sync_api import Page


def first_screen(page: Page) -> None:
    page.goto("/")
    page.locator("#results a[href*='/s/']").first.wait_for()


def filtered(page: Page) -> None:
    """Open now, with a microwave oven and a toilet."""
    page.goto("/?open=now&amenity=microwave&amenity=toilet")
    page.locator("#results a[href*='/s/']").first.wait_for()


def station(page: Page) -> None:
    first_screen(page)
    path = page.locator("#results a[href*='/s/']").first.get_attribute("href")
    assert path
    page.goto(path)


def offline(page: Page) -> None:
    """A second visit, without a network."""
    first_screen(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.locator("#results a[href*='/s/']").first.wait_for()
    page.context.set_offline(True)
    page.reload()
    page.locator("#results a[href*='/s/']").first.wait_for()


STATES = {"first": first_screen, "filtered": filtered, "station": station, "offline": offline}
