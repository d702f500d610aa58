"""Contests (劳动竞赛): units compared by a metric over some months."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from harbor_portal.lib.history import History
from harbor_portal.lib.months import Month
from reports.querysets import ContestQuerySet
from stations.choices import HonourLevel
from stations.models import Unit, User

MAX_TERMS = 1000


class Contest(models.Model):
    """The units right below `unit`, ranked by one metric from the first month to the last.

    Until it is frozen the ranking follows the live figures; then `result` is what it was, for good.
    """

    title = models.CharField(_("title"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contests", verbose_name=_("held by"))
    metric = models.CharField(_("compared by"), max_length=20)
    first = models.DateField(_("first month"), help_text=_("Any day of it."))
    last = models.DateField(_("last month"), help_text=_("Any day of it."))
    terms = models.TextField(pgettext_lazy("contest", "terms"), max_length=MAX_TERMS, blank=True)
    award = models.CharField(_("honour for the best"), max_length=100)
    level = models.CharField(_("level"), max_length=8, choices=HonourLevel)
    winners = models.PositiveSmallIntegerField(
        _("how many are honoured"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    result = models.JSONField(_("result"), default=list, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True, editable=False)
    frozen_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("frozen by")
    )
    honoured_at = models.DateTimeField(_("honours given at"), null=True, blank=True, editable=False)
    history = History()

    objects: ClassVar[models.Manager["Contest"]] = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title", "first"],
                name="contest_once",
                violation_error_message=_("This unit holds a contest of that name from that month already."),
            ),
            models.CheckConstraint(
                condition=Q(first__day=1, last__day=1, last__gte=F("first")),
                name="contest_months_in_order",
                violation_error_message=_("A contest ends in the month in which it begins, or later."),
            ),
            models.CheckConstraint(
                condition=Q(honoured_at=None) | Q(frozen_at__isnull=False),
                name="contest_honours_what_is_frozen",
                violation_error_message=_("Honours are given from a result that is frozen."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def months(self) -> tuple[Month, Month]:
        return Month.of(self.first), Month.of(self.last)
