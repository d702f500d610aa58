"""Working out stars: what each item of a rubric found, the points that it brings, and what a veto leaves of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.metrics import CENT
from reports.models import Rubric, RubricItem
from reports.stars.inputs import SOURCES, Found, Question

NOTHING, ALL = Decimal(0), Decimal(1)
LEAST_KNOWN = 50
"""Of a hundred points so many are to apply to a station; of one of which less is known nobody can say a star."""
CHUNK = 2000

Line = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """`points` of a hundred; nothing where too little is known."""

    points: Decimal | None
    star: int | None
    lines: list[Line]


def judge(rubric: Rubric, stations: Iterable[int], first: date, last: date) -> dict[int, Judged]:
    """By station. A constant number of queries for each two thousand stations."""
    items, ids = list(rubric.items.order_by("order", "pk")), sorted(stations)
    found: dict[int, Judged] = {}
    for begin in range(0, len(ids), CHUNK):
        some = ids[begin : begin + CHUNK]
        figures = _figures(items, some, first, last)
        for station in some:
            lines = [line_of(item, figures[item.source, item.detail].get(station)) for item in items]
            found[station] = _judged(rubric, lines)
    return found


def _figures(
    items: Sequence[RubricItem], stations: Sequence[int], first: date, last: date
) -> dict[tuple[str, str], Found]:
    """Each figure once, however many items ask for it."""
    asked = {(item.source, item.detail) for item in items}
    return {
        (source, detail): SOURCES[source].measure(Question(stations, first, last, detail)) if source in SOURCES else {}
        for source, detail in asked
    }


def line_of(item: RubricItem, found: tuple[int, int] | None) -> Line:
    """What stands on the page of why; figures as text, so that they stay what they were."""
    line: Line = {
        "name": item.name,
        "name_en": item.name_en,
        "source": item.source,
        "detail": item.detail,
        "weight": item.weight,
        "full_at": str(item.full_at),
        "zero_at": str(item.zero_at),
        "veto_at": None if item.veto_at is None else str(item.veto_at),
        "veto_star": item.veto_star,
        "part": None,
        "whole": None,
        "value": None,
        "points": None,
        "is_vetoed": False,
    }
    if found is None:
        return line
    value = SOURCES[item.source].value(*found)
    return line | {
        "part": found[0],
        "whole": found[1],
        "value": str(value),
        "points": str((item.weight * share_of(item, value)).quantize(CENT)),
        "is_vetoed": is_vetoed(item, value),
    }


def share_of(item: RubricItem, value: Decimal) -> Decimal:
    """Of its points: from none at `zero_at` in proportion to all at `full_at`."""
    share = (value - item.zero_at) / (item.full_at - item.zero_at)
    return min(max(share, NOTHING), ALL)


def is_vetoed(item: RubricItem, value: Decimal) -> bool:
    if item.veto_at is None:
        return False
    return value < item.veto_at if item.full_at > item.zero_at else value > item.veto_at


def _judged(rubric: Rubric, lines: list[Line]) -> Judged:
    known = sum(line["weight"] for line in lines if line["points"] is not None)
    weights = sum(line["weight"] for line in lines)
    if not weights or 100 * known < LEAST_KNOWN * weights:
        return Judged(None, None, lines)
    reached = sum((Decimal(line["points"]) for line in lines if line["points"] is not None), NOTHING)
    points = (100 * reached / known).quantize(CENT)
    most = min((line["veto_star"] for line in lines if line["is_vetoed"]), default=len(rubric.limits))
    return Judged(points, min(rubric.star_of(points), most), lines)
