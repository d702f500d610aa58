"""What a station shows of itself: photos, and honours that it was given."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.choices import HonourLevel
from stations.lasting_querysets import HonourQuerySet
from stations.models.people import User
from stations.models.stations import Station
from stations.models.units import Unit
from stations.querysets import PhotoQuerySet

LARGE, SMALL = 1280, 480
"""The longest sides in which a photo is kept, in pixels."""
PHOTO_FOLDER = "photos"


class Photo(models.Model):
    """A photo of a station. Its two files are named by `key`, which is given once, so they may be cached for ever.

    `width`, `height` and `small_width` are pixels of the files, so that a page keeps their place free.
    """

    station = models.ForeignKey(Station, models.CASCADE, related_name="photos", verbose_name=_("station"))
    key = models.CharField(max_length=16, unique=True, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    small_width = models.PositiveSmallIntegerField(editable=False)
    caption = models.CharField(
        _("caption"),
        max_length=100,
        blank=True,
        help_text=_("What is to be seen; read out to those who cannot see it."),
    )
    taken_date = models.DateField(_("taken on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    history = History()

    objects: ClassVar[models.Manager["Photo"]] = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [models.Index(fields=["station", "order"], name="photo_station_order")]

    def __str__(self) -> str:
        return self.caption or f"{self.station_id} · {self.order}"

    @property
    def url(self) -> str:
        return f"{settings.MEDIA_URL}{photo_file(self.key, LARGE)}"

    @property
    def small_url(self) -> str:
        return f"{settings.MEDIA_URL}{photo_file(self.key, SMALL)}"


def photo_file(key: str, side: int) -> str:
    """The name of one of a photo's files below the media folder."""
    return f"{PHOTO_FOLDER}/{key}-{side}.webp"


class Honour(models.Model):
    """A title that a station, a unit or a person was awarded; in force until the day on which it expires, inclusive.

    The public reads those of stations.
    """

    station = models.ForeignKey(
        Station, models.CASCADE, null=True, blank=True, related_name="honours", verbose_name=_("station")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="honours", verbose_name=_("unit")
    )
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="honours", verbose_name=_("person")
    )
    title = models.CharField(_("title"), max_length=100)
    level = models.CharField(_("level"), max_length=8, choices=HonourLevel)
    year = models.PositiveSmallIntegerField(_("year"))
    expires_date = models.DateField(_("expires on"), null=True, blank=True)
    history = History()

    objects: ClassVar[models.Manager["Honour"]] = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "unit", "person", "title", "level", "year"],
                name="honour_once_a_year",
                nulls_distinct=False,
                violation_error_message=_("This honour of this year was given there already."),
            ),
            models.CheckConstraint(
                condition=models.Q(station__isnull=False, unit=None, person=None)
                | models.Q(station=None, unit__isnull=False, person=None)
                | models.Q(station=None, unit=None, person__isnull=False),
                name="honour_of_one",
                violation_error_message=_("An honour belongs to a station, a unit or a person: to exactly one."),
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(1990, 2100)),
                name="honour_year_is_plausible",
                violation_error_message=_("The year of an honour has four digits, such as 2026."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"

    @property
    def holder(self) -> Station | Unit | User:
        """Who was awarded it."""
        holder = self.station or self.unit or self.person
        assert holder is not None
        return holder
