"""Is this report, or this file, as it was sealed? Answered from a hash alone, without a log-in and without figures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from reports.choices import ReportState
from reports.figures import digest_of
from reports.models import Bundle, MonthReport, ReportFile
from reports.sealed.seals import seal_of

HASH = re.compile(r"[0-9a-f]{64}")
INTACT_FOR = 300
"""Seconds for which frozen rows that gave their hash are not hashed again: anybody may ask, as often as they like."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a hash."""

    report: MonthReport
    is_file: bool
    """Whether it is that of a file as we gave it out, and not of the report itself."""
    digest: str
    """Of the figures that the hash is about."""
    successor: MonthReport | None
    """The revision in force, if this one is not."""
    is_intact: bool
    """Whether the stored rows, hashed now, still give the hash, and the seal follows from it."""

    @property
    def is_current(self) -> bool:
        """Whether these figures are the ones that hold: they were not returned, nor superseded."""
        return self.report.digest == self.digest and self.report.superseded_at is None

    @property
    def is_sealed(self) -> bool:
        return self.report.digest == self.digest and self.report.state == ReportState.SEALED


def hash_in(text: str) -> str:
    """The hash that somebody typed or pasted, with spaces or colons in it; "" if it is none."""
    plain = re.sub(r"[\s:.-]", "", text).lower()
    return plain if HASH.fullmatch(plain) else ""


def verify(sha256: str) -> Verdict | None:
    """What we know of this hash: of a seal, of frozen figures, or of a file. None if we know nothing of it."""
    reports = MonthReport.objects.light().select_related("unit")
    if report := reports.filter(seal=sha256).first():
        return _verdict(report, report.digest)
    if report := reports.filter(digest=sha256).order_by("-revision").first():
        return _verdict(report, sha256)
    if file := ReportFile.objects.filter(sha256=sha256).select_related("report__unit").first():
        return _verdict(file.report, file.digest, is_file=True)
    if file := ReportFile.objects.filter(digest=sha256).select_related("report__unit").first():
        return _verdict(file.report, sha256)
    return None


def bundle_known_by(sha256: str) -> Bundle | None:
    """The bundle that was given out as a file with this hash, also if it has expired since."""
    return Bundle.objects.filter(sha256=sha256).select_related("unit", "division").first()


def _verdict(report: MonthReport, digest: str, *, is_file: bool = False) -> Verdict:
    others = MonthReport.objects.light().in_force().filter(unit=report.unit_id, month=report.month)
    return Verdict(
        report=report,
        is_file=is_file,
        digest=digest,
        successor=others.exclude(pk=report.pk).first() if report.superseded_at else None,
        is_intact=_is_intact(report),
    )


def _is_intact(report: MonthReport) -> bool:
    key = f"intact-{report.pk}-{report.digest}-{report.seal}"
    if not report.digest or cache.get(key):
        return True
    is_intact = not list(faults_of([report]))
    if is_intact:
        cache.set(key, True, INTACT_FOR)
    return is_intact


def faults_of(reports: Iterable[MonthReport]) -> Iterable[tuple[MonthReport, str]]:
    """Reports whose rows do not give their hash, or whose seal does not follow from what it seals."""
    for report in reports:
        if digest_of(report.rows) != report.digest:
            yield report, "rows"
        elif report.state == ReportState.SEALED and seal_of(report) != report.seal:
            yield report, "seal"
