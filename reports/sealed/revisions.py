"""What a revision changes against the one before it: cell by cell, with who corrected it and why."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from reports.figures import row_key
from reports.models import MonthReport
from reports.sealed.comparable import comparable
from reports.sealed.correctors import Correctors
from reports.sealed.differences import changes_between

Row = dict[str, Any]
MOST_NAMED = 3
"""Of those who corrected what a cell is made of."""


def changes_of(report: MonthReport, rows: Sequence[Row]) -> list[Row]:
    """What these rows change against the revision before; nothing for the first. `by`: the ids of who corrected it.

    Compared is what both revisions could hold: what an upgrade of the program adds is no correction. Of many who
    corrected what a sum is made of, a few are named and the `others` counted.
    """
    if report.revision == 1:
        return []
    earlier = MonthReport.objects.select_related("unit").filter(unit=report.unit_id, month=report.month)
    before = earlier.get(revision=report.revision - 1)
    changes = changes_between(*comparable(before.rows, rows), row_key)
    correctors = Correctors(before)
    return [asdict(change) | {"key": list(change.key)} | _said_by(correctors.of(change)) for change in changes]


def _said_by(people: Sequence[int]) -> Row:
    return {"by": people[:MOST_NAMED], "others": len(people[MOST_NAMED:])}


def refuse_unless_revised(report: MonthReport, changes: Sequence[Row]) -> None:
    """A revision differs in what both it and the one before could hold."""
    if report.revision > 1 and not changes:
        values = {"unit": report.unit, "revision": report.revision - 1}
        raise Refused(_("Nothing of %(unit)s differs from revision %(revision)d yet: correct it first.") % values)
