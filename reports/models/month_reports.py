"""The month's report of a unit: its revisions, and the way of each from draft to sealed."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from reports.choices import ReportState
from reports.querysets import MonthOpeningQuerySet, MonthReportQuerySet, ReportWaiverQuerySet
from stations.models import Station, Unit, User

SHA256 = r"^[0-9a-f]{64}$"


def _person(label: object) -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=label)  # type: ignore[arg-type]  # a label is text or its promise


class MonthReport(models.Model):
    """One revision of a unit's report of a month.

    From `submitted` on its `rows` are frozen and `digest` is their SHA-256. Sealed, it has a `seal` over the digest and
    over the seals that it follows (`reports.sealed.seals`), and neither ever changes: a trigger sees to it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="month_reports", verbose_name=_("unit"))
    month = models.DateField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    returned_reason = models.CharField(_("returned because"), max_length=200, blank=True)
    revision_reason = models.CharField(_("revised because"), max_length=200, blank=True)
    changes = models.JSONField(_("changes against the revision before"), default=list, blank=True)
    holds_days = models.BooleanField(
        _("holds the days"), default=False, help_text=_("The days of its stations are locked, save for those opened.")
    )
    seal = models.CharField(_("seal"), max_length=64, blank=True)
    previous_seal = models.CharField(_("seal before this one"), max_length=64, blank=True)
    revised_seal = models.CharField(_("seal of the revision before"), max_length=64, blank=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)
    submitted_by = _person(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    sealed_by = _person(_("sealed by"))
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    moved_by = _person(_("last moved by"))
    moved_at = models.DateTimeField(_("last moved at"), null=True, blank=True)
    history = History(excluded_fields=["rows", "changes"])

    objects: ClassVar[models.Manager["MonthReport"]] = MonthReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("month report")
        verbose_name_plural = _("month reports")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "revision"], name="month_report_once_per_revision"),
            models.UniqueConstraint(
                fields=["unit", "month"],
                condition=models.Q(state=ReportState.SEALED, superseded_at=None),
                name="month_report_one_in_force",
                violation_error_message=_("Of a unit's month one sealed report is in force."),
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_report_is_first_day"),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.DRAFT) | models.Q(digest__regex=SHA256),
                name="month_report_moved_is_hashed",
                violation_error_message=_("A submitted report carries the hash of its rows."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReportState.SEALED) | models.Q(seal__regex=SHA256),
                name="month_report_sealed_has_seal",
                violation_error_message=_("A sealed report carries its seal."),
            ),
        ]
        indexes = [
            models.Index(fields=["digest"], name="month_report_digest"),
            models.Index(fields=["seal"], name="month_report_seal"),
        ]

    def __str__(self) -> str:
        text = f"{self.unit} {self.month:%Y-%m}"
        return text if self.revision == 1 else f"{text} ({self.revision})"

    @property
    def is_reopened(self) -> bool:
        """Whether it was given back, or is a revision that was begun: it holds the days that no opening names."""
        return self.state == ReportState.DRAFT and self.holds_days

    @property
    def state_text(self) -> str:
        return str(_("Superseded") if self.superseded_at else ReportState(self.state).label)


class MonthOpening(models.Model):
    """Days that were opened again although a report holds them: of one station, or of all of the unit's.

    Who opened them, why, and until when. It is over then, when the report is submitted, or ended by hand.
    """

    report = models.ForeignKey(MonthReport, models.CASCADE, related_name="openings", verbose_name=_("report"))
    station = models.ForeignKey(
        Station, models.CASCADE, null=True, blank=True, related_name="month_openings", verbose_name=_("station")
    )
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("days opened by"))
    at = models.DateTimeField(_("days opened at"))
    ends_at = models.DateTimeField(_("days open until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = _person(_("ended by"))
    history = History()

    objects: ClassVar[models.Manager["MonthOpening"]] = MonthOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of a month")
        verbose_name_plural = _("openings of months")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="month_opening_says_why"),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("at")), name="month_opening_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=False) | models.Q(ends_at__isnull=False),
                name="month_opening_has_an_end",
                violation_error_message=_("Days that are open say until when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.station or '—'}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.ends_at is not None and timezone.now() < self.ends_at


class ReportWaiver(models.Model):
    """The unit above does not wait for this unit's report of the month, and says why."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="report_waivers", verbose_name=_("unit"))
    month = models.DateField(_("month"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("waived by"))
    at = models.DateTimeField(_("waived at"))
    history = History()

    objects: ClassVar[models.Manager["ReportWaiver"]] = ReportWaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waived report")
        verbose_name_plural = _("waived reports")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="report_waiver_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="report_waiver_is_first_day"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="report_waiver_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"


class ReportFile(models.Model):
    """A file that was made of frozen figures: by its own SHA-256 anybody can ask whether it is as it was given out."""

    report = models.ForeignKey(MonthReport, models.CASCADE, related_name="files", verbose_name=_("report"))
    digest = models.CharField(_("SHA-256 of the rows"), max_length=64, db_index=True)
    extension = models.CharField(_("format"), max_length=8)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")

    def __str__(self) -> str:
        return f"{self.report} {self.extension}"
