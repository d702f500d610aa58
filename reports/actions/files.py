"""What was given out of frozen figures, so that it is known again."""

from django.utils import timezone

from reports.models import MonthReport, ReportFile


def note_file(*, report: MonthReport, sha256: str, extension: str) -> ReportFile:
    """The same bytes are noted once, however often they are given out."""
    values = {"report": report, "digest": report.digest, "extension": extension, "made_at": timezone.now()}
    file, _created = ReportFile.objects.get_or_create(sha256=sha256, defaults=values)
    return file
