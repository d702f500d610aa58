"""The code on a station's door."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.models import Station

FIRST_SERIAL = 1


class DoorCode(models.Model):
    """Which of the codes printed for a station's door holds. A station without a row still has its first one.

    Renewing it makes every poster printed before worthless; history says who did it, when and why.
    """

    station = models.OneToOneField(
        Station, models.CASCADE, related_name="door_code", primary_key=True, verbose_name=_("station")
    )
    serial = models.PositiveIntegerField(_("serial number"), default=FIRST_SERIAL)
    history = History()

    objects: ClassVar[models.Manager["DoorCode"]] = models.Manager()

    class Meta:
        verbose_name = _("door code")
        verbose_name_plural = _("door codes")

    def __str__(self) -> str:
        return f"{self.station} · {self.serial}"
