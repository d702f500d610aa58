"""When people came: weekdays and parts of the day."""

from collections.abc import Sequence

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.choices import HourClass
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import Behind
from reports.sections.printing import Chart, Row, Table, printed, with_total
from reports.sums import TIMES

CLASSES = tuple(HourClass.values)


def _rows(asked: Asked) -> list[Row]:
    """A line for each weekday; None where nobody counted at all."""
    found = {(weekday, hours): count for weekday, hours, count in asked.of_period(TIMES)}
    nothing = 0 if asked.is_known["value"] else None
    return [
        {"weekday": weekday} | {hours: found.get((weekday, hours), nothing) for hours in CLASSES}
        for weekday in range(1, 8)
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("name", _("Weekday"), width=14),
        *(Column(hours, str(HourClass(hours).label), "integer", 12) for hours in CLASSES),
        Column("all", _("Total"), "integer", 12),
    ]
    sums = [row | {"all": _all(row)} for row in rows]
    lines = [printed(row, *CLASSES, "all") | _named(row["weekday"]) for row in sums]
    shown = [hours for hours in CLASSES if any(row[hours] for row in rows)]
    chart = Chart(
        "heat",
        _("Visits by weekday and part of the day"),
        [line["name"] for line in lines],
        [[row[hours] for hours in shown] for row in rows],
        [str(HourClass(hours).label) for hours in shown],
    )
    note = _("Where a day is counted as a whole, nobody knows at what time people came.")
    everything = with_total(lines, (*CLASSES, "all"))
    return Table("time", _("By weekday and time"), columns, everything, note, chart, BEHIND)


BEHIND = {hours: Behind("visits", "visits", only={"hours": hours}) for hours in CLASSES}
BEHIND |= {"all": Behind("visits", "visits")}


def _named(weekday: int) -> Row:
    return {"name": str(WEEKDAYS[weekday - 1]), "only": {"weekday": str(weekday)}}


def _all(row: Row) -> int | None:
    return None if row[CLASSES[0]] is None else sum(row[hours] for hours in CLASSES)


SECTION = Section("time", ("weekday",), _rows, _table, is_fixed=True)
