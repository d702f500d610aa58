"""The month report on paper: A4, to be signed, filed and handed upward."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from harbor_portal.lib.typeset import typeset
from reports.charts import is_drawn, svg
from reports.figures import MonthFigures
from reports.papers.overview import key_figures
from reports.sections.printing import NONE, Row, Table, is_figure, told
from reports.sections.sources import rolled_up_at
from reports.tables import month_tables

TEMPLATE = Path(__file__).with_name("month.typ")
MOST_LINES = 1500
"""Of one table: some forty sheets, which somebody may still leaf through. What is longer is in the files."""
UPRIGHT_COLUMNS = 8
"""A table with more of them lies on its side."""


def month_pdf(figures: MonthFigures) -> bytes:
    return typeset(TEMPLATE, [paper_of(figures)])


def paper_of(figures: MonthFigures) -> dict[str, Any]:
    """What the template prints; every text is ready, in the reader's language."""
    tables = [_section(table) for table in month_tables(figures)]
    source, report = figures.source, figures.report
    digest = report.digest if report else ""
    state = report.state_text if report else _("Not submitted")
    return {
        "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "title": _("Monthly report of rest stations for outdoor workers"),
        "unit": source["name"],
        "path": " / ".join(source["path"]),
        "month": _month(figures),
        "state": state,
        "is_draft": figures.is_draft,
        "draft": _("Draft"),
        "revision": _("Revision %(number)d") % {"number": report.revision} if report else NONE,
        "digest": digest,
        "facts": [
            [_("Reporting unit"), source["name"]],
            [_("Period"), _month(figures)],
            [_("State of the report"), state],
            [_("Figures of"), rolled_up_at(figures) or NONE],
        ],
        "words": {
            "page": _("Page {page} of {pages}"),
            "hash": _("SHA-256"),
            "no_hash": _("A draft carries no hash"),
            "empty": _("Nothing on record."),
        },
        "key": key_figures(figures),
        "sections": tables,
    }


def _month(figures: MonthFigures) -> str:
    ends = dict.fromkeys((figures.period.first, figures.period.last))
    return " – ".join(date_format(month.first, "YEAR_MONTH_FORMAT") for month in ends)


def _section(table: Table) -> dict[str, Any]:
    columns = [column for column in table.columns if column.on_paper]
    rows, lines = _printed(table.rows)
    notes = [table.note] if table.note else []
    if lines > MOST_LINES:
        notes.append(_left_out(lines))
    chart = table.chart
    return {
        "key": table.key,
        "title": table.title,
        "notes": notes,
        "columns": [
            {"title": column.title, "width": column.width, "is_figure": is_figure(column)} for column in columns
        ],
        "rows": [_line(row, columns) for row in rows],
        "lies": len(columns) > UPRIGHT_COLUMNS,
        "chart": svg(chart) if chart and is_drawn(chart) else "",
        "chart_title": chart.title if chart else "",
    }


def _printed(rows: Iterable[Row]) -> tuple[list[Row], int]:
    """The first lines and the last, which is the total, and how many there are; never all of them at once."""
    some, last, count = [], None, 0
    for count, last in enumerate(rows, 1):  # both are wanted after the last one
        if count < MOST_LINES:
            some.append(last)
    return some if last is None or count < MOST_LINES else [*some, last], count


def _left_out(lines: int) -> str:
    return _("Of %(all)s lines the first %(shown)s are printed here; the xlsx holds all of them.") % {
        "all": f"{lines - 1:,}",
        "shown": f"{MOST_LINES - 1:,}",
    }


def _line(row: Row, columns: Any) -> dict[str, Any]:
    return {"cells": [told(column, row.get(column.key)) for column in columns], "rank": str(row.get("rank", ""))}
