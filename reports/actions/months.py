"""The way of a month report up to its approval: submitted, returned or approved; one by one, or many with one press."""

from collections.abc import Mapping, Sequence
from datetime import date
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.db import one_snapshot
from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.months import Month
from reports.actions.anomalies import find_anomalies
from reports.actions.moves import Moved, move, move_one, refuse_unless_in
from reports.actions.openings import REASON_LENGTH, end_of, end_openings, open_days, open_whole, say_why
from reports.choices import ReportState
from reports.figures import digest_of, live_figures
from reports.flow.below import APPROVED, awaited_below, handed_in_above, refuse_if_awaited
from reports.flow.locks import month_held
from reports.models import MonthReport
from reports.policies import refuse_unless_may_submit
from reports.rollups.adding_up import AlreadyRunning, roll_up, stations_behind
from reports.sealed.revisions import changes_of, refuse_unless_revised
from reports.subjects import Subject
from stations.models import Posting, Unit, User
from stations.querysets import run_by
from stations.trees import line_in

TOGETHER = 10
"""So many units are frozen of one moment; whoever wants to write a day of the month waits for so many, not for all."""

PATIENCE = 30
"""After so many seconds no further units are begun: whoever pressed is answered before a proxy gives up."""


def submit_month(*, unit: Unit, month: Month, by: User) -> MonthReport:
    """Freeze the unit's figures of the month, up to date, and lock the days of its stations."""
    return submit_months(units=[unit], month=month, by=by).only()


def submit_months(*, units: Sequence[Unit], month: Month, by: User) -> Moved:
    """The same for several units, each for itself: what one lacks does not keep the others."""
    moved, ready = Moved(), []
    awaited = awaited_below(units, month, APPROVED)
    newest = MonthReport.objects.light().newest().in_month(month).filter(unit__in=units).select_related("unit")
    reports = {report.unit_id: report for report in newest}
    for unit in units:
        try:
            refuse_unless_may_submit(by, unit, month, timezone.localdate())
            if unit.pk in reports:
                refuse_unless_in(reports[unit.pk], ReportState.DRAFT)
            refuse_if_awaited(unit, awaited[unit.pk])
            ready.append(unit)
        except PortalError as error:
            moved.refused.append((unit, error))
    if ready:
        revised = [unit for unit in ready if unit.pk in reports and reports[unit.pk].revision > 1]
        _submit(ready, month, by, moved, revised)
    return moved


def _submit(units: Sequence[Unit], month: Month, by: User, moved: Moved, revised: Sequence[Unit]) -> None:
    begun = monotonic()
    try:
        failed = bool(roll_up(month).failed_stations)
    except AlreadyRunning as error:
        moved.refused += [(unit, error) for unit in units]
        return
    if revised:
        # The clock looks at the last two months only: what was corrected since is no longer unusual.
        find_anomalies(month=month, at=timezone.now(), units=revised)
    for start in range(0, len(units), TOGETHER):
        if start and monotonic() - begun > PATIENCE:
            later = Refused(_("Not begun yet, since it takes its time: submit once more."))
            moved.refused += [(unit, later) for unit in units[start:]]
            return
        some = units[start : start + TOGETHER]
        try:
            moved.add(_freeze_some(some, month, by, failed=failed))
        except StaleState as error:
            moved.refused += [(unit, error) for unit in some]


def _freeze_some(units: Sequence[Unit], month: Month, by: User, *, failed: bool) -> Moved:
    """All figures of these units as they are at one moment, at which nobody writes a day of the month."""
    moved = Moved()
    with month_held(month), one_snapshot():
        awaited, behind = awaited_below(units, month, APPROVED), stations_behind(month)
        for unit in units:
            try:
                refuse_if_awaited(unit, awaited[unit.pk])
                _refuse_if_behind(unit, month, behind, failed=failed)
                moved.done.append(_freeze(unit, month, by))
            except PortalError as error:
                moved.refused.append((unit, error))
    return moved


def _refuse_if_behind(unit: Unit, month: Month, behind: Sequence[int], *, failed: bool) -> None:
    """While visits of the unit's stations, or a change of who runs them, wait to be rolled up."""
    held = run_by(line_in((unit.path,), month))
    if not behind or not Posting.objects.filter(held, station__in=behind).exists():
        return
    if failed:
        raise Refused(_("Some stations could not be added up; the roll-up run names them: ask the operator."))
    raise StaleState(
        _("Visits were recorded or a station changed hands this very moment. Look again, and then submit.")
    )


@transaction.atomic
def _freeze(unit: Unit, month: Month, by: User) -> MonthReport:
    rows = live_figures(Subject(unit=unit).looked_up(), month, keeps=False).rows()
    if not any(row["section"] == "station" for row in rows):
        raise Refused(_("%(unit)s had no station in %(month)s.") % {"unit": unit, "month": month})
    report = _newest(unit, month)
    changes = changes_of(report, rows)
    refuse_unless_revised(report, changes)
    frozen = {"rows": rows, "digest": digest_of(rows), "changes": changes, "returned_reason": "", "holds_days": True}
    frozen |= {"submitted_by": by, "submitted_at": timezone.now()}
    move_one(report, ReportState.DRAFT, ReportState.SUBMITTED, by=by, **frozen)
    end_openings(report=report, by=by)
    return report


def _newest(unit: Unit, month: Month) -> MonthReport:
    found = MonthReport.objects.newest().in_month(month).filter(unit=unit).select_related("unit").first()
    return found or MonthReport.objects.create(unit=unit, month=month.first)


def return_month(
    *,
    report: MonthReport,
    reason: str,
    by: User,
    stations: Mapping[int, str] | None = None,
    until: date | None = None,
) -> MonthReport:
    """Give the report back to the unit to be corrected, through the day `until` or for as long as days can be open.

    Whole: all its days are open again unless another report holds them. With `stations`, their ids and the reason of
    each: only the days of these.
    """
    if stations is None:
        return return_months(reports=[report], reason=reason, by=by, until=until).only()
    why: dict[int | None, str] = {station: say_why(text or reason) for station, text in stations.items()}
    if not why:
        raise Invalid("stations", _("Choose the stations that are to be corrected."))
    ends_at = end_of(until)
    sentence = reason.strip() or " · ".join(dict.fromkeys(why.values()))[:REASON_LENGTH]
    with transaction.atomic():
        returned = _return([report], say_why(sentence), by).only()
        open_days(report=returned, reasons=why, by=by, ends_at=ends_at)
    return returned


def return_months(*, reports: Sequence[MonthReport], reason: str, by: User, until: date | None = None) -> Moved:
    """Several whole, for one reason."""
    reason, ends_at = say_why(reason), end_of(until)
    with transaction.atomic():
        moved = _return(reports, reason, by)
        open_whole(reports=moved.done, reason=reason, by=by, ends_at=ends_at)
        return moved


def _return(reports: Sequence[MonthReport], reason: str, by: User) -> Moved:
    """The report goes on holding its days: those are open that an opening names."""
    open_again: dict[str, Any] = {"rows": [], "digest": "", "changes": [], "returned_reason": reason}
    open_again |= {"submitted_by": None, "submitted_at": None, "approved_by": None, "approved_at": None}
    states = (ReportState.SUBMITTED, ReportState.APPROVED)
    return move(reports, states, ReportState.DRAFT, by=by, check=_held, **open_again)


def _held(reports: Sequence[MonthReport]) -> dict[int, PortalError]:
    """What a unit above has handed in contains these figures: it goes back first."""
    above = handed_in_above([report.unit for report in reports], {report.month for report in reports})
    sentence = _("%(above)s has handed in a report that contains the figures of %(unit)s: it goes back first.")
    return {
        report.pk: Refused(sentence % {"above": holder.unit, "unit": report.unit})
        for report in reports
        if (holder := above.get((report.unit.path, report.month)))
    }


def approve_month(*, report: MonthReport, by: User) -> MonthReport:
    return approve_months(reports=[report], by=by).only()


def approve_months(*, reports: Sequence[MonthReport], by: User) -> Moved:
    values: dict[str, Any] = {"approved_by": by, "approved_at": timezone.now()}
    with transaction.atomic():
        return move(reports, (ReportState.SUBMITTED,), ReportState.APPROVED, by=by, **values)
