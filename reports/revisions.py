"""What a revision changes against the one before it: cell by cell, with who corrected it and why."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import Month
from reports.comparable import comparable
from reports.differences import Change, changes_between
from reports.figures import row_key, thawed
from reports.models import MonthReport
from reports.sections import SECTIONS
from reports.sections.overview import measure_labels
from reports.sections.printing import Table
from services.choices import Method, WorkerGroup
from services.models import VisitEntry
from stations.choices import HostKind
from stations.models import User

Row = dict[str, Any]


def changes_of(report: MonthReport, rows: Sequence[Row]) -> list[Row]:
    """What these rows change against the revision before; nothing for the first. `by`: the ids of who corrected it.

    Compared is what both revisions could hold: what an upgrade of the program adds is no correction.
    Cells of a station were corrected by whoever wrote into its ledger since the revision before was frozen; everything
    else follows from these.
    """
    if report.revision == 1:
        return []
    before = MonthReport.objects.get(unit=report.unit_id, month=report.month, revision=report.revision - 1)
    changes = changes_between(*comparable(before.rows, rows), row_key)
    names = {row_key(row): row["name"] for row in [*before.rows, *rows] if "name" in row}
    writers = _writers({change.key[0] for change in changes if change.section == "station"}, before)
    return [
        asdict(change)
        | {"key": list(change.key), "by": _by(change, writers), "name": names.get((change.section, *change.key), "")}
        for change in changes
    ]


def refuse_unless_revised(report: MonthReport, changes: Sequence[Row]) -> None:
    """A revision differs in what both it and the one before could hold."""
    if report.revision > 1 and not changes:
        values = {"unit": report.unit, "revision": report.revision - 1}
        raise Refused(_("Nothing of %(unit)s differs from revision %(revision)d yet: correct it first.") % values)


@dataclass(frozen=True)
class ChangeLine:
    """A changed cell as a page shows it."""

    where: str
    section: str
    figure: str
    before: str
    after: str
    who: str


def change_lines(report: MonthReport, changes: Sequence[Row]) -> list[ChangeLine]:
    """These of the report's changes in words."""
    people = User.objects.in_bulk({pk for change in changes for pk in change["by"]})
    figures = thawed(report)
    tables = {key: SECTIONS[key].table(figures, ()) for key in {one["section"] for one in changes} if key in SECTIONS}
    return [
        ChangeLine(
            where=_where(change),
            section=tables[change["section"]].title if change["section"] in tables else change["section"],
            figure=_figure(change, tables.get(change["section"])),
            before=_said(change["before"]),
            after=_said(change["after"]),
            who=_(", ").join(str(people[pk]) for pk in change["by"] if pk in people),
        )
        for change in changes
    ]


def _where(change: Row) -> str:
    """Which row: by its name, or by what it is about."""
    known: dict[str, dict[str, Any]] = {
        "overview": measure_labels(),
        "group": dict(WorkerGroup.choices),
        "method": dict(Method.choices),
        "host": dict(HostKind.choices),
    }
    labels = known.get(change["section"], {})
    key = " · ".join(str(labels.get(part, part)) for part in change["key"])
    return " · ".join(filter(None, [change["name"], key])) or "—"


def _figure(change: Row, table: Table | None) -> str:
    """Which cell: by the title of its column, where it has one."""
    if not change["field"]:
        return {"added": _("Row added"), "removed": _("Row gone")}[change["kind"]]
    titles = {column.key: column.title for column in table.columns} if table else {}
    return str(titles.get(change["field"], change["field"]))


def _said(value: Any) -> str:
    """A figure as it stands in the report; of a row that came or went, each of its cells."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {_said(cell)}" for name, cell in value.items() if name != "section")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return " / ".join(map(_said, value))
    return "—" if value is None else str(value)


def _writers(codes: Collection[str], before: MonthReport) -> dict[str, list[int]]:
    month = Month.of(before.month)
    entries = VisitEntry.objects.filter(
        station__code__in=codes, date__range=(month.first, month.last), by__isnull=False
    )
    if before.submitted_at:
        entries = entries.filter(at__gte=before.submitted_at)
    found: dict[str, list[int]] = {}
    for code, by in entries.order_by("station__code", "by").values_list("station__code", "by").distinct():
        found.setdefault(code, []).append(by)
    return found


def _by(change: Change, writers: dict[str, list[int]]) -> list[int]:
    return writers.get(change.key[0], []) if change.section == "station" else []
