"""Roll-ups: one row per posting and month, so that a station that changes hands counts for each by date."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.choices import HourClass, RunState
from reports.querysets import StationMonthQuerySet
from services.choices import Method, WorkerGroup
from stations.models import Posting


class RollupRun(models.Model):
    """One run of the roll-up over a month."""

    month = models.DateField(_("month"))
    is_full = models.BooleanField(_("full"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.STARTED)
    started_at = models.DateTimeField(_("started at"))
    seconds = models.FloatField(_("seconds"), null=True, blank=True)
    stations = models.PositiveIntegerField(_("stations"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    failed_stations = models.JSONField(_("failed stations"), default=list, blank=True)
    unposted_days = models.PositiveIntegerField(
        _("days without a posting"), default=0, help_text=_("recorded on a day when nobody ran the station")
    )
    unposted_visits = models.PositiveBigIntegerField(_("visits without a posting"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("roll-up run")
        verbose_name_plural = _("roll-up runs")
        indexes = [models.Index(fields=["month", "-started_at"], name="rollup_run_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_state_display()}"


class StationMonth(models.Model):
    """The measures of one posting in one month, of its days from `first_day` to `last_day`.

    A day on which the station was to be open is recorded, or explained by a remark on it, or missing; so of
    `days_expected`, what is neither explained nor missing is on record. Judged are the days up to `through`.
    The days and the fingerprint of the plan tell the next roll-up whether something has changed since.
    """

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="months", verbose_name=_("posting"))
    month = models.DateField(_("month"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    through = models.DateField(_("judged through"))
    plan = models.UUIDField(_("fingerprint of the plan"), null=True, blank=True)
    days_opened = models.PositiveSmallIntegerField(_("days opened"), default=0)
    days_recorded = models.PositiveSmallIntegerField(_("days recorded"), default=0)
    days_nil = models.PositiveSmallIntegerField(_("nil returns"), default=0)
    days_expected = models.PositiveSmallIntegerField(
        _("days expected"), default=0, help_text=_("to be open by the hours, the calendar, exceptions and suspensions")
    )
    days_explained = models.PositiveSmallIntegerField(
        _("days explained"), default=0, help_text=_("expected, without a record, with a reason")
    )
    days_missing = models.PositiveSmallIntegerField(
        _("days missing"), default=0, help_text=_("expected, without a record or a reason")
    )
    missing_bits = models.PositiveIntegerField(
        _("which days are missing"), default=0, help_text=_("bit 0 is the first of the month")
    )
    days_kept = models.PositiveSmallIntegerField(
        _("expected days opened"),
        null=True,
        help_text=_("expected, and the keeper opened; empty where it was added up before this was asked"),
    )
    days_suspended = models.PositiveSmallIntegerField(_("days suspended"), default=0)
    minutes_posted = models.PositiveIntegerField(_("minutes posted"), default=0)
    minutes_open = models.PositiveIntegerField(
        _("minutes of them open"), default=0, help_text=_("from the opening to the closing that the keeper recorded")
    )
    visits = models.PositiveIntegerField(_("visits"), default=0)

    objects: ClassVar[models.Manager["StationMonth"]] = StationMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("station month")
        verbose_name_plural = _("station months")
        constraints = [
            models.UniqueConstraint(fields=["month", "posting"], name="station_month_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="station_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.posting} {self.month:%Y-%m}"


class StationMonthVisits(models.Model):
    """Visits of one posting in one month by group and method; `is_counted` marks those that make the total.

    A method that counts on some days and stands beside on others has a row of each.
    """

    # Only the roll-up writes here, with ids it has just joined; the database's check of each of two million rows
    # would take longer than the roll-up itself. `StationMonth`, written with it, keeps the check. Finding the rows of a
    # posting needs no index of its own: PostgreSQL skips through the months of the unique one.
    posting = models.ForeignKey(
        Posting,
        models.CASCADE,
        related_name="month_visits",
        db_constraint=False,
        db_index=False,
        verbose_name=_("posting"),
    )
    month = models.DateField(_("month"))
    group = models.CharField(_("group"), max_length=16, choices=WorkerGroup)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    is_counted = models.BooleanField(_("counts"))
    count = models.PositiveIntegerField(_("visits"))

    class Meta:
        verbose_name = _("visits of a station month")
        verbose_name_plural = _("visits of station months")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "posting", "group", "method", "is_counted"], name="station_month_visits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting} {self.month:%Y-%m} {self.get_group_display()} {self.count}"


class StationMonthTimes(models.Model):
    """The visits of one posting in one month that make its total, by weekday (1 is Monday) and part of the day."""

    # As with `StationMonthVisits`.
    posting = models.ForeignKey(
        Posting,
        models.CASCADE,
        related_name="month_times",
        db_constraint=False,
        db_index=False,
        verbose_name=_("posting"),
    )
    month = models.DateField(_("month"))
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    hours = models.CharField(_("part of the day"), max_length=9, choices=HourClass)
    count = models.PositiveIntegerField(_("visits"))

    class Meta:
        verbose_name = _("visits of a station month by time")
        verbose_name_plural = _("visits of station months by time")
        constraints = [
            models.UniqueConstraint(fields=["month", "posting", "weekday", "hours"], name="station_month_times_once"),
        ]

    def __str__(self) -> str:
        return f"{self.posting} {self.month:%Y-%m} {self.weekday} {self.get_hours_display()} {self.count}"
