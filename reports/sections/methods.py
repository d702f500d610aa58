"""How it was counted: figures of different methods differ five-fold, and are told apart."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import Behind, in_spans
from reports.sections.counted import counted, counted_since_january, known
from reports.sections.printing import NONE, Row, Table, printed, span_columns
from services.choices import Method

YEARS = {"year": "value", "year_before": "last_year"}
"""The columns of what was counted since January, by the span of which they are."""


def _rows(asked: Asked) -> list[Row]:
    found, beside = counted(asked, "method"), counted(asked, "method", is_counted=False)
    years = {key: counted_since_january(asked, "method", when) for key, when in YEARS.items()}
    return [
        {"method": str(method)}
        | known(found.get(method, {}), asked)
        | {key: None if year is None else year.get(method, 0) for key, year in years.items()}
        | {"beside": beside.get(method, {}).get("value")}
        for method in Method.values
    ]


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("method", _("Counting method"), width=20),
        *span_columns(figures.spans),
        Column("year", _("Since January"), "integer", 14),
        Column("year_before", _("Since January last year"), "integer", 14),
        Column("beside", _("Recorded beside, not added"), "integer", 18),
    ]
    lines: list[Row] = [
        dict.fromkeys(YEARS, NONE)
        | printed(row, *YEARS, "beside")
        | {"method": str(Method(row["method"]).label), "only": {"method": row["method"]}}
        for row in rows
    ]
    total = {"method": _("Total"), "rank": "total", "only": {}, "beside": NONE}
    of_the_year = figures.measures.get("visits_year", {})
    sums = {when: figures.total[when] for when in WHEN} | {key: of_the_year.get(when) for key, when in YEARS.items()}
    total |= printed(sums, *YEARS)
    note = _(
        "Each day is counted by one method. What other methods recorded on that day is the same people counted again: "
        "it stands beside the figure and is never added. Figures of different methods are hard to compare."
    )
    behind = in_spans("visits", "visits") | {year: Behind("visits", "visits", year) for year in YEARS}
    behind |= {"beside": Behind("visits", "beside")}
    return Table("method", _("By counting method"), columns, [*lines, total], note, behind=behind)


SECTION = Section("method", ("method",), _rows, _table, is_fixed=True)
