"""How month reports move from one state to the next, however many at once.

Every move of a month waits for the others of that month (`hold_month`), so that what it found below and above holds
until it is done. A report moves only from the state, and with the figures, that the person saw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import PortalError, Refused, StaleState
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.flow.locks import hold_month
from reports.models import MonthReport
from reports.policies import judges, who_judges
from stations.models import Unit, User
from stations.scope import scope_of

Check = Callable[[Sequence[MonthReport]], dict[int, PortalError]]
"""Which of these reports cannot be moved, by id, and why."""


@dataclass
class Moved:
    """What became of all that was to be moved with one press."""

    done: list[MonthReport] = field(default_factory=list)
    refused: list[tuple[Unit, PortalError]] = field(default_factory=list)

    def add(self, others: "Moved") -> None:
        self.done += others.done
        self.refused += others.refused

    def only(self) -> MonthReport:
        """The one report, or why not."""
        for _unit, error in self.refused:
            raise error
        return self.done[0]


def refuse_unless_in(report: MonthReport, state: ReportState) -> None:
    if report.state != state:
        raise StaleState(_stale(report, report, (state,)))


def move_one(report: MonthReport, old: ReportState, new: ReportState, *, by: User, **values: Any) -> None:
    """From one state to the next, unless somebody else was quicker."""
    values |= {"state": new, "moved_by": by, "moved_at": timezone.now()}
    if not MonthReport.objects.filter(pk=report.pk, state=old).update(**values):
        report.refresh_from_db()
        raise StaleState(_stale(report, report, (old,)))
    report.refresh_from_db()
    record_history(MonthReport, [report.pk], kind="~", by_id=by.pk, reason="")


def move(
    reports: Sequence[MonthReport],
    old: Sequence[ReportState],
    new: ReportState,
    *,
    by: User,
    check: Check | None = None,
    **values: Any,
) -> Moved:
    """All that are as they were seen, that the person judges, and that pass the check."""
    moved, ready = take(reports, old, by=by)
    if check:
        ready = without(ready, check(ready), moved)
    values |= {"state": new, "moved_by": by, "moved_at": timezone.now()}
    pks = [report.pk for report in ready]
    MonthReport.objects.filter(pk__in=pks).update(**values)
    record_history(MonthReport, pks, kind="~", by_id=by.pk, reason="")
    moved.done += MonthReport.objects.light().filter(pk__in=pks).select_related("unit").order_by("unit__path")
    return moved


def take(reports: Sequence[MonthReport], old: Sequence[ReportState], *, by: User) -> tuple[Moved, list[MonthReport]]:
    """Hold the month and these rows, and say of which it is not as the person saw, or not the person's to judge."""
    moved, ready = Moved(), []
    for month in sorted({Month.of(report.month) for report in reports}):
        hold_month(month)
    scope = scope_of(by)
    rows = MonthReport.objects.light().select_for_update(of=("self",)).select_related("unit").order_by("pk")
    now = {row.pk: row for row in rows.filter(pk__in=[report.pk for report in reports])}
    for seen in reports:
        row = now.get(seen.pk)
        if row is None or not judges(scope, row):
            moved.refused.append((seen.unit, Refused(who_judges(seen))))
        elif row.state not in old or row.digest != seen.digest:
            moved.refused.append((row.unit, StaleState(_stale(row, seen, old))))
        else:
            ready.append(row)
    return moved, ready


def without(reports: Sequence[MonthReport], refused: dict[int, PortalError], moved: Moved) -> list[MonthReport]:
    """Those that nothing speaks against; the others are noted."""
    moved.refused += [(report.unit, refused[report.pk]) for report in reports if report.pk in refused]
    return [report for report in reports if report.pk not in refused]


def _stale(report: MonthReport, seen: MonthReport, old: Sequence[ReportState]) -> str:
    if report.state in old and report.digest != seen.digest:
        return _("The figures of %(unit)s were frozen anew since you looked at them.") % {"unit": report.unit}
    return by_now(report)


def by_now(report: MonthReport) -> str:
    values = {"unit": report.unit, "state": report.get_state_display()}
    return _("The report of %(unit)s is %(state)s by now; nothing was changed.") % values
