"""Targets: what units are to reach in a year, given down the tree, and how far they have come."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from reports.targets.querysets import TargetQuerySet
from stations.models import Unit

LEAST = Decimal("0.01")
MOST_NOTE = 200
METRIC_TITLES: dict[str, str | Promise] = {}
"""By their codes what can be measured; filled where metrics are registered."""


class Target(models.Model):
    """So much of one metric in a year, for a unit with all below it.

    A part of another one was given by the unit above, out of its own target of the same metric and year.
    """

    campaign = models.CharField(
        _("belongs to"),
        max_length=60,
        blank=True,
        help_text=_("Targets of one name are read together, such as 六个100."),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="targets", verbose_name=_("unit"))
    metric = models.CharField(_("what is measured"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    goal = models.DecimalField(_("goal"), max_digits=12, decimal_places=2, validators=[MinValueValidator(LEAST)])
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="parts", verbose_name=_("part of")
    )
    note = models.CharField(_("note"), max_length=MOST_NOTE, blank=True)
    history = History(no_db_index=["unit", "part_of"])

    objects: ClassVar[models.Manager["Target"]] = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "metric", "year"],
                name="target_once_a_year",
                violation_error_message=_("This unit has a target of this kind for that year already."),
            ),
            models.CheckConstraint(
                condition=Q(goal__gt=0),
                name="target_of_something",
                violation_error_message=_("A goal is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(part_of=None) | ~Q(part_of=F("id")),
                name="target_is_no_part_of_itself",
                violation_error_message=_("A target is no part of itself."),
            ),
        ]
        indexes = [models.Index(fields=["year", "metric"], name="target_year_metric")]

    def __str__(self) -> str:
        return f"{self.unit} · {METRIC_TITLES.get(self.metric, self.metric)} · {self.year}"


class TargetMonth(models.Model):
    """What was measured for a target in a month; of a state, as it stood at the end of that month.

    A state has a row of the December before, too: from there its line begins.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="months", verbose_name=_("target"))
    month = models.DateField(_("month"))
    part = models.PositiveBigIntegerField(_("reached"))
    whole = models.PositiveBigIntegerField(_("of"))

    objects: ClassVar[models.Manager["TargetMonth"]] = models.Manager()

    class Meta:
        verbose_name = _("month of a target")
        verbose_name_plural = _("months of targets")
        constraints = [
            models.UniqueConstraint(fields=["target", "month"], name="target_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="target_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.part} / {self.whole}"


class TargetStanding(models.Model):
    """How a target stood when it was last measured: what the desk counts and lists show."""

    target = models.OneToOneField(Target, models.CASCADE, related_name="standing", primary_key=True)
    day = models.DateField(_("as of"))
    value = models.DecimalField(_("reached"), max_digits=16, decimal_places=2, null=True)
    expected = models.DecimalField(_("expected by then"), max_digits=16, decimal_places=2)
    is_behind = models.BooleanField(_("behind"))
    at = models.DateTimeField(_("measured at"))

    class Meta:
        verbose_name = _("standing of a target")
        verbose_name_plural = _("standings of targets")
        indexes = [models.Index(fields=["target"], condition=Q(is_behind=True), name="target_behind")]

    def __str__(self) -> str:
        return f"{self.value} / {self.expected}"
