"""Where the evidence of obligations comes from: apps above register what they can count.

A metric answers with rows, not with a figure: what an obligation counts, and the list that its link opens, are the same
rows, so that every number can be looked into.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet
from django.utils.functional import Promise

from partners.spans import Span


@dataclass(frozen=True)
class Question:
    """What is asked of a metric: of which stations on which days, and of what.

    `spans`: station ids with the days on which the agreement holds for them. `unit` and `partners` are the parties,
    for what happens at no station; no path where stations are named, at which alone it is to happen.
    """

    spans: tuple[tuple[int, Span], ...]
    days: Span
    detail: str = ""
    unit_path: str = ""
    partners: tuple[int, ...] = ()


Rows = Callable[[Question], QuerySet[Any]]
"""The rows that count."""
Details = Callable[[], Sequence[tuple[str, str]]]
"""What can be asked for in particular: `detail` and its words."""


@dataclass(frozen=True)
class Metric:
    """`day` and `quantity` are expressions on the rows; `page` is the list of the back office that shows them."""

    code: str
    title: str | Promise
    unit: str | Promise
    """What the quantity is of: cups, visits, sessions."""
    rows: Rows
    day: Any
    quantity: Any
    page: str
    details: Details
    needs_detail: bool = False


METRICS: dict[str, Metric] = {}


def register_metric(*metrics: Metric) -> None:
    """Called in the `ready()` of the app that owns the rows."""
    METRICS.update({metric.code: metric for metric in metrics})


SPANS = "unnest(%s::bigint[], %s::date[], %s::date[]) AS span(station, first, last)"


class WithinSpans(Func):
    """Whether the station and the day of a row are among the spans of a question: one statement however many."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, station: Any, day: Any, spans: Sequence[tuple[int, Span]]) -> None:
        super().__init__(station, day)
        self.spans = spans

    def as_sql(self, compiler: Any, _connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own are wider
        (station, of_station), (day, of_day) = (compiler.compile(one) for one in self.source_expressions)
        arrays = [
            [station for station, _span in self.spans],
            [one.first for _station, one in self.spans],
            [one.last for _station, one in self.spans],
        ]
        sql = (
            f"EXISTS (SELECT 1 FROM {SPANS} WHERE span.station = {station} AND {day} BETWEEN span.first AND span.last)"  # noqa: S608  # columns, as Django's compiler names them
        )
        return sql, [*arrays, *of_station, *of_day]


def of_stations(rows: QuerySet[Any], question: Question, *, station: str = "station_id", day: str = "date") -> Any:
    """The rows at the question's stations, on the days on which the agreement holds for each."""
    inside = rows.filter(**{f"{day}__range": question.days})
    return inside.filter(WithinSpans(F(station), F(day), question.spans))


def by_day(metric: Metric, question: Question) -> dict[date, int]:
    """How much on each day that had any. One query."""
    counted = (
        metric.rows(question)
        .order_by()
        .values(evidence_day=metric.day)
        .annotate(evidence_quantity=metric.quantity)
        .values_list("evidence_day", "evidence_quantity")
    )
    return {day: quantity for day, quantity in counted if quantity}
