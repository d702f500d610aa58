"""What a seal is made of; docs/reports.md describes it for whoever wants to check one without this program.

A seal binds the rows (by their hash) to their month and revision, to the seal of the unit's month before, and to that
of the revision which it replaces. So nobody can exchange a sealed month without all that were sealed after it.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from harbor_portal.lib.canonical import sha256_of
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.models import MonthReport

if TYPE_CHECKING:
    from datetime import date

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
    """Set what each follows, and its seal. Two queries, however many they are."""
    units = {report.unit_id for report in reports}
    sealed = MonthReport.objects.light().filter(unit__in=units, state=ReportState.SEALED)
    chains = _by_unit(sealed.in_force())
    revised = {(one.unit_id, one.month, one.revision): one.seal for one in sealed}
    for report in reports:
        report.previous_seal = _before(chains.get(report.unit_id, []), report.month)
        report.revised_seal = revised.get((report.unit_id, report.month, report.revision - 1), "")
        report.seal = seal_of(report)


def _by_unit(reports: Iterable[MonthReport]) -> "dict[int, list[tuple[date, str]]]":
    found: dict[int, list[tuple[date, str]]] = {}
    for report in reports:
        found.setdefault(report.unit_id, []).append((report.month, report.seal))
    return found


def _before(chain: "list[tuple[date, str]]", month: "date") -> str:
    """The seal of the last month before this one, if the unit has sealed any."""
    return max(((each, seal) for each, seal in chain if each < month), default=(None, ""))[1]
