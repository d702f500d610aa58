"""Rubrics: by what stations are assessed, how much each item weighs, and from when on it is a star."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from reports.stars.choices import RubricState
from reports.stars.querysets import RubricItemQuerySet, RubricQuerySet
from stations.models import Unit

MOST_STARS = 5
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Rubric(models.Model):
    """One version of how stations are assessed. A draft is edited; what is in force stays, and a new one follows it.

    Without a unit it is a sample, from which units make their own.
    """

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rubrics",
        verbose_name=_("unit"),
        help_text=_("The unit that assesses by it, with all below it; blank: a sample for all."),
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followers",
        verbose_name=_("made from"),
    )
    state = models.CharField(_("state"), max_length=8, choices=RubricState, default=RubricState.DRAFT, editable=False)
    five_from = models.PositiveSmallIntegerField(_("five stars from (percent)"), default=90, validators=PERCENT)
    four_from = models.PositiveSmallIntegerField(_("four stars from (percent)"), default=80, validators=PERCENT)
    three_from = models.PositiveSmallIntegerField(_("three stars from (percent)"), default=70, validators=PERCENT)
    two_from = models.PositiveSmallIntegerField(_("two stars from (percent)"), default=60, validators=PERCENT)
    one_from = models.PositiveSmallIntegerField(_("one star from (percent)"), default=50, validators=PERCENT)
    valid_months = models.PositiveSmallIntegerField(
        _("months for which a star holds"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    objection_days = models.PositiveSmallIntegerField(
        _("working days for objections"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    history = History(no_db_index=["unit", "follows"])

    objects: ClassVar[models.Manager["Rubric"]] = RubricQuerySet.as_manager()

    class Meta:
        verbose_name = _("rubric of stars")
        verbose_name_plural = _("rubrics of stars")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name", "version"],
                name="rubric_version_once",
                nulls_distinct=False,
                violation_error_message=_("This unit has a rubric of that name and version already."),
            ),
            models.CheckConstraint(
                condition=Q(five_from__gt=F("four_from"))
                & Q(four_from__gt=F("three_from"))
                & Q(three_from__gt=F("two_from"))
                & Q(two_from__gt=F("one_from")),
                name="rubric_stars_in_order",
                violation_error_message=_("Each star takes more percent than the one before."),
            ),
        ]

    def __str__(self) -> str:
        return f"{in_language(self.name, self.name_en or self.name)} · {_('version')} {self.version}"

    @property
    def limits(self) -> tuple[int, ...]:
        """From how many percent on there are one, two … five stars."""
        return self.one_from, self.two_from, self.three_from, self.four_from, self.five_from

    def star_of(self, percent: Decimal) -> int:
        return sum(percent >= limit for limit in self.limits)


class RubricItem(models.Model):
    """One thing that counts: full points from `full_at` on, none at `zero_at`, in between in proportion.

    Which of the two is larger says whether more is better. What is worse than `veto_at` leaves `veto_star` at most,
    whatever the rest.
    """

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="items", verbose_name=_("rubric of stars"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.CharField(_("figure"), max_length=20)
    detail = models.CharField(
        _("of what"),
        max_length=200,
        blank=True,
        help_text=_("Codes of amenities, or of an inspection's item, such as routine.hygiene."),
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    weight = models.PositiveSmallIntegerField(_("points"), validators=PERCENT)
    full_at = models.DecimalField(_("full points at"), max_digits=7, decimal_places=2)
    zero_at = models.DecimalField(_("no points at"), max_digits=7, decimal_places=2)
    veto_at = models.DecimalField(_("worse than this is a veto"), max_digits=7, decimal_places=2, null=True, blank=True)
    veto_star = models.PositiveSmallIntegerField(
        _("stars at most, then"), default=0, validators=[MaxValueValidator(MOST_STARS - 1)]
    )
    history = History(no_db_index=["rubric"])

    objects: ClassVar[models.Manager["RubricItem"]] = RubricItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a rubric")
        verbose_name_plural = _("items of rubrics")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(full_at=F("zero_at")),
                name="rubric_item_tells_good_from_bad",
                violation_error_message=_("Full points and no points need different figures."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0) | Q(veto_at__isnull=False),
                name="rubric_item_counts_for_something",
                violation_error_message=_("An item has points or a veto."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en or self.name)
