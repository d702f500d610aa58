"""Thirteen months, so that the same month of the year before stands beside this one."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.periods import Period
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import CHANGES, PER_DAY, Behind, Known, measured
from reports.sections.breakdown import per_day
from reports.sections.printing import Chart, Row, Table, change, printed
from reports.sums import BY_MONTH

MONTHS = 13
FIGURES = ("stations", "visits", "days_opened", "days_recorded")


def _rows(asked: Asked) -> list[Row]:
    last = asked.period.last
    months = [last.plus(-back) for back in reversed(range(max(MONTHS, asked.period.length)))]
    found = asked.summed(BY_MONTH, [Period.of(month) for month in months])
    return [_row(month, found[Period.of(month)]) for month in months]


def _row(month: Month, found: Any) -> Row:
    keys = dict(zip(FIGURES, ("stations", "sum_visits", "sum_days_opened", "sum_days_recorded"), strict=True))
    return {"month": str(month)} | {key: found[name] if found else None for key, name in keys.items()}


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("month", _("Month"), width=12),
        Column("stations", _("Stations at the end"), "integer", 12),
        Column("visits", _("Visits"), "integer", 12),
        Column("change", _("Against the previous month"), "percent", 14),
        Column("days_opened", _("Days opened"), "integer", 12),
        Column("days_recorded", _("Days recorded"), "integer", 12),
        Column("per_day", _("Visits per station and open day"), "decimal", 14),
    ]
    before = [None, *(row["visits"] for row in rows)]
    lines = [
        printed(row, *FIGURES)
        | {"change": change(row["visits"], last), "per_day": per_day(row["visits"], row["days_opened"])}
        | {"only": {"month": row["month"]}}
        for row, last in zip(rows, before, strict=False)
    ]
    chart = Chart("columns", _("Visits by month"), [row["month"] for row in rows], [row["visits"] for row in rows])
    return Table("trend", _("Thirteen months"), columns, lines, chart=chart, behind=BEHIND)


BEHIND: Known = {
    "stations": Behind("stations", "end"),
    "visits": Behind("visits", "visits"),
    **measured("days", ("days_opened", "days_recorded")),
    "change": CHANGES["change_previous"],
    "per_day": PER_DAY,
}


SECTION = Section("trend", ("month",), _rows, _table)
