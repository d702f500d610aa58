"""What came in, was given out and was thrown away, by item."""

from collections.abc import Sequence

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from harbor_portal.lib.languages import in_language
from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import measured
from reports.sections.happened import supplies
from reports.sections.printing import Row, Table
from services.choices import BY_HAND, SupplyMove

MOVES = tuple(str(move) for move in BY_HAND)


def _rows(asked: Asked) -> list[Row]:
    sums = {move: Sum("quantity", filter=Q(kind=move), default=0) for move in MOVES}
    item = ("item__code", "item__name", "item__name_en", "item__unit", "item__unit_en")
    found = supplies(asked).filter(kind__in=MOVES).values(*item).annotate(**sums).order_by("item__order", "item__code")
    return [
        {key.removeprefix("item__"): row[key] for key in item} | {move: row[move] for move in MOVES} for row in found
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = [
        row
        | {"shown": in_language(row["name"], row["name_en"]), "counted_in": in_language(row["unit"], row["unit_en"])}
        | {"only": {"item": row["code"]}}
        for row in rows
    ]
    columns = [
        Column("shown", _("Supply"), width=24),
        Column("counted_in", _("Counted in"), width=12),
        *(Column(move, str(SupplyMove(move).label), "integer", 14) for move in MOVES),
    ]
    note = _("Pieces of different things are not added up.")
    return Table("supply", _("Supplies"), columns, lines, note, behind=measured("supplies", MOVES))


SECTION = Section("supply", ("code",), _rows, _table)
