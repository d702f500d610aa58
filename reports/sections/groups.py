"""Who came: the worker groups, by their three classes."""

from collections.abc import Sequence
from itertools import chain

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import SHARE, in_spans
from reports.sections.counted import counted, known
from reports.sections.printing import Row, Table, printed, share, span_columns, sum_known
from services.choices import GroupClass, WorkerGroup, group_class


def _rows(asked: Asked) -> list[Row]:
    found = counted(asked, "group")
    return [{"group": str(group)} | known(found.get(group, {}), asked) for group in WorkerGroup.values]


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("class", _("Class"), width=18),
        Column("group", _("Group"), width=28),
        *span_columns(figures.spans),
        Column("share", _("Share"), "percent", 10),
    ]
    total = figures.total["value"]
    lines = chain.from_iterable(_of_class(each, rows, total) for each in GroupClass)
    everything: Row = {"class": _("Total"), "rank": "total", "only": {}, "share": share(total, total)}
    everything |= printed({when: figures.total[when] for when in WHEN})
    behind = in_spans("visits", "visits") | {"share": SHARE}
    return Table("group", _("By group"), columns, [*lines, everything], behind=behind)


def _of_class(of: GroupClass, rows: Sequence[Row], total: int | None) -> list[Row]:
    mine = [row for row in rows if group_class(WorkerGroup(row["group"])) == of]
    lines: list[Row] = [
        printed(row)
        | {
            "class": str(of.label),
            "group": str(WorkerGroup(row["group"]).label),
            "share": share(row["value"], total),
            "only": {"group": row["group"]},
        }
        for row in mine
    ]
    if len(mine) == 1:
        return lines
    sums = {when: sum_known(row[when] for row in mine) for when in WHEN}
    subtotal = {
        "class": str(of.label),
        "group": _("Subtotal"),
        "rank": "subtotal",
        "only": {"class": str(of)},
        "share": share(sums["value"], total),
    }
    return [*lines, subtotal | printed(sums)]


SECTION = Section("group", ("group",), _rows, _table, is_fixed=True)
