"""Photos of what is broken at a station."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.querysets import FaultPhotoQuerySet
from stations.models import StationAmenity, User

FAULT_FOLDER = "faults"


class FaultPhoto(models.Model):
    """What a keeper photographed when something broke; it stays when the thing has been repaired."""

    amenity = models.ForeignKey(
        StationAmenity, models.CASCADE, related_name="fault_photos", verbose_name=_("amenity of a station")
    )
    # Not below the public folder of uploads: a page that asks who you are shows it to staff.
    photo = models.FileField(_("photo"), upload_to=FAULT_FOLDER)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["FaultPhoto"]] = FaultPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a fault")
        verbose_name_plural = _("photos of faults")

    def __str__(self) -> str:
        return str(self.photo)
