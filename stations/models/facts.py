"""When somebody last saw that what is told of a station is right."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.choices import PASSING, HowChecked
from stations.models.people import User
from stations.models.stations import Station
from stations.querysets import FactCheckQuerySet


class FactCheck(models.Model):
    """One look at one fact, or at all that are told (see `stations.facts`). Those by staff are only ever added."""

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="checks", db_index=False, verbose_name=_("station")
    )
    what = models.CharField(_("fact"), max_length=50)
    at = models.DateTimeField(_("checked at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("checked by"))
    how = models.CharField(_("how"), max_length=10, choices=HowChecked)

    objects: ClassVar[models.Manager["FactCheck"]] = FactCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a fact")
        verbose_name_plural = _("checks of facts")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "what", "how"],
                condition=models.Q(how__in=PASSING),
                name="fact_check_passing_once",
            ),
        ]
        indexes = [models.Index(fields=["station", "what", "at"], name="fact_check_last")]

    def __str__(self) -> str:
        return f"{self.what} · {self.at:%Y-%m-%d}"


class Freshness(models.Model):
    """What the checks of a station come to, kept ready for lists: derived from them, and from nothing else.

    `checked_at` is the moment since which staff have looked at each of the core facts; nothing where one of them was
    never looked at. On `due_date` the first of all its facts is due to be looked at again, whoever looked at it last.
    """

    station = models.OneToOneField(Station, models.CASCADE, primary_key=True, related_name="freshness")
    checked_at = models.DateTimeField(_("checked at"), null=True)
    due_date = models.DateField(_("due to be checked"))

    class Meta:
        verbose_name = _("freshness")
        verbose_name_plural = _("freshness")

    def __str__(self) -> str:
        return f"{self.station_id} · {self.due_date}"
