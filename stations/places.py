"""Where a station belongs: the division that people name, and the union that looks after it."""

from stations.choices import UnitKind
from stations.models import Division, Unit


def lineage(division: Division) -> list[str]:
    """The codes of the division and of those above it, nearest first: 370102 → 370102, 370100, 370000."""
    code = division.code
    codes = [code, code[:6], f"{code[:4]}00", f"{code[:2]}0000"]
    return list(dict.fromkeys(codes))


def supervisor_for(division: Division) -> Unit | None:
    """The union unit of the division, or else of the nearest division above it; None when there is none.

    Where several stand in one division, the highest in the tree, then the first in tree order.
    """
    codes = lineage(division)
    unions = Unit.objects.filter(kind=UnitKind.UNION, division__in=codes)
    return min(unions, key=lambda unit: (codes.index(unit.division_id), unit.depth, unit.path), default=None)
