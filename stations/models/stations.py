"""Stations, and who runs and supervises them by date."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.choices import Datum, EntryMode, HostKind, StationStatus
from stations.models.divisions import Division
from stations.models.schedules import Schedule
from stations.models.units import Unit
from stations.querysets import PostingQuerySet, StationManager

CODE_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{8}$"


class Station(models.Model):
    """A rest station. Its place is WGS-84; `code` is public, made once and never reused."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=100)
    pinyin = models.CharField(_("pinyin initials"), max_length=100, blank=True, editable=False)
    host_kind = models.CharField(_("host kind"), max_length=16, choices=HostKind, default=HostKind.OTHER)
    address = models.CharField(_("address"), max_length=200)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    datum_given = models.CharField(_("datum of the source"), max_length=5, choices=Datum, default=Datum.WGS84)
    entry_mode = models.CharField(_("entry mode"), max_length=10, choices=EntryMode, default=EntryMode.WALK_IN)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    schedule = models.ForeignKey(
        Schedule, models.PROTECT, null=True, blank=True, related_name="stations", verbose_name=_("schedule")
    )
    area_m2 = models.DecimalField(_("area (m²)"), max_digits=7, decimal_places=1, null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    is_smart = models.BooleanField(_("smart station"), default=False)
    counts_by_hour = models.BooleanField(
        _("counts by the hour"),
        default=False,
        help_text=_(
            "The counters of My station stand for the running hour. A day that has figures already stays as it is."
        ),
    )
    opened_date = models.DateField(_("opened on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=StationStatus, default=StationStatus.DRAFT)
    suspended_from = models.DateField(_("suspended from"), null=True, blank=True)
    suspended_until = models.DateField(_("suspended until"), null=True, blank=True)
    suspended_reason = models.CharField(_("reason of suspension"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_stations",
        db_index=False,
        editable=False,
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    history = History(no_db_index=["schedule", "merged_into"])

    objects: ClassVar[StationManager] = StationManager()

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=CODE_PATTERN),
                name="station_code_is_crockford",
                violation_error_message=_(
                    "A station's code has eight characters: digits and letters without I, L, O, U."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(longitude=None, latitude=None)
                | models.Q(
                    # Said, since a comparison with nothing is neither true nor false, and passes.
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-85, 85),
                ),
                name="station_place_is_whole_and_in_range",
                violation_error_message=_("Longitude (-180 to 180) and latitude (-85 to 85) go together."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=StationStatus.PUBLISHED) | models.Q(longitude__isnull=False),
                name="station_published_is_placed",
                violation_error_message=_("A station needs its place before it goes on the map."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=StationStatus.SUSPENDED, suspended_from__isnull=False)
                | (~models.Q(status=StationStatus.SUSPENDED) & models.Q(suspended_from=None, suspended_until=None)),
                name="station_suspended_has_dates",
                violation_error_message=_("A suspended station says since when; any other has no such dates."),
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_until=None) | models.Q(suspended_until__gte=models.F("suspended_from")),
                name="station_suspension_in_order",
                violation_error_message=_("A suspension ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None)
                | (models.Q(status=StationStatus.CLOSED) & ~models.Q(merged_into=models.F("id"))),
                name="station_merged_is_closed",
                violation_error_message=_("A station that was merged into another one is closed for good."),
            ),
        ]
        indexes = [
            models.Index(fields=["name", "address"], name="station_name_address"),
            models.Index(fields=["status", "code"], name="station_status_code"),
            GinIndex(fields=["name", "address"], opclasses=["gin_trgm_ops"] * 2, name="station_text_trgm"),
            GinIndex(fields=["pinyin"], opclasses=["gin_trgm_ops"], name="station_pinyin_trgm"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="station_merged_into"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("station", args=[self.code])

    @property
    def is_placed(self) -> bool:
        return self.longitude is not None

    @property
    def suspended_through(self) -> date | None:
        """The last day of its suspension, also of one still to come; the end of time until further notice."""
        return None if self.suspended_from is None else self.suspended_until or date.max

    def is_suspended_on(self, day: date) -> bool:
        if self.suspended_from is None or day < self.suspended_from:
            return False
        return self.suspended_until is None or day <= self.suspended_until


class DateRange(models.Func):
    """PostgreSQL's `daterange(since, until, '[]')`: both ends inclusive, an open end without limit."""

    function = "daterange"
    output_field = DateRangeField()


class Posting(models.Model):
    """Who operates and supervises a station, and which division it belongs to, by date.

    `since` and `until` are both inclusive; no `until` means until further notice.
    """

    station = models.ForeignKey(Station, models.CASCADE, related_name="postings", verbose_name=_("station"))
    operator = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="operated", verbose_name=_("operator")
    )
    supervisor = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="supervised", verbose_name=_("supervisor")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("division")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    history = History(no_db_index=["operator", "supervisor", "division"])

    objects: ClassVar[models.Manager["Posting"]] = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            ExclusionConstraint(
                name="posting_no_overlap",
                expressions=[
                    ("station", RangeOperators.EQUAL),
                    (
                        DateRange("since", "until", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Another posting of this station covers some of these days."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="posting_in_order",
                violation_error_message=_("A posting ends on or after the day it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "since"], name="posting_station_since"),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.operator or '—'} · {self.since}"
