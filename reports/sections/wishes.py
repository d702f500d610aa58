"""Small wishes, by kind: how many took each step in the month. Nothing of a family is known here."""

from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import measured
from reports.sections.happened import wishes
from reports.sections.printing import Row, Table, with_total
from services.wish_choices import WishKind, WishState
from services.wish_querysets import STEPS, took

FIGURES = tuple(str(step) for step in STEPS)


def _rows(asked: Asked) -> list[Row]:
    sums = {step: Count("pk", filter=took(step)) for step in FIGURES}
    found = {row["kind"]: row for row in wishes(asked).values("kind").annotate(**sums)}
    return [
        {"kind": str(kind)} | {step: found[kind][step] for step in FIGURES} for kind in WishKind.values if kind in found
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = [row | {"name": str(WishKind(row["kind"]).label), "only": {"kind": row["kind"]}} for row in rows]
    columns = [
        Column("name", _("Kind of wish"), width=20),
        *(Column(step, str(WishState(step).label), "integer", 16) for step in FIGURES),
    ]
    note = _(
        "Each step in the month in which it was taken, so that one wish may stand in several months. A wish counts for"
        " the unit that nominated it; in the report of a division, where it was made. Approved are those not withdrawn"
        " since."
    )
    return Table(
        "wish", _("Small wishes"), columns, with_total(lines, FIGURES), note, behind=measured("wishes", FIGURES)
    )


SECTION = Section("wish", ("kind",), _rows, _table)
