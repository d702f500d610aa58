"""What a benchmark found: one line per measure, and the same as JSON in benchmarks/results/."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Measure:
    """One figure, beside the least that the machine needs for the same work (`floor`) and what we want (`goal`).

    The goal bounds `median`, or `median / floor` with `goal_is_ratio`; from above, or from below with
    `more_is_better`. Without a goal the figure is only told.
    """

    name: str
    median: float
    unit: str
    floor: float | None = None
    goal: float | None = None
    goal_is_ratio: bool = False
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        return self.median / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        figure = self.ratio if self.goal_is_ratio else self.median
        if self.goal is None or figure is None:
            return "-"
        return "ok" if (figure >= self.goal if self.more_is_better else figure <= self.goal) else "short"

    def line(self) -> str:
        goal = "-" if self.goal is None else f"{'≥' if self.more_is_better else '≤'} {self.goal:g}"
        return (
            f"{self.name:<52} {self.median:>10.4g} {self.unit:<6} floor {_figure(self.floor):>8} "
            f"ratio {_figure(self.ratio):>7} goal {goal:>9}{'×' if self.goal_is_ratio else ' '} {self.verdict}"
        )


def report(topic: str, measures: list[Measure]) -> None:
    """Print the lines and write results/<topic>.json."""
    for measure in measures:
        print(measure.line(), flush=True)
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(measure) | {"ratio": measure.ratio, "verdict": measure.verdict} for measure in measures]
    (RESULTS / f"{topic}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def median_seconds(work: Callable[[], object], repeat: int = 5) -> float:
    """The median of `repeat` runs, in seconds of the wall clock."""
    return statistics.median(seconds(work) for _ in range(repeat))


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
