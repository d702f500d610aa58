"""The year of a target as a drawing: what is due and what was reached, drawn by the server so that it prints."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from partners.spans import DAY
from reports.targets.progress import Progress, year_of

WIDTH, HEIGHT = 650, 240
"""Of the drawing, in its own units; it is scaled to the page."""
TOP, BOTTOM = 34, 44
"""Room above for the axis' highest figure, below for the months."""


@dataclass(frozen=True)
class Tick:
    left: float
    month: int


@dataclass(frozen=True)
class TargetChart:
    progress: Progress
    due_line: str
    reached_line: str
    goal_height: float
    today: float | None
    ticks: list[Tick]
    highest: Decimal
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = HEIGHT - BOTTOM

    @property
    def label_line(self) -> int:
        return self.ground + 26

    @property
    def goal_label(self) -> float:
        return self.goal_height - 8


def chart_of(progress: Progress) -> TargetChart:
    first, last = year_of(progress.target)
    length = (last - first).days + 1
    known = [stage for stage in progress.stages if stage.reached is not None]
    highest = max([progress.target.goal, *(stage.reached for stage in known if stage.reached is not None)])

    def x(day: date) -> float:
        """Of the end of the day."""
        return round(WIDTH * ((day - first).days + 1) / length, 1)

    def y(value: Decimal) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - float(value / highest)), 1)

    begins = first - DAY
    due = [(x(begins), y(progress.due(begins))), *((x(stage.month.last), y(stage.due)) for stage in progress.stages)]
    reached = [] if progress.metric.whole and not progress.metric.is_state else [(x(begins), y(_begin(progress)))]
    for stage in known:
        assert stage.reached is not None
        reached.append((x(min(stage.month.last, progress.today)), y(stage.reached)))
    return TargetChart(
        progress,
        _points(due),
        _points(reached),
        y(progress.target.goal),
        x(progress.today) if first <= progress.today <= last else None,
        [Tick(x(stage.month.first - DAY), stage.month.number) for stage in progress.stages],
        highest,
    )


def _begin(progress: Progress) -> Decimal:
    """How it stood before the year."""
    before = progress.measured.get(progress.stages[0].month.plus(-1), (0, 0))
    return progress.metric.value(*before) or Decimal(0)


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{left},{top}" for left, top in points)
