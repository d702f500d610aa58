"""Sums of the roll-up that are kept, and the marks by which one knows that they still hold."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureChange(models.Model):
    """A mark that figures of a month may have changed, or of any month: who runs a station, where it is counted.

    Triggers of the database set them, in the transaction of the change itself. Marks are never taken away, only added
    up, so whoever sees as much as somebody else sees the same changes.
    """

    month = models.DateField(_("month"), null=True, blank=True)
    number = models.PositiveBigIntegerField(_("how many"), default=1)

    objects: ClassVar[models.Manager["FigureChange"]] = models.Manager()

    class Meta:
        verbose_name = _("change of figures")
        verbose_name_plural = _("changes of figures")
        indexes = [models.Index(fields=["month"], name="figure_change_month")]

    def __str__(self) -> str:
        return f"{self.month or '—'} {self.number}"


class MonthSummary(models.Model):
    """One part of the sums of a large unit or division, from the first month to the last, as JSON.

    It holds while the marks of these months add up to its `version`.
    """

    subject = models.CharField(_("subject"), max_length=80)
    part = models.CharField(_("part"), max_length=20)
    first = models.DateField(_("first month"))
    last = models.DateField(_("last month"))
    version = models.PositiveBigIntegerField(_("version"))
    content = models.JSONField(_("sums"))
    asked_on = models.DateField(_("last day on which somebody waited for it"))

    objects: ClassVar[models.Manager["MonthSummary"]] = models.Manager()

    class Meta:
        verbose_name = _("summary of a month")
        verbose_name_plural = _("summaries of months")
        constraints = [
            models.UniqueConstraint(fields=["subject", "part", "first", "last"], name="month_summary_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.part} {self.first:%Y-%m}"
