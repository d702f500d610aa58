"""By unit right below the one that reports, and by the organisations that run the stations."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.breakdown import (
    BEHIND,
    breakdown,
    breakdown_columns,
    breakdown_line,
    breakdown_total,
    ranked,
)
from reports.sections.printing import NONE, Chart, Row, Table
from reports.sections.returns import returns, told_return
from stations.models import Unit

OWN = "own"
"""The stations of the unit itself, which no unit below it runs or supervises."""


def _unit_rows(asked: Asked) -> list[Row]:
    """A division has no units that report."""
    unit = asked.subject.unit
    if unit is None:
        return []
    sums = breakdown(asked)["unit"]
    rows: list[Row] = [
        {"unit": one.unit.code, "name": one.unit.name, "state": one.state, "in_time": one.in_time} | sums[path]
        for path, one in returns(asked).items()
    ]
    if unit.path in sums:
        rows.append({"unit": OWN, "name": unit.name, "state": "", "in_time": None} | sums[unit.path])
    return sorted(rows, key=lambda row: (row["unit"] == OWN, row["unit"]))


def _unit_table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = ranked([breakdown_line(row, figures) for row in rows])
    lines = [
        line
        | {
            # Reports that were frozen before it was noted say nothing of being in time.
            "state_name": told_return(None if line["unit"] == OWN else line["state"], in_time=line.get("in_time")),
            "name": _("%(unit)s itself") % {"unit": line["name"]} if line["unit"] == OWN else line["name"],
            "unit": NONE if line["unit"] == OWN else line["unit"],
            "only": {"unit": line["unit"]},
        }
        for line in lines
    ]
    columns = [
        Column("name", _("Unit"), width=22),
        Column("unit", _("Unit code"), width=11),
        Column("state_name", _("Return"), width=16),
        *breakdown_columns(figures),
        Column("place", _("Rank"), "integer", 8),
    ]
    chart = Chart("bars", _("Visits by unit"), [line["name"] for line in lines], [row["value"] for row in rows])
    total = {"name": _("Total"), "place": NONE} | breakdown_total(figures)
    note = _(
        "A station counts for the unit that supervises it, or else for the one that operates it. Ranked by visits per"
        " station and open day."
    )
    return Table("unit", _("By unit"), columns, [*lines, total], note, chart, BEHIND)


def _operator_rows(asked: Asked) -> list[Row]:
    sums = breakdown(asked)["operator"]
    names = dict(Unit.objects.filter(path__in=sums).values_list("path", "code"))
    titles = dict(Unit.objects.filter(path__in=sums).values_list("path", "name"))
    rows = [{"operator": names.get(path, ""), "name": titles.get(path, NONE)} | row for path, row in sums.items()]
    return sorted(rows, key=lambda row: (not row["operator"], row["operator"]))


def _operator_table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = ranked([breakdown_line(row, figures) | {"only": {"operator": row["operator"]}} for row in rows])
    lines = [
        line if line["operator"] else line | {"name": _("No operator entered"), "operator": NONE} for line in lines
    ]
    columns = [
        Column("name", _("Organisation"), width=24),
        Column("operator", _("Unit code"), width=14),
        *breakdown_columns(figures),
        Column("place", _("Rank"), "integer", 8),
    ]
    total = {"name": _("Total"), "place": NONE} | breakdown_total(figures)
    note = _("The organisation at whose head the unit that runs a station stands. Each station is counted once.")
    return Table("operator", _("By operating organisation"), columns, [*lines, total], note, behind=BEHIND)


UNITS = Section("unit", ("unit",), _unit_rows, _unit_table)
OPERATORS = Section("operator", ("operator",), _operator_rows, _operator_table)
