"""How the finder feels on a simulated mid-range phone over 200,000 stations, beside two other ways of building it.

The phone is the real Chromium at 390 × 844 with a quarter of this machine's speed, 1.6 Mbit/s and 150 ms of latency,
without a cache; the portal is served by gunicorn with two workers, its files hashed and compressed. Tiles of a base map
(15 kB each) come from a server of our own, for all three alike.

- *largest paint*: the last largest-contentful-paint of the browser, from the beginning of the navigation.
- *list shown*: one frame after the station that stays first stands in the list.
- *interactive*: the list is shown and the last task longer than 50 ms is over, after which 5 s pass without another.
- *JavaScript*, *data*: what came over the network until then, headers included; 1 kB = 1000 bytes.
- *frames*: the time between two callbacks of `requestAnimationFrame` while a finger drags the map, and until what came
  into view is drawn.
- *on the device*: the modules of the page itself over 20,000 loaded stations, at rest before each turn.

Rivals (benchmarks/rivals): one GeoJSON of everything with leaflet.markercluster, and GeoJSON of the rectangle in view
for every pan. They are small: no opening hours worked out, no live state, rows of two lines. The floor of our lines is
the better of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser

from benchmarks.browser.phone import SLOWDOWN, Visit, chromium, phone
from benchmarks.browser.stage import stage
from benchmarks.measure import Measure, report
from benchmarks.publish import CITIES
from benchmarks.rivals.prepare import prepare_everything

STATIONS = 20_000
TIMES = 9
AMENITY = "water"
DRAGS = ((-240, 0), (0, -160), (240, 60), (-240, 120), (120, 160), (-240, -160))
DEVICE = Path(__file__).parent / "browser" / "device.js"
KINDS = ("largest paint", "list shown", "interactive", "JavaScript", "data")
GOALS = {"largest paint": 1.8, "interactive": 2.5, "JavaScript": 90, "data": 60}
UNITS = {"JavaScript": "kB", "data": "kB"}
FRAME_MS = 50
DEVICE_MS = 50

Figures = dict[str, float]


@dataclass(frozen=True)
class Contestant:
    """One way of building the finder; `data` begins the paths of what it fetches beside its code."""

    name: str
    url: str
    data: str
    loads: int = len(CITIES)


def measure(browser: Browser, ours: Contestant, rivals: list[Contestant]) -> Iterator[Measure]:
    views = {one.name: first_view(browser, one) for one in (ours, *rivals)}
    pans = {one.name: panning(browser, one) for one in (ours, *rivals)}
    best = {key: min((views[one.name][key] for one in rivals), default=None) for key in KINDS}
    for key in KINDS:
        yield _line(f"first view: {key}", views[ours.name][key], UNITS.get(key, "s"), GOALS.get(key), best[key])
    yield _line("a city at zoom 13: data, worst of five", city_data(browser, ours), "kB", GOALS["data"])
    for key, figure in pans[ours.name].items():
        floor = min((pans[one.name][key] for one in rivals), default=None)
        yield _line(f"panning: {key}", figure, "ms", FRAME_MS, floor)
    yield from _device_lines(browser, ours)
    for one in rivals:
        yield from _rival_lines(one, views[one.name] | pans[one.name])


def first_view(browser: Browser, one: Contestant) -> Figures:
    """Medians over cold loads, each in the middle of another city, where the phone may tell its position."""
    with phone(browser, CITIES["Jinan"], slowdown=1) as visit:
        visit.open(one.url)  # both workers have answered before
    found = []
    for here in list(CITIES.values())[: one.loads]:
        with phone(browser, here) as visit:
            found.append(_figures(visit.open(one.url), one))
    return {key: median(figures[key] for figures in found) for key in found[0]}


def _figures(visit: Visit, one: Contestant) -> Figures:
    seen = visit.page.evaluate("({ ...window.bench })")
    interactive = seen["list"]
    for begin, end in sorted(seen["tasks"]):
        if begin - interactive >= 5000:
            break
        interactive = max(interactive, end)
    figures = {
        "largest paint": seen["paint"] / 1000,
        "list shown": seen["list"] / 1000,
        "interactive": interactive / 1000,
        "JavaScript": visit.kilobytes(lambda received: received.kind == "Script"),
        "data": visit.kilobytes(lambda received: received.path.startswith(one.data)),
    }
    if one.name != "portal":
        began = "const began = performance.now(); await window.rivalFilter(amenity);"
        figures["filter"] = visit.page.evaluate(
            f"async (amenity) => {{ {began} return performance.now() - began; }}", AMENITY
        )
    return figures


def city_data(browser: Browser, one: Contestant) -> float:
    """Of what a phone fetches to show a city's middle at zoom 13: the most of all cities."""
    found = []
    for longitude, latitude in CITIES.values():
        with phone(browser, slowdown=1) as visit:
            visit.page.goto(f"{one.url}?at={latitude},{longitude},13", wait_until="networkidle")
            found.append(visit.kilobytes(lambda received: received.path.startswith(one.data)))
    return max(found)


def panning(browser: Browser, one: Contestant) -> Figures:
    """Over the middle of Jinan at zoom 14, where there are clusters, single stations and borders of leaves."""
    longitude, latitude = CITIES["Jinan"]
    with phone(browser) as visit:
        visit.open(f"{one.url}?at={latitude},{longitude},14")
        drags = [visit.frames_of_drag(*drag) for drag in DRAGS]
    moving = list(chain.from_iterable(moving for moving, _settling in drags))
    return {
        "95 of 100 frames under the finger": quantiles(moving, n=20)[-1],
        "worst frame under the finger": max(moving),
        "worst frame until all is drawn": max(chain.from_iterable(settling for _moving, settling in drags)),
    }


def _device_lines(browser: Browser, ours: Contestant) -> Iterator[Measure]:
    here = CITIES["Beijing"]
    with phone(browser, here, slowdown=1) as visit:
        visit.open(ours.url)
        visit.devtools.send("Network.emulateNetworkConditions", FULL_SPEED)
        asked = {"here": {"lng": here[0], "lat": here[1]}, "wanted": STATIONS, "times": TIMES}
        fast = visit.page.evaluate(DEVICE.read_text(), asked)
        visit.slow_down(SLOWDOWN)
        slow = visit.page.evaluate(DEVICE.read_text(), asked)
    for key in ("filter", "nearest"):
        name = f"{key} on the device, {slow['stations']:,} stations"
        yield _line(f"{name}, slowed down", slow[key], "ms", DEVICE_MS)
        yield _line(f"{name}, as fast as here", fast[key], "ms")


FULL_SPEED = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


def _rival_lines(one: Contestant, figures: Figures) -> Iterator[Measure]:
    for key, figure in figures.items():
        unit = "s" if key in KINDS and key not in UNITS else UNITS.get(key, "ms")
        yield _line(f"{one.name}: {key}", figure, unit)


def _line(name: str, figure: float, unit: str, goal: float | None = None, floor: float | None = None) -> Measure:
    return Measure(name, figure, unit, floor=floor, goal=goal)


def main() -> None:
    with stage() as scene, chromium() as browser:
        rivals = [Contestant("GeoJSON per pan", f"{scene.outside}/rectangle.html", "/rectangle.json")]
        missing = prepare_everything(scene)
        if missing:
            print(f"GeoJSON of everything with leaflet.markercluster is left out: {missing}")
        else:
            url = f"{scene.outside}/everything.html"
            rivals.append(Contestant("GeoJSON of everything", url, "/everything.json", loads=1))
        report("finder", list(measure(browser, Contestant("portal", f"{scene.portal}/", "/map/"), rivals)))


if __name__ == "__main__":
    main()
