"""The closed lists of `reports`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class HourClass(TextChoices):
    """Parts of the day; from where each begins is in `HOURS_FROM`."""

    NIGHT = "night", _("22:00–05:00")
    EARLY = "early", _("05:00–08:00")
    FORENOON = "forenoon", _("08:00–11:00")
    NOON = "noon", _("11:00–14:00")
    AFTERNOON = "afternoon", _("14:00–18:00")
    EVENING = "evening", _("18:00–22:00")
    WHOLE_DAY = "whole_day", _("Not by the hour")


HOURS_FROM = {
    0: HourClass.NIGHT,
    5: HourClass.EARLY,
    8: HourClass.FORENOON,
    11: HourClass.NOON,
    14: HourClass.AFTERNOON,
    18: HourClass.EVENING,
    22: HourClass.NIGHT,
}


def hour_classes() -> list[str]:
    """The class of each hour from 0 to 23."""
    return [HOURS_FROM[max(first for first in HOURS_FROM if first <= hour)].value for hour in range(24)]


class ReportState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    SEALED = "sealed", _("Sealed")


LOCKING_STATES = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.SEALED)


class ReminderKind(TextChoices):
    MISSING = "missing", _("Days to record, months to hand in")
    JUDGING = "judging", _("Months to approve or seal")


class ReminderState(TextChoices):
    WAITING = "waiting", _("To be sent")
    SENT = "sent", _("Sent by mail")
    DESK = "desk", _("Shown on the desk only")
    FAILED = "failed", _("The mail could not be sent")


class AnomalyKind(TextChoices):
    """What about a month's figures is worth a second look; the rules stand in `reports.anomalies.rules`."""

    SAME_FIGURE = "same_figure", _("The same figure on several days running")
    ROUND_FIGURES = "round_figures", _("Many round figures")
    CLOSED_DAY = "closed_day", _("Visits on days that were to be closed")
    CAPACITY = "capacity", _("More visits than there is room for")
    JUMP = "jump", _("Far more than in the months before")
    SCAN_RATIO = "scan_ratio", _("Far more counted than scanned")
    ONE_SITTING = "one_sitting", _("Many days written down in one sitting")


class AnomalyState(TextChoices):
    OPEN = "open", _("To be looked at")
    CONFIRMED = "confirmed", _("Looked into: the figures are right")
    CORRECTED = "corrected", _("The figures were corrected")
    EXPLAINED = "explained", _("Explained")


SETTLED = (AnomalyState.CONFIRMED, AnomalyState.CORRECTED, AnomalyState.EXPLAINED)


class BundleState(TextChoices):
    """How far a bundle has come; only the first waits for the worker."""

    MAKING = "making", _("Being made")
    READY = "ready", _("Ready to be taken along")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Could not be done")
    EXPIRED = "expired", _("Expired, its file is erased")


BUNDLE_FORMATS = {"xlsx": "xlsx", "pdf": "PDF", "zip": "csv"}
"""What a bundle may hold of each report, in the order of its index, by the names of `reports.exports.FORMATS`."""
