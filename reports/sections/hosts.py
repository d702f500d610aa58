"""By the kind of host: each station has one, so the lines add up."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.breakdown import BEHIND, breakdown, breakdown_columns, breakdown_line, breakdown_total
from reports.sections.printing import Row, Table
from stations.choices import HostKind


def _rows(asked: Asked) -> list[Row]:
    sums = breakdown(asked)["host"]
    return [{"host": kind} | sums[kind] for kind in HostKind.values if kind in sums]


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = [
        breakdown_line(row, figures) | {"name": str(HostKind(row["host"]).label), "only": {"host": row["host"]}}
        for row in rows
    ]
    columns = [Column("name", _("Kind of host"), width=24), *breakdown_columns(figures)]
    total = {"name": _("Total")} | breakdown_total(figures)
    note = _("The kind that the station has now. Each station is counted once.")
    return Table("host", _("By kind of host"), columns, [*lines, total], note, behind=BEHIND)


SECTION = Section("host", ("host",), _rows, _table)
