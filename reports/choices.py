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
