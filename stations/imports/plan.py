"""What entering a file would do: read, compare, and change nothing."""

from datetime import date

from django.utils import timezone

from harbor_portal.lib.bulk import collector_paused
from harbor_portal.lib.tables import Unreadable, left_out, read_tables
from stations.imports.kinds import Asking, ListKind, Plan, Tell
from stations.imports.sheets import Notes, read_rows
from stations.models import User


@collector_paused()
def read_plan(
    kind: ListKind,
    data: bytes,
    by: User,
    today: date | None = None,
    *,
    is_to_last: bool = False,
    tell: Tell = lambda _done, _of: None,
    reason: str = "",
) -> Plan:
    """The plan for the bytes of an xlsx or csv file, for a person's scope. A constant number of queries, no write.

    `is_to_last`: what it speaks of is held until the end of the transaction, so that it still holds when it is entered.
    """
    today = today or timezone.localdate()
    notes = Notes(tells_values=not kind.is_sealed)
    plan = Plan(today=today)
    try:
        rows = read_rows(read_tables(data, kind.most_rows), notes, kind.columns(), kind.readers())
        for sentence in left_out(data):
            notes.add("warning", sentence)
    except Unreadable as error:
        notes.add("error", str(error))
        rows = []
    if rows:
        plan = kind.compare(rows, notes, Asking(by, today, is_to_last, tell, reason))
    plan.problems = sorted(notes.problems, key=lambda problem: (problem.severity, problem.sheet, problem.row))
    return plan
