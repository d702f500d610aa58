"""The pace of an obligation as a drawing: what was due and what was done, drawn by the server so that it prints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from partners.pace import Pace, Step, months
from partners.spans import DAY

WIDTH, HEIGHT = 650, 220
"""Of the drawing, in its own units; it is scaled to the page."""
TOP, BOTTOM = 30, 40
"""Room above for the axis' highest figure, below for the days."""
MOST_TICKS = 12
SMALL = 3
"""On a phone every third day is named."""


@dataclass(frozen=True)
class Tick:
    left: float
    day: date
    is_minor: bool
    """Left out where the drawing is small."""


@dataclass(frozen=True)
class Row:
    """A line of the table behind the drawing; `url` leads to exactly the rows that make `done`."""

    step: Step
    url: str


@dataclass(frozen=True)
class Earlier:
    """A year that is over, as it ended."""

    pace: Pace
    url: str


@dataclass(frozen=True)
class Chart:
    pace: Pace
    due_line: str
    done_line: str
    ticks: list[Tick]
    today: float | None
    highest: int
    rows: list[Row]
    earlier: list[Earlier]
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    ground: int = HEIGHT - BOTTOM

    @property
    def scale_line(self) -> int:
        return self.top - 8

    @property
    def day_line(self) -> int:
        return self.ground + 22


def chart_of(pace: Pace, url: Callable[[date, date], str]) -> Chart:
    """`url` of the evidence from a day to a day; blank where nobody may look into it."""
    highest = max(pace.due, pace.done, 1)
    first, last = pace.window
    length = max((last - first).days + 1, 1)

    def x(day: date) -> float:
        """Of the end of the day."""
        return round(WIDTH * ((day - first).days + 1) / length, 1)

    def y(count: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / highest), 1)

    due = [(0.0, y(0)), *((x(step.days.last), y(step.due_so_far)) for step in pace.steps)]
    done, level = [(0.0, y(0))], 0
    for day, count in pace.line():
        done += [(x(day - DAY), y(level)), (x(day), y(count))]
        level = count
    if pace.has_begun:
        done.append((x(min(pace.today, last)), y(level)))
    return Chart(
        pace=pace,
        due_line=_points(due),
        done_line=_points(done),
        ticks=_ticks(pace, x),
        today=x(pace.today) if first <= pace.today <= last else None,
        highest=highest,
        rows=[Row(step, url(step.days.first, step.days.last)) for step in pace.steps],
        earlier=[Earlier(one, url(*one.window)) for one in pace.earlier],
    )


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{left},{top}" for left, top in points)


def _ticks(pace: Pace, x: Callable[[date], float]) -> list[Tick]:
    """The beginnings of months; of a short time, its weeks."""
    parts = [part.first for part in months(pace.window)]
    if len(parts) < 3:
        days = (pace.window.last - pace.window.first).days + 1
        parts = [pace.window.first + number * DAY for number in range(0, days, 7)]
    every = -(-len(parts) // MOST_TICKS)
    return [Tick(x(day - DAY), day, is_minor=number % SMALL > 0) for number, day in enumerate(parts[::every])]
