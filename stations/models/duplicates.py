"""Pairs of stations that may be one place."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.models.people import User
from stations.models.stations import Station
from stations.querysets import PossibleDuplicateQuerySet


class PossibleDuplicate(models.Model):
    """Two stations on the map within a few steps of each other, found by `stations.publishing.duplicates`.

    Somebody merges them, or says that they are two: that is remembered, however often they are found again.
    """

    first = models.ForeignKey(Station, models.CASCADE, related_name="+", db_index=False, verbose_name=_("station"))
    second = models.ForeignKey(Station, models.CASCADE, related_name="+", verbose_name=_("other station"))
    metres = models.FloatField(_("distance (m)"))
    told_apart_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("told apart by")
    )
    told_apart_at = models.DateTimeField(_("told apart at"), null=True, blank=True)
    history = History(no_db_index=["first", "second", "told_apart_by"])

    objects: ClassVar[models.Manager["PossibleDuplicate"]] = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="possible_duplicate_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="possible_duplicate_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(told_apart_by=None, told_apart_at=None)
                | models.Q(told_apart_by__isnull=False, told_apart_at__isnull=False),
                name="possible_duplicate_told_apart_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"
