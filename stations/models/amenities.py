"""What a station offers, and whether it works."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from stations.choices import Access, Health, Tier
from stations.models.stations import Station
from stations.querysets import StationAmenityQuerySet


class Amenity(models.Model):
    """An entry of the editable catalogue of amenities."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier)
    icon = models.CharField(_("icon"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    class Meta:
        verbose_name = _("amenity")
        verbose_name_plural = _("amenities")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class StationAmenity(models.Model):
    """One amenity at one station. No row means that nobody knows, which is not the same as `Access.NONE`."""

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="amenities", db_index=False, verbose_name=_("station")
    )
    amenity = models.ForeignKey(Amenity, models.PROTECT, related_name="stations", verbose_name=_("amenity"))
    access = models.CharField(_("access"), max_length=10, choices=Access, default=Access.OPEN)
    health = models.CharField(_("health"), max_length=12, choices=Health, default=Health.OK)
    note = models.CharField(_("note"), max_length=100, blank=True)
    out_since = models.DateField(_("out of order since"), null=True, blank=True)
    due_back = models.DateField(_("due back"), null=True, blank=True)
    history = History(no_db_index=["amenity"])

    objects: ClassVar[models.Manager["StationAmenity"]] = StationAmenityQuerySet.as_manager()

    class Meta:
        verbose_name = _("amenity of a station")
        verbose_name_plural = _("amenities of a station")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "amenity"],
                name="station_amenity_once",
                violation_error_message=_("This amenity is already listed for this station."),
            ),
            models.CheckConstraint(
                condition=models.Q(health=Health.OUT_OF_ORDER) | models.Q(out_since=None, due_back=None),
                name="station_amenity_out_dates_only_when_out",
                violation_error_message=_("Only something out of order has dates of being out and due back."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "due_back"],
                condition=models.Q(health=Health.OUT_OF_ORDER),
                name="station_amenity_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amenity} · {self.get_access_display()}"
