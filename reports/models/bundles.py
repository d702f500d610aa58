"""Bundles: the month's report of a unit or division and of everything right below it, in one file."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from reports.choices import BUNDLE_FORMATS, BundleState, ReportState
from reports.models.month_reports import MonthReport
from reports.querysets import BundleQuerySet
from reports.subjects import Subject
from stations.models import Division, Unit, User


class OfSubject(models.Model):
    """Exactly one of a unit and a division."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit=None, division__isnull=False) | models.Q(unit__isnull=False, division=None),
                name="%(class)s_is_of_one_subject",
            ),
        ]

    @property
    def subject(self) -> Subject:
        return Subject(unit=self.unit, division=self.division)


class Bundle(OfSubject):
    """Asked for once, made by the worker part by part, taken along, erased after some days; the row stays.

    Its state moves by conditional updates alone: whoever cancels and whoever makes it ready never both succeed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField(_("month"))
    formats = models.CharField(_("formats"), max_length=20)
    """Of `BUNDLE_FORMATS`, in that order, with spaces between them."""
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=BundleState, default=BundleState.MAKING)
    steps = models.PositiveIntegerField(default=0)
    """The files of all parts, and one for putting them together."""
    steps_done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often somebody has begun to make it: more than once if workers died over it."""
    failure = models.TextField(_("what went wrong"), blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    moved_at = models.DateTimeField(_("went on at"), default=timezone.now)
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cancelled by")
    )
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, db_index=True)

    objects: ClassVar[models.Manager["Bundle"]] = BundleQuerySet.as_manager()

    class Meta(OfSubject.Meta):
        verbose_name = _("bundle of reports")
        verbose_name_plural = _("bundles of reports")
        constraints = [
            *OfSubject.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit", "division", "month", "formats", "language"],
                condition=models.Q(state=BundleState.MAKING),
                nulls_distinct=False,
                name="bundle_made_once_at_a_time",
                violation_error_message=_("This bundle is being made already."),
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="bundle_month_is_first_day"),
            models.CheckConstraint(
                condition=~models.Q(state=BundleState.READY) | models.Q(ready_at__isnull=False, size__isnull=False),
                name="bundle_ready_has_a_file",
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "id"], name="bundle_newest")]

    def __str__(self) -> str:
        return f"{self.unit or self.division} · {Month.of(self.month)}"

    @property
    def format_list(self) -> list[str]:
        return self.formats.split()

    @property
    def formats_text(self) -> str:
        return " · ".join(BUNDLE_FORMATS[each] for each in self.format_list)

    @property
    def is_being_made(self) -> bool:
        return self.state == BundleState.MAKING

    @property
    def file_name(self) -> str:
        return f"{self.subject.code}-{Month.of(self.month)}-bundle.zip"


class BundlePart(OfSubject):
    """One of the reports in a bundle: that of its own subject has the number 0. Written once all its files are."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    report = models.ForeignKey(MonthReport, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveSmallIntegerField(_("revision"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, blank=True)
    digest = models.CharField(_("SHA-256 of the rows"), max_length=64, blank=True)
    """Nothing of a draft."""
    seal = models.CharField(_("seal"), max_length=64, blank=True)
    figures_at = models.CharField(max_length=40, blank=True)
    """When the roll-up ran that the figures are of."""
    stations = models.PositiveIntegerField(_("stations"), default=0)
    files: Any = models.JSONField(default=list)
    """Of each format its `name` in the bundle, `format`, `size` and `sha256`."""

    class Meta(OfSubject.Meta):
        verbose_name = _("report in a bundle")
        verbose_name_plural = _("reports in a bundle")
        constraints = [
            *OfSubject.Meta.constraints,
            models.UniqueConstraint(fields=["bundle", "number"], name="bundlepart_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bundle} · {self.unit or self.division}"

    @property
    def is_draft(self) -> bool:
        return not self.digest

    @property
    def state_text(self) -> str:
        return str(ReportState(self.state).label if self.state else _("Not submitted"))
