"""What an import would do: read, compare, and change nothing."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import collector_paused
from harbor_portal.lib.errors import Problem
from harbor_portal.lib.tables import Unreadable, left_out, read_tables
from stations.imports.duplicates import check_duplicates
from stations.imports.known import Known, load_known
from stations.imports.sheets import Notes, Row, read_rows
from stations.imports.targets import Target, target_of
from stations.models import User


@dataclass
class Plan:
    """The problems of a file and, if none of them is an error, what entering it would do."""

    problems: list[Problem] = field(default_factory=list)
    creates: list[Target] = field(default_factory=list)
    updates: list[Target] = field(default_factory=list)
    unchanged: int = 0
    today: date = date.min

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]

    @property
    def may_be_applied(self) -> bool:
        return not self.errors

    @property
    def changes_something(self) -> bool:
        return bool(self.creates or self.updates)


@collector_paused()
def read_plan(data: bytes, by: User, today: date | None = None, *, is_to_last: bool = False) -> Plan:
    """The plan for the bytes of an xlsx or csv file, for a person's scope. A constant number of queries, no write.

    `is_to_last`: the stations that it speaks of are held until the end of the transaction, so that it still holds when
    it is entered.
    """
    today = today or timezone.localdate()
    notes = Notes()
    try:
        rows = read_rows(read_tables(data), notes)
        for sentence in left_out(data):
            notes.add("warning", sentence)
    except Unreadable as error:
        notes.add("error", str(error))
        return Plan(notes.problems, today=today)
    if not rows:
        return Plan(notes.problems, today=today)
    known = load_known(rows, by, today, is_to_last=is_to_last)
    targets = [target for row in rows if (target := target_of(row, known))]
    check_duplicates(targets, known)
    _note_datum(rows, notes)
    return _sorted(notes, targets, known)


def _note_datum(rows: list[Row], notes: Notes) -> None:
    """Once for the file: in China a map's coordinates are rarely WGS-84."""
    silent = [row for row in rows if "longitude" in row.values and "datum" not in row.values]
    if silent:
        notes.add(
            "warning",
            _(
                "Rows that do not name the datum of their coordinates: %(count)s. They are taken as WGS-84. If they"
                " come from Amap or Tencent write GCJ-02 into the column 坐标系, from Baidu BD-09: else they are"
                " hundreds of metres off."
            )
            % {"count": len(silent)},
            silent[0].sheet,
        )


def _sorted(notes: Notes, targets: list[Target], known: Known) -> Plan:
    problems = sorted(notes.problems, key=lambda problem: (problem.severity, problem.sheet, problem.row))
    good = [target for target in targets if not target.row.wrong]
    return Plan(
        problems=problems,
        creates=[target for target in good if target.is_new],
        updates=[target for target in good if not target.is_new and target.differs],
        unchanged=sum(1 for target in good if not target.differs),
        today=known.today,
    )
