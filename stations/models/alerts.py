"""Notices: heat, cold, typhoons, holiday hours and the like, announced for a division, from a day to a day."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.choices import WEATHER, AlertKind
from stations.models.divisions import Division
from stations.models.people import User
from stations.models.stations import DateRange
from stations.querysets import WeatherAlertQuerySet


class WeatherAlert(models.Model):
    """A notice holds from `first` to `last`, both included, and then ends by itself; `ended_at` ends it before.

    The public reads it from its first day on, or from `publish_at` on, where it is announced before.
    """

    kind = models.CharField(_("kind"), max_length=7, choices=AlertKind)
    title = models.CharField(
        _("title"),
        max_length=40,
        blank=True,
        help_text=_("In a few words; of the weather, and of holiday hours, the portal has its own."),
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="alerts", verbose_name=_("division"))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    publish_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("A moment from which on the public reads it beforehand; empty: from its first day on."),
    )
    message = models.CharField(
        _("message"), max_length=200, blank=True, help_text=_("What the public reads besides the title.")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("announced by"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True, editable=False)
    history = History()

    objects: ClassVar[models.Manager["WeatherAlert"]] = WeatherAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            ExclusionConstraint(
                name="alert_no_overlap",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("division", RangeOperators.EQUAL),
                    (
                        DateRange("first", "last", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=models.Q(ended_at=None, kind__in=WEATHER),
                violation_error_message=_("Another alert of this kind covers some of these days here."),
            ),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="alert_in_order",
                violation_error_message=_("An alert ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AlertKind.OTHER) | ~models.Q(title=""),
                name="alert_other_has_a_title",
                violation_error_message=_("Another notice needs a title."),
            ),
        ]
        indexes = [models.Index(fields=["last"], name="alert_last", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.division} · {self.first}–{self.last}"
