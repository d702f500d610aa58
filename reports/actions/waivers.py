"""Not waiting for the report of a unit that cannot hand in: by whom, why, and only as long as nothing rests on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import PortalError, Refused, StaleState
from harbor_portal.lib.months import Month
from reports.actions.moves import by_now
from reports.actions.openings import say_why
from reports.choices import ReportState
from reports.flow.below import handed_in_above
from reports.flow.locks import hold_month
from reports.models import MonthReport, ReportWaiver
from reports.policies import waives, who_waives
from stations.models import Unit, User
from stations.scope import scope_of


@dataclass(frozen=True)
class Waived:
    """Of how many units the report is waived now; which had handed in, or were waived before, and by whom."""

    count: int
    left: list[tuple[Unit, PortalError]]


def waive_reports(*, units: Sequence[Unit], month: Month, reason: str, by: User) -> Waived:
    """The unit above does not wait for the reports of these units; whoever has handed in stays as it is."""
    reason, scope = say_why(reason), scope_of(by)
    for unit in units:
        if not waives(scope, unit):
            raise Refused(who_waives(unit))
    with transaction.atomic():
        hold_month(month)
        left = _handed_in(units, month) | _waived(units, month)
        waivers = ReportWaiver.objects.bulk_create(
            ReportWaiver(unit=unit, month=month.first, reason=reason, by=by, at=timezone.now())
            for unit in units
            if unit.pk not in left
        )
        record_history(ReportWaiver, [waiver.pk for waiver in waivers], kind="+", by_id=by.pk, reason="")
    return Waived(len(waivers), [(unit, left[unit.pk]) for unit in units if unit.pk in left])


def _handed_in(units: Sequence[Unit], month: Month) -> dict[int, PortalError]:
    reports = MonthReport.objects.light().newest().in_month(month).filter(unit__in=units).select_related("unit")
    return {report.unit_id: StaleState(by_now(report)) for report in reports.exclude(state=ReportState.DRAFT)}


def _waived(units: Sequence[Unit], month: Month) -> dict[int, PortalError]:
    waivers = ReportWaiver.objects.filter(unit__in=units, month=month.first).select_related("unit", "by")
    sentence = _("%(who)s has seen to it already that nobody waits for %(unit)s: %(reason)s")
    return {
        waiver.unit_id: StaleState(sentence % {"who": waiver.by or "—", "unit": waiver.unit, "reason": waiver.reason})
        for waiver in waivers
    }


def withdraw_waiver(*, waiver: ReportWaiver, by: User) -> None:
    """Wait for the unit after all, unless a unit above has handed in without it."""
    unit = waiver.unit
    if not waives(scope_of(by), unit):
        raise Refused(who_waives(unit))
    with transaction.atomic():
        hold_month(Month.of(waiver.month))
        if above := handed_in_above([unit], {waiver.month}).get((unit.path, waiver.month)):
            values = {"above": above.unit, "unit": unit}
            raise Refused(_("%(above)s has handed in without the report of %(unit)s: it goes back first.") % values)
        record_history(ReportWaiver, [waiver.pk], kind="-", by_id=by.pk, reason="")
        if not ReportWaiver.objects.filter(pk=waiver.pk).delete()[0]:
            raise StaleState(_("The report of %(unit)s is waited for already.") % {"unit": unit})
