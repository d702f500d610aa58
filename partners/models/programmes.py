"""Programmes, and the plates by which a station belongs to them."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from partners.querysets import PlateQuerySet
from stations.models import Station, Unit


class Programme(models.Model):
    """A brand under which stations are opened to workers; one station may bear the plates of several."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("owner")
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0b6e6e",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("A colour is written like #0b6e6e."))],
    )
    url = models.URLField(_("web page"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Plate(models.Model):
    """A programme's plate on a station, from `since` to `until` (both inclusive)."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="plates", verbose_name=_("station"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="plates", verbose_name=_("programme"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    history = History()

    objects: ClassVar[models.Manager["Plate"]] = PlateQuerySet.as_manager()

    class Meta:
        verbose_name = _("plate")
        verbose_name_plural = _("plates")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "programme", "since"],
                name="plate_once_per_programme_and_day",
                violation_error_message=_("This station already has this programme's plate from that day."),
            ),
            models.UniqueConstraint(
                fields=["station", "programme"],
                condition=models.Q(until=None),
                name="plate_one_current_per_programme",
                violation_error_message=_("This station already bears this programme's plate."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="plate_in_order",
                violation_error_message=_("A plate ends on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}".strip()
