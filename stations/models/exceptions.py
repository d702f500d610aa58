"""Dates on which a station, or all that a unit operates, keeps other hours than usual."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.models.stations import DateRange, Station
from stations.models.units import Unit
from stations.querysets import HoursExceptionQuerySet

OWNERS = ("station", "unit")


class HoursException(models.Model):
    """From `first` to `last`, both included, the usual hours do not hold: `hours` do, or none ("off").

    A unit's exception holds for every station that it, or a unit below it, operates; the nearest unit's counts, and the
    station's own before all of them.
    """

    station = models.ForeignKey(
        Station, models.CASCADE, null=True, blank=True, related_name="exceptions", verbose_name=_("station")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="exceptions", verbose_name=_("unit")
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    hours = models.CharField(_("hours"), max_length=255)
    reason = models.CharField(_("reason"), max_length=100)
    by = models.ForeignKey(
        "stations.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"), editable=False
    )
    history = History()

    objects: ClassVar[models.Manager["HoursException"]] = HoursExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception to opening hours")
        verbose_name_plural = _("exceptions to opening hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(station__isnull=False, unit=None) | models.Q(station=None, unit__isnull=False),
                name="hours_exception_one_owner",
                violation_error_message=_("An exception belongs to a station or to a unit, not to both."),
            ),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="hours_exception_in_order",
                violation_error_message=_("An exception ends on or after the day it starts."),
            ),
            *(
                ExclusionConstraint(
                    name=f"hours_exception_{owner}_no_overlap",
                    expressions=[
                        (owner, RangeOperators.EQUAL),
                        (
                            DateRange("first", "last", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                            RangeOperators.OVERLAPS,
                        ),
                    ],
                    condition=models.Q(**{f"{owner}__isnull": False}),
                    violation_error_message=_("Another exception covers some of these days. Change that one."),
                )
                for owner in OWNERS
            ),
        ]
        indexes = [models.Index(fields=["-first", "-id"], name="hours_exception_newest")]

    def __str__(self) -> str:
        days = str(self.first) if self.first == self.last else f"{self.first} – {self.last}"
        return f"{days} {self.hours}"

    @property
    def owner(self) -> Station | Unit:
        owner = self.station or self.unit
        assert owner is not None
        return owner
