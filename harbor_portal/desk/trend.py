"""The visits of thirteen months as bars: drawn by the server, so that it needs no script and prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harbor_portal.lib.months import Month

WIDTH, HEIGHT = 650, 240
"""Of the drawing, in its own units; it is scaled to the page."""
TOP, BOTTOM = 30, 60
"""Room above for the axis' highest figure, below for the months and years."""
ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
"""Tenths of a power of ten: the figures at which an axis may end."""
GAP = 0.3
"""Of a month's width."""


@dataclass(frozen=True)
class TrendMonth:
    month: Month
    visits: int | None
    url: str
    left: float
    top: float
    width: float
    height: float
    is_running: bool
    names_year: bool
    """The first one and each January."""

    @property
    def visits_shown(self) -> str:
        return figure(self.visits)

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 1)


@dataclass(frozen=True)
class Trend:
    months: list[TrendMonth]
    highest: int
    """The figure at the top of the axis."""
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    ground: int = HEIGHT - BOTTOM

    @property
    def has_figures(self) -> bool:
        return any(month.visits is not None for month in self.months)

    @property
    def newest_first(self) -> list[TrendMonth]:
        return self.months[::-1]

    @property
    def highest_shown(self) -> str:
        return figure(self.highest)

    @property
    def scale_line(self) -> int:
        return self.top - 6

    @property
    def month_line(self) -> int:
        return self.ground + 22

    @property
    def year_line(self) -> int:
        return self.height - 8


def trend_of(visits: Mapping[str, int | None], urls: Sequence[str]) -> Trend:
    """`visits` by month ("2026-11") in order, the running one last; None where nothing was recorded."""
    highest = round_up(max((count or 0 for count in visits.values()), default=0))
    step = WIDTH / len(visits)
    room = HEIGHT - TOP - BOTTOM
    months = []
    for number, ((key, count), url) in enumerate(zip(visits.items(), urls, strict=True)):
        height = room * (count or 0) / highest
        months.append(
            TrendMonth(
                month=Month.parse(key),
                visits=count,
                url=url,
                left=round(step * (number + GAP / 2), 1),
                top=round(TOP + room - height, 1),
                width=round(step * (1 - GAP), 1),
                height=round(height, 1),
                is_running=number == len(visits) - 1,
                names_year=number == 0 or key.endswith("-01"),
            )
        )
    return Trend(months, highest)


def figure(number: int | None) -> str:
    """As people read it; a dash where there is nothing to tell, which is not 0."""
    return "—" if number is None else f"{number:,}"


def round_up(number: int) -> int:
    """To the next figure at which an axis may end."""
    power = int(10 ** (len(str(number)) - 1))
    return next(step * power // 10 for step in ROUND if step * power >= number * 10)
