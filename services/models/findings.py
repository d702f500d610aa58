"""What is wrong at a station, until it has been mended and somebody else has seen that it is."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.choices import UNSETTLED, FindingState, Severity
from services.models.escalation import Escalating
from services.models.inspections import INSPECTION_FOLDER, MAX_REMARK, Inspection, InspectionItem
from services.querysets import FindingQuerySet
from stations.models import Station, User


class Finding(Escalating):
    """A failed item of an inspection, or what somebody saw besides.

    Open until it is mended, then until somebody else has looked again: either it is closed, or it is open once more,
    with a new deadline (`round` counts how often). `due_date` is that of the present step.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="findings", db_index=False, verbose_name=_("station")
    )
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("inspection")
    )
    item = models.ForeignKey(
        InspectionItem, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("item")
    )
    text = models.CharField(_("what is wrong"), max_length=MAX_REMARK, blank=True)
    # Not below the public folder of uploads: a page that asks who you are shows it to staff.
    photo = models.FileField(_("photo"), upload_to=INSPECTION_FOLDER, blank=True)
    severity = models.CharField(_("how soon to be mended"), max_length=8, choices=Severity)
    state = models.CharField(_("state"), max_length=6, choices=FindingState, default=FindingState.OPEN)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("looked after by")
    )
    opened_at = models.DateTimeField(_("found at"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("found by"))
    first_due_date = models.DateField(_("first due"), help_text=_("what counts for being in time"))
    mended_at = models.DateTimeField(_("mended at"), null=True, blank=True)
    mended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("mended by")
    )
    mended_text = models.CharField(_("what was done"), max_length=MAX_REMARK, blank=True)
    mended_photo = models.FileField(_("photo of what was mended"), upload_to=INSPECTION_FOLDER, blank=True)
    checked_at = models.DateTimeField(_("re-checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("re-checked by")
    )
    checked_text = models.CharField(_("what the re-check found"), max_length=MAX_REMARK, blank=True)
    history = History(no_db_index=["station", "inspection", "item", "escalated_to"])

    objects: ClassVar[models.Manager["Finding"]] = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "item"],
                condition=Q(inspection__isnull=False),
                name="finding_once_for_each_item",
                violation_error_message=_("This item has its finding already."),
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | ~Q(text=""),
                name="finding_says_something",
                violation_error_message=_("A finding says what is wrong."),
            ),
            models.CheckConstraint(
                condition=Q(state=FindingState.OPEN)
                | (Q(mended_at__isnull=False, mended_by__isnull=False) & ~Q(mended_text="")),
                name="finding_mended_by_somebody",
                violation_error_message=_("Who mended it, when and how is known."),
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.CLOSED) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="finding_closed_by_somebody",
                violation_error_message=_("Who looked again, and when, is known."),
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.CLOSED) | ~Q(checked_by=F("mended_by")),
                name="finding_not_closed_by_who_mended",
                violation_error_message=_("Somebody else than the one who mended it looks again."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "opened_at"], name="finding_station"),
            # The queue is short however long the past grows.
            models.Index(fields=["due_date", "id"], condition=Q(state__in=UNSETTLED), name="finding_unsettled_due"),
            models.Index(fields=["opened_at"], name="finding_opened"),
        ]

    def __str__(self) -> str:
        return self.text if self.item is None else str(self.item)

    @property
    def is_unsettled(self) -> bool:
        return self.state in UNSETTLED
