"""How a picture is taken: a page on a screen, at one fixed moment, kept with as few colours as it needs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Geolocation, Page

from benchmarks.browser.phone import SCREEN

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
MOMENT = datetime(2026, 7, 15, 14, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE: Geolocation = {"longitude": 117.0252, "latitude": 36.6655, "accuracy": 20}
DESK: dict[str, Any] = SCREEN | {
    "viewport": {"width": 1440, "height": 900},
    "is_mobile": False,
    "device_scale_factor": 1,
}
SCREENS: dict[str, dict[str, Any]] = {"phone": SCREEN, "desk": DESK}
IN_ENGLISH: dict[str, dict[str, Any]] = {f"{name}-en": screen | {"locale": "en"} for name, screen in SCREENS.items()}
COLOURS = 256
LONGEST_MS = 20_000


def take(
    browser: Browser,
    base: str,
    states: Mapping[str, Callable[[Page], None]],
    screens: Mapping[str, dict[str, Any]] = SCREENS,
) -> None:
    """Each state on each screen."""
    for size, screen in screens.items():
        for state, show in states.items():
            with _visit(browser, base, screen) as page:
                show(page)
                _save(page, FOLDER / f"{state}-{size}.png")


@contextmanager
def _visit(browser: Browser, base: str, screen: dict[str, Any]) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        **screen, base_url=base, geolocation=HERE, permissions=["geolocation"], reduced_motion="reduce"
    )
    context.set_default_timeout(LONGEST_MS)
    page = context.new_page()
    page.clock.set_fixed_time(MOMENT)
    yield page
    context.close()


def _save(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    keep(Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB"), path)


def keep(picture: Image.Image, path: Path) -> None:
    """As few colours as a picture of a page needs, which is a third of the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(FOLDER.parent.parent)} {path.stat().st_size / 1000:.0f} kB", flush=True)
