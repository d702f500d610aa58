"""Until when a month is to be handed in and sealed, and who was reminded of it."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from reports.choices import ReminderKind, ReminderState
from reports.querysets import DeadlineQuerySet, ReminderQuerySet
from stations.models import Unit, User

LATEST_WORKING_DAY = 20
LATEST_SEALING_DAY = 25


class Deadline(models.Model):
    """A unit, and all below it that have none of their own, hand in a month by this working day of the next one.

    And who judges it approves and seals it by another.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="deadline", verbose_name=_("unit"))
    working_day = models.PositiveSmallIntegerField(
        _("working day"),
        validators=[MinValueValidator(1), MaxValueValidator(LATEST_WORKING_DAY)],
        help_text=_("of the month that follows; for all units below, too"),
    )
    sealing_day = models.PositiveSmallIntegerField(
        _("working day of sealing"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LATEST_SEALING_DAY)],
        help_text=_("by which it is approved and sealed; empty: five working days after it is to be handed in"),
    )
    history = History()

    objects: ClassVar[models.Manager["Deadline"]] = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline of the month")
        verbose_name_plural = _("deadlines of the month")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(working_day__range=(1, LATEST_WORKING_DAY)),
                name="deadline_within_the_next_month",
                violation_error_message=_("A deadline is one of the first twenty working days."),
            ),
            models.CheckConstraint(
                condition=models.Q(sealing_day=None)
                | models.Q(sealing_day__gte=models.F("working_day"), sealing_day__lte=LATEST_SEALING_DAY),
                name="deadline_seals_after_handing_in",
                violation_error_message=_("A month is sealed after it is handed in, by the twenty-fifth working day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.working_day}"


class Reminder(models.Model):
    """A person whose month misses something, or who has months to judge, is told so, once for each day of reminding.

    The row is there before the mail is sent: it is sent once, and a mail server that is away is asked again.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders", verbose_name=_("person"))
    month = models.DateField(_("month"))
    kind = models.CharField(_("of what"), max_length=8, choices=ReminderKind, default=ReminderKind.MISSING)
    days_before = models.PositiveSmallIntegerField(
        _("working days before the deadline"), help_text=_("0 once it is over")
    )
    due_date = models.DateField(_("deadline"))
    stations = models.PositiveIntegerField(_("stations with days missing"), default=0)
    days = models.PositiveIntegerField(_("days missing"), default=0)
    units = models.PositiveIntegerField(_("units that have not handed in"), default=0)
    to_approve = models.PositiveIntegerField(_("months to approve or return"), default=0)
    to_seal = models.PositiveIntegerField(_("approved months to seal"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=ReminderState, default=ReminderState.WAITING)
    made_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects: ClassVar[models.Manager["Reminder"]] = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["user", "month", "kind", "days_before"], name="reminder_once"),
        ]
        indexes = [
            models.Index(fields=["month", "state"], name="reminder_month"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.month:%Y-%m} −{self.days_before}"
