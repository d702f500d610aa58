"""The visit ledger (台账): entries, and the buckets that are always their sum."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.choices import EntryKind, Method, Source, WorkerGroup
from services.querysets import VisitEntryQuerySet, VisitQuerySet
from stations.models import Station, User


class Visit(models.Model):
    """Person-visits (服务人次) of one group at one station, day and hour, by one counting method.

    `hour` is 0 to 23, or empty for a figure of the whole day; within a method a day is either hourly or whole.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("station")
    )
    date = models.DateField(_("date"))
    hour = models.PositiveSmallIntegerField(_("hour"), null=True, blank=True, validators=[MaxValueValidator(23)])
    group = models.CharField(_("group"), max_length=16, choices=WorkerGroup)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    count = models.PositiveIntegerField(_("visits"))

    objects: ClassVar[models.Manager["Visit"]] = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visits")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "date", "hour", "group", "method"],
                name="visit_bucket_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(hour=None) | models.Q(hour__lte=23),
                name="visit_hour_of_day",
                violation_error_message=_("An hour is 0 to 23."),
            ),
        ]
        indexes = [models.Index(fields=["date", "station"], name="visit_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.get_group_display()} {self.count}"


class VisitEntry(models.Model):
    """One line of the ledger, never changed afterwards; undoing it is another line.

    `client_key` is made by whoever sends the entry: sent twice, it counts once. A *set* stores the difference to the
    figure it replaces, so that a bucket is always the sum of `change` over its entries.
    """

    client_key = models.UUIDField(_("client key"), unique=True)
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="visit_entries", db_index=False, verbose_name=_("station")
    )
    date = models.DateField(_("date"))
    hour = models.PositiveSmallIntegerField(_("hour"), null=True, blank=True)
    group = models.CharField(_("group"), max_length=16, choices=WorkerGroup)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    kind = models.CharField(_("kind"), max_length=3, choices=EntryKind)
    change = models.IntegerField(_("change"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name=_("undoes")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["VisitEntry"]] = VisitEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("visit ledger")
        indexes = [
            models.Index(fields=["station", "date"], name="visit_entry_day"),
            models.Index(fields=["date", "station"], name="visit_entry_date"),
            # They lie in the order in which they were written, so a few pages tell who wrote since a moment.
            BrinIndex(fields=["at"], name="visit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_group_display()} {self.change:+d}"


class LedgerChange(models.Model):
    """A note that a station's ledger of a month changed. Append-only, deleted by the roll-up that has taken it up."""

    station = models.ForeignKey(Station, models.CASCADE, db_index=False)
    month = models.DateField(help_text=_("the first day of the month"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["month", "station"], name="ledger_change_month")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.month:%Y-%m}"
