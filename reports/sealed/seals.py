"""What a seal is made of; docs/reports.md describes it for whoever wants to check one without this program.

A seal binds the rows (by their hash) to their month and revision, to the seal that the unit's report sealed last before
bears, and to that of the revision which it replaces. So nobody can exchange a sealed month without all that were sealed
after it, also where a month was handed in late.
"""

from collections.abc import Sequence

from django.db.models import F

from harbor_portal.lib.canonical import sha256_of
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.models import MonthReport

FORMAT = "harbor-portal/month-report/1"


def seal_of(report: MonthReport) -> str:
    return sha256_of(
        {
            "format": FORMAT,
            "month": str(Month.of(report.month)),
            "revision": report.revision,
            "rows": report.digest,
            "previous": report.previous_seal,
            "revised": report.revised_seal,
        }
    )


def link_up(reports: Sequence[MonthReport]) -> None:
    """Set what each follows, and its seal. One query, however many they are; whoever asks holds the chains."""
    units = {report.unit_id for report in reports}
    sealed = MonthReport.objects.light().filter(unit__in=units, state=ReportState.SEALED)
    in_order = list(sealed.order_by(F("sealed_at").asc(nulls_first=True), "pk"))
    last = {one.unit_id: one.seal for one in in_order}
    revised = {(one.unit_id, one.month, one.revision): one.seal for one in in_order}
    for report in reports:
        report.previous_seal = last.get(report.unit_id, "")
        report.revised_seal = revised.get((report.unit_id, report.month, report.revision - 1), "")
        report.seal = seal_of(report)
