"""The closed lists of `reports`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ReportState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    SEALED = "sealed", _("Sealed")


LOCKING_STATES = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.SEALED)


class AnomalyKind(TextChoices):
    """What about a month's figures is worth a second look; the rules stand in `reports.anomaly_rules`."""

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
