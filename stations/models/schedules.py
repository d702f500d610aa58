"""Opening hours that stations share, and the calendar of public holidays."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from stations.choices import CalendarPolicy, DayKind, DayStatus


class Schedule(models.Model):
    """Hours in the OpenStreetMap grammar with the policy for holidays; stations that open alike share one row."""

    opening_hours = models.CharField(_("opening hours"), max_length=255)
    calendar_policy = models.CharField(_("calendar policy"), max_length=10, choices=CalendarPolicy)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.UniqueConstraint(fields=["opening_hours", "calendar_policy"], name="schedule_once"),
        ]

    def __str__(self) -> str:
        return self.opening_hours


class CalendarDay(models.Model):
    """A day on which the statutory calendar differs from the week: a public holiday or a make-up workday."""

    date = models.DateField(_("date"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=6, choices=DayKind)
    name = models.CharField(_("name"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=DayStatus, default=DayStatus.ANNOUNCED)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
