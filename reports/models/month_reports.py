"""The month's report of a unit, and its way from draft to sealed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from reports.choices import ReportState
from reports.querysets import MonthReportQuerySet
from stations.models import Unit, User


class MonthReport(models.Model):
    """A unit's report of a month.

    From `submitted` on its `rows` are frozen, `digest` is their SHA-256, and the days of its stations are locked.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="month_reports", verbose_name=_("unit"))
    month = models.DateField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    returned_reason = models.CharField(_("returned because"), max_length=200, blank=True)
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    moved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("last moved by")
    )
    moved_at = models.DateTimeField(_("last moved at"), null=True, blank=True)
    history = History(excluded_fields=["rows"])

    objects: ClassVar[models.Manager["MonthReport"]] = MonthReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("month report")
        verbose_name_plural = _("month reports")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "revision"], name="month_report_once_per_revision"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_report_is_first_day"),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.DRAFT) | models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="month_report_moved_is_hashed",
                violation_error_message=_("A submitted report carries the hash of its rows."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"
