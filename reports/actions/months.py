"""The way of a month report: submitted, returned or approved, sealed."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.figures import digest_of, live_figures
from reports.locks import hold_month
from reports.models import MonthReport
from reports.policies import refuse_unless_may_judge, refuse_unless_may_submit
from reports.rollups import roll_up, stations_behind
from reports.subjects import Subject
from stations.models import Posting, Unit, User
from stations.querysets import in_subtrees

REASON_LENGTH = 200


def submit_month(*, unit: Unit, month: Month, by: User) -> MonthReport:
    """Freeze the unit's figures of the month, up to date, and lock the days of its stations."""
    refuse_unless_may_submit(by, unit, month, timezone.localdate())
    failed = roll_up(month).failed_stations
    if failed and _is_behind(unit, month):
        raise Refused(_("Some stations could not be added up; the roll-up run names them: ask the operator."))
    with transaction.atomic():
        hold_month(month)
        if _is_behind(unit, month):
            raise StaleState(
                _("Visits were recorded or a station changed hands this very moment. Look again, and then submit.")
            )
        rows = live_figures(Subject(unit=unit), month).rows()
        if not any(row["section"] == "station" for row in rows):
            raise Refused(_("%(unit)s had no station in %(month)s.") % {"unit": unit, "month": month})
        report, _created = MonthReport.objects.get_or_create(unit=unit, month=month.first, revision=1)
        frozen = {"rows": rows, "digest": digest_of(rows), "returned_reason": "", "submitted_by": by}
        return _move(report, ReportState.DRAFT, ReportState.SUBMITTED, by=by, **frozen)


def return_month(*, report: MonthReport, reason: str, by: User) -> MonthReport:
    """Give the report back to the unit to be corrected; its days are open again unless another report holds them."""
    refuse_unless_may_judge(by, report)
    reason = reason.strip()
    if not reason:
        raise Invalid("reason", _("Say why the report is returned."))
    if len(reason) > REASON_LENGTH:
        raise Invalid("reason", _("At most %(count)d characters.") % {"count": REASON_LENGTH})
    open_again: dict[str, Any] = {"rows": [], "digest": "", "returned_reason": reason, "submitted_by": None}
    with transaction.atomic():
        if report.state == ReportState.APPROVED:
            return _move(report, ReportState.APPROVED, ReportState.DRAFT, by=by, **open_again)
        return _move(report, ReportState.SUBMITTED, ReportState.DRAFT, by=by, **open_again)


def approve_month(*, report: MonthReport, by: User) -> MonthReport:
    refuse_unless_may_judge(by, report)
    with transaction.atomic():
        return _move(report, ReportState.SUBMITTED, ReportState.APPROVED, by=by)


def seal_month(*, report: MonthReport, by: User) -> MonthReport:
    """For good: what is found wrong later is a new revision."""
    refuse_unless_may_judge(by, report)
    with transaction.atomic():
        return _move(report, ReportState.APPROVED, ReportState.SEALED, by=by)


def _is_behind(unit: Unit, month: Month) -> bool:
    """Whether visits of the unit's stations, or a change of who runs them, wait to be rolled up."""
    held = in_subtrees((unit.path,), "operator") | in_subtrees((unit.path,), "supervisor")
    return Posting.objects.filter(held, station__in=stations_behind(month)).exists()


def _move(report: MonthReport, old: ReportState, new: ReportState, *, by: User, **values: Any) -> MonthReport:
    """From one state to the next, unless somebody else was quicker; so judged are the figures that were seen."""
    values |= {"state": new, "moved_by": by, "moved_at": timezone.now()}
    if not MonthReport.objects.filter(pk=report.pk, state=old, digest=report.digest).update(**values):
        report.refresh_from_db()
        raise StaleState(_stale(report, old))
    report.refresh_from_db()
    record_history(MonthReport, [report.pk], kind="~", by_id=by.pk, reason="")
    return report


def _stale(report: MonthReport, seen: ReportState) -> str:
    if report.state == seen:
        return _("The figures of %(unit)s were frozen anew since you looked at them.") % {"unit": report.unit}
    values = {"unit": report.unit, "state": report.get_state_display()}
    return _("The report of %(unit)s is %(state)s by now; nothing was changed.") % values
