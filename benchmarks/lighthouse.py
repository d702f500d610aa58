"""What Lighthouse says of the public pages over 200,000 stations: four marks a page, on its simulated phone.

Lighthouse comes from npm, at this version, into var/bench/lighthouse; without Node or the network it is left out. A
mark is the median of three runs, since that for performance moves with whatever else the machine does.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.browser.phone import ARGUMENTS, CHROMIUM
from benchmarks.browser.stage import Stage, stage
from benchmarks.measure import Measure, report

PACKAGE = "lighthouse@12.8.2"
"""The newest for Node 20."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 95
RUNS = 3
TRIES = 2
LONGEST = 120


def measure(scene: Stage, program: Path, folder: Path) -> Iterator[Measure]:
    """A line for each page and category; what keeps a mark down is told below it."""
    for path in ("/", _station_path(), "/stations/"):
        runs = [_run(program, f"{scene.portal}{path}", folder / "report.json") for _ in range(RUNS)]
        for category in CATEGORIES:
            marks = [run["categories"][category]["score"] * 100 for run in runs]
            yield Measure(f"{path} {category}", median(marks), "", goal=GOAL, more_is_better=True)
        for sentence in _shortcomings(runs[-1]):
            print(f"  {path}: {sentence}", flush=True)


def _station_path() -> str:
    """Imports wait for Django's set-up."""
    from stations.models import StationCard

    card = StationCard.objects.filter(station__schedule__isnull=False).order_by("code").first()
    assert card is not None
    return f"/s/{card.code}/"


def _run(program: Path, url: str, to: Path) -> dict[str, Any]:
    flags = " ".join(["--headless=new", *(flag for flag in ARGUMENTS if " " not in flag)])
    options = [f"--only-categories={','.join(CATEGORIES)}", "--form-factor=mobile", "--locale=en", "--quiet"]
    words = [str(program), url, *options, f"--chrome-flags={flags}", "--output=json", f"--output-path={to}"]
    environment = {"CHROME_PATH": str(CHROMIUM), "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(to.parent)}
    for tries_left in reversed(range(TRIES)):  # now and then it loses its browser, and says nothing of the page
        done = subprocess.run(words, env=environment, check=not tries_left, capture_output=True, timeout=LONGEST)
        if not done.returncode:
            break
    found: dict[str, Any] = json.loads(to.read_bytes())
    return found


def _shortcomings(run: dict[str, Any]) -> Iterator[str]:
    """The audits that take marks away, with what they say."""
    for category in CATEGORIES:
        for reference in run["categories"][category]["auditRefs"]:
            audit = run["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{category}: {audit['title']} {audit.get('displayValue', '')}".rstrip()


def _install(folder: Path) -> str:
    """Have Lighthouse in `folder`; a sentence when it cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    if CHROMIUM is None:
        return "Chromium is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    folders = ["--cache", str(folder / "npm-cache"), "--prefix", str(folder)]
    words = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", *folders, PACKAGE]
    done = subprocess.run(words, capture_output=True, check=False)
    return f"npm could not fetch {PACKAGE}" if done.returncode else ""


def main() -> None:
    with stage() as scene:
        folder = scene.files.parent / "lighthouse"
        missing = _install(folder)
        if missing:
            print(f"Lighthouse is left out: {missing}")
            return
        report("lighthouse", list(measure(scene, folder / "node_modules" / ".bin" / "lighthouse", folder)))


if __name__ == "__main__":
    main()
