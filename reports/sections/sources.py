"""来源: where the figures come from, how they were counted, and by what hash they are known."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from harbor_portal.lib.tables import Column
from reports.choices import RunState
from reports.models import MonthReport, RollupRun
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.printing import NONE, Row, Table
from stations.models import Unit
from stations.trees import Tree


def _rows(asked: Asked) -> list[Row]:
    subject, before = asked.subject, asked.spans["previous"]
    done = RollupRun.objects.filter(month__range=asked.period.bounds, state=RunState.DONE)
    run = done.order_by("-started_at").first()
    above = _above(subject.unit, subject.tree(asked.period.days[1])) if subject.unit else ()
    return [
        {
            "kind": subject.kind,
            "code": subject.code,
            "name": subject.name,
            "path": [*above, subject.name],
            "month": str(asked.period),
            "against": None if before == asked.period.before() else str(before),
            "only": list(subject.only),
            "sections": list(asked.sections),
            "run": run.pk if run else None,
            "rolled_up_at": timezone.localtime(run.started_at).isoformat(timespec="seconds") if run else None,
        }
    ]


def _above(unit: Unit, tree: Tree) -> Sequence[str]:
    """The names of the units above it, the highest first."""
    paths = [*tree.above(unit.path)][1:]
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    return [names[path] for path in reversed(paths)]


def _table(figures: MonthFigures, _rows: Sequence[Row]) -> Table:
    source = figures.source
    lines = [
        (_("Report of"), " / ".join(source["path"])),
        (_("Code of the unit or division"), source["code"]),
        (_("Month"), source["month"]),
        (_("Only"), " · ".join(source.get("only") or []) or NONE),
        (_("Rolled up"), rolled_up_at(figures) or NONE),
        (_("Roll-up run"), str(source["run"] or NONE)),
        *known_by(figures.report),
        *counting_notes(),
    ]
    columns = [Column("what", _("Item"), width=26), Column("text", pgettext("table column", "Content"), width=110)]
    return Table("source", _("Sources"), columns, [{"what": what, "text": text} for what, text in lines])


def known_by(report: MonthReport | None) -> list[tuple[str, str]]:
    """Which revision it is, whether that still holds, and by what it is verified."""
    return [
        (_("State of the report"), report.state_text if report else _("Not submitted")),
        (_("Revision"), str(report.revision) if report else NONE),
        (_("SHA-256"), (report.digest if report else "") or _("Made when the report is submitted")),
        (_("Seal code"), (report.seal if report else "") or _("Made when the report is sealed")),
        (_("Verify"), f"{settings.PUBLIC_URL}/verify/"),
    ]


def rolled_up_at(figures: MonthFigures) -> str:
    """When the run began that the figures are of, or nothing."""
    at = figures.source["rolled_up_at"]
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M}" if at else ""


def counting_notes() -> list[tuple[str, str]]:
    """How the figures come about, in words; docs/reports.md says it at length."""
    return [
        (_("Visits"), _("Person-visits: somebody who comes twice is counted twice. Sample definition (参考样式).")),
        (
            _("Counting method"),
            _(
                "The method named in the day's record; without one, the first of gate, scan, tally, ledger, estimate "
                "by which anybody was counted. Other methods are shown beside the figure and never added."
            ),
        ),
        (
            _("Handover"),
            _("A station counts for the unit that operates or supervises it on the day, also when that changes."),
        ),
        (_("Days recorded"), _("Days with a visit by any method or with a nil return (open, and nobody came).")),
        (NONE, _("No record. A nil return is printed as 0.")),
    ]


SECTION = Section("source", (), _rows, _table)
