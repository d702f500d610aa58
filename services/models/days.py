"""A station's day as its keeper recorded it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.choices import Method
from services.querysets import StationDayQuerySet
from stations.models import Station, User


class StationDay(models.Model):
    """Opening, closing and nil return of one station on one day.

    `counted_by` names the one method whose visits make the day's total; it follows `Method`'s order unless
    `is_method_chosen` says that a person decided. The other methods are shown beside it and never added.
    """

    station = models.ForeignKey(Station, models.CASCADE, related_name="days", verbose_name=_("station"))
    date = models.DateField(_("date"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    is_nil = models.BooleanField(_("nil return"), default=False, help_text=_("open, and nobody came"))
    counted_by = models.CharField(_("counted by"), max_length=8, choices=Method, blank=True)
    is_method_chosen = models.BooleanField(_("method chosen by hand"), default=False)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    history = History()

    objects: ClassVar[models.Manager["StationDay"]] = StationDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("station day")
        verbose_name_plural = _("station days")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "date"],
                name="station_day_once",
                violation_error_message=_("This station already has a record of that day."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("opened_at")),
                name="station_day_closes_after_opening",
                violation_error_message=_("A station closes after it has opened."),
            ),
        ]
        indexes = [
            models.Index(fields=["date", "station"], name="station_day_date"),
            # Which stations were opened on a day, read from the index alone.
            models.Index(
                fields=["date", "station"], condition=models.Q(opened_at__isnull=False), name="station_day_opened"
            ),
            # Few days are opened and then forgotten, however long the past grows.
            models.Index(
                fields=["date", "station"],
                condition=models.Q(opened_at__isnull=False, is_nil=False, counted_by=""),
                name="station_day_unrecorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.date}"
