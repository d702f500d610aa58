"""Special stations: what a theme and a partner make of a station, beyond what every one offers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from partners.models.partners import Partner
from partners.querysets import SpecialStationQuerySet
from stations.models import Photo, Station


class SpecialStation(models.Model):
    """The station has a theme of its own, such as a shared reading room, from `since` to `until` (both inclusive)."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="specials", verbose_name=_("station"))
    theme = models.CharField(
        _("theme"), max_length=40, help_text=_("As workers read it on the map, such as “shared reading room”.")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="specials", verbose_name=_("partner")
    )
    description = models.TextField(_("description"), max_length=1000, blank=True)
    photos = models.ManyToManyField(
        Photo,
        blank=True,
        related_name="specials",
        verbose_name=_("photos"),
        help_text=_("Of the station's photos those that show the theme; new ones are added on the station's page."),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    history = History(m2m_fields=[photos])

    objects: ClassVar[models.Manager["SpecialStation"]] = SpecialStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("special station")
        verbose_name_plural = _("special stations")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "theme", "since"],
                name="special_once_per_theme_and_day",
                violation_error_message=_("This station has this theme from that day already."),
            ),
            models.UniqueConstraint(
                fields=["station"],
                condition=models.Q(until=None),
                name="special_one_current",
                violation_error_message=_("This station has another theme that has not ended. End that one first."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="special_in_order",
                violation_error_message=_("A theme ends on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.theme}"
