"""The figures of a month report: computed from the roll-up, or as they were frozen when it was submitted."""

from collections.abc import Collection, Sequence

from harbor_portal.lib.canonical import sha256_of
from harbor_portal.lib.months import Month
from reports.models import MonthReport
from reports.periods import Period
from reports.sealed.frozen import frozen_sections
from reports.sections import SECTIONS
from reports.sections.base import WHEN, Asked, MonthFigures
from reports.sections.printing import Row
from reports.subjects import Subject

__all__ = [
    "MonthFigures",
    "Row",
    "current_report",
    "digest_of",
    "live_figures",
    "month_figures",
    "row_key",
    "thawed",
]


def digest_of(rows: Sequence[Row]) -> str:
    """SHA-256 of the rows in their canonical form (docs/reports.md)."""
    return sha256_of(rows)


def row_key(row: Row) -> tuple[str, ...]:
    """What tells a frozen row from all others of its report, and finds the same one in another revision."""
    section = row["section"]
    names = SECTIONS[section].names if section in SECTIONS else ()
    return (section, *(str(row[name]) for name in names))


def month_figures(
    subject: Subject, month: Month, revision: int | None = None, *, sections: Collection[str] | None = None
) -> MonthFigures:
    """The frozen figures if the unit's report is submitted or later, else those of the roll-up as it stands."""
    report = current_report(subject, month, revision)
    return thawed(report) if report and report.digest else live_figures(subject, month, report, sections=sections)


def current_report(subject: Subject, month: Month, revision: int | None = None) -> MonthReport | None:
    """That revision, or else the one in force; where none is sealed yet, the one on its way."""
    if not subject.unit:
        return None
    reports = MonthReport.objects.light().filter(unit=subject.unit, month=month.first)
    reports = reports.select_related("unit", "moved_by")
    if revision is not None:
        return reports.filter(revision=revision).first()
    return reports.in_force().first() or reports.order_by("-revision").first()


def thawed(report: MonthReport) -> MonthFigures:
    """The figures of a report as they were frozen; its stations are read when they are asked for."""
    return MonthFigures(frozen_sections(report), report)


def live_figures(
    subject: Subject,
    span: Month | Period,
    report: MonthReport | None = None,
    *,
    against: Period | None = None,
    sections: Collection[str] | None = None,
    keeps: bool = True,
) -> MonthFigures:
    """As the roll-up has them now; `against` is what stands in the place of the time right before.

    `sections`: those that are wanted, without it all. Without `keeps` everything is added up anew, though it may just
    have been.
    """
    period = Period.of(span)
    spans = dict(zip(WHEN, (period, against or period.before(), period.year_before()), strict=True))
    wanted = {key: section for key, section in SECTIONS.items() if sections is None or key in sections}
    asked = Asked(subject, spans, keeps, tuple(wanted))
    return MonthFigures({key: section.rows(asked) for key, section in wanted.items()}, report)
