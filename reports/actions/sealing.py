"""Sealing: for good, with a hash that follows those of the month and the revision before."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import PortalError, Refused
from harbor_portal.lib.months import Month
from reports.actions.moves import Moved, take, without
from reports.choices import ReportState
from reports.figures import digest_of
from reports.flow.below import SEALED, awaited_below, awaiting
from reports.flow.locks import hold_chains
from reports.models import MonthReport
from reports.sealed.seals import link_up
from stations.models import User


def seal_month(*, report: MonthReport, by: User) -> MonthReport:
    """For good: what is found wrong later is a new revision."""
    return seal_months(reports=[report], by=by).only()


def seal_months(*, reports: Sequence[MonthReport], by: User) -> Moved:
    """Seal these reports of one month: all that can be, or none if the process dies."""
    with transaction.atomic():
        moved, ready = take(reports, (ReportState.APPROVED,), by=by)
        for check in (_awaited, _later, _altered):
            ready = without(ready, check(ready), moved)
        _seal(ready, by)
        moved.done += ready
        return moved


def _seal(reports: Sequence[MonthReport], by: User) -> None:
    hold_chains()
    now = timezone.now()
    link_up(reports)
    for report in reports:
        report.state, report.sealed_by, report.sealed_at = ReportState.SEALED, by, now
        report.moved_by, report.moved_at = by, now
    revised = {report.unit_id: report.month for report in reports if report.revision > 1}
    before = MonthReport.objects.in_force().filter(unit__in=revised, month__in=set(revised.values()))
    before.update(superseded_at=now)
    names = ["state", "sealed_by", "sealed_at", "moved_by", "moved_at", "seal", "previous_seal", "revised_seal"]
    MonthReport.objects.bulk_update(reports, names)
    record_history(MonthReport, [report.pk for report in reports], kind="~", by_id=by.pk, reason="")


def _awaited(reports: Sequence[MonthReport]) -> dict[int, PortalError]:
    """The units below are sealed first."""
    if not reports:
        return {}
    awaited = awaited_below([report.unit for report in reports], Month.of(reports[0].month), SEALED)
    return {
        report.pk: Refused(awaiting(report.unit, awaited[report.unit_id]))
        for report in reports
        if awaited[report.unit_id]
    }


def _later(reports: Sequence[MonthReport]) -> dict[int, PortalError]:
    """A month follows the one before it, so that one is sealed first if it was handed in at all."""
    if not reports:
        return {}
    handed_in = MonthReport.objects.filter(
        unit__in=[report.unit_id for report in reports],
        month__lt=reports[0].month,
        state__in=(ReportState.SUBMITTED, ReportState.APPROVED),
        revision=1,
    )
    earlier = dict(handed_in.order_by("-month").values_list("unit", "month"))
    return {
        report.pk: Refused(
            _("%(unit)s's %(month)s is sealed first.")
            % {"unit": report.unit, "month": Month.of(earlier[report.unit_id])}
        )
        for report in reports
        if report.unit_id in earlier
    }


def _altered(reports: Sequence[MonthReport]) -> dict[int, PortalError]:
    """The rows are hashed once more: sealed is what was submitted, and nothing else."""
    units = {report.pk: report.unit for report in reports}
    frozen = MonthReport.objects.filter(pk__in=units).values_list("pk", "rows", "digest").iterator(chunk_size=20)
    sentence = _("The frozen figures of %(unit)s are not those that were submitted: ask the operator.")
    return {pk: Refused(sentence % {"unit": units[pk]}) for pk, rows, digest in frozen if digest_of(rows) != digest}
