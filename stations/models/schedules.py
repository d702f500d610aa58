"""Opening hours that stations share, and the calendar of public holidays."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.choices import CalendarPolicy, DayKind, DayStatus
from stations.plans import DatedHours, Plan


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


class Timetable(models.Model):
    """A schedule with the exceptions that hold for some stations: what the cards of those stations share.

    Made by the publisher, never changed: another exception is another timetable. Which timetables are open is worked
    out once a minute, so that a query needs only their ids. `exceptions` is a list of rows of `DatedHours`, in order
    and without overlap; `digest` is its SHA-256.
    """

    schedule = models.ForeignKey(Schedule, models.PROTECT, null=True, related_name="+")
    exceptions = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "digest"], name="timetable_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(schedule__isnull=False) | ~models.Q(exceptions=[]),
                name="timetable_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.digest[:8]}"

    @property
    def plan(self) -> Plan:
        """`self` with its schedule."""
        return plan_with(self.schedule, tuple(map(DatedHours.from_row, self.exceptions)))


def plan_with(schedule: Schedule | None, dated: tuple[DatedHours, ...]) -> Plan:
    if schedule is None:
        return Plan("", "", dated)
    return Plan(schedule.opening_hours, schedule.calendar_policy, dated)


class CalendarDay(models.Model):
    """A day on which the statutory calendar differs from the week: a public holiday or a make-up workday."""

    date = models.DateField(_("date"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=6, choices=DayKind)
    name = models.CharField(_("name"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=DayStatus, default=DayStatus.ANNOUNCED)
    history = History()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
