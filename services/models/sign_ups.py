"""Who comes to an activity: sign-ups without an account, seats of buses, and check-ins at the venue."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.sealed import FingerprintField, SealedTextField
from services.activity_choices import SignUpState
from services.activity_querysets import OfActivitiesQuerySet, SignUpQuerySet
from services.choices import WorkerGroup
from services.models.activities import Activity
from services.models.feedback import RECEIPT_PATTERN

MOST_PEOPLE = 5
"""Whom one sign-up brings along: a family."""
PHONE_PURPOSE = "sign-up"


class Journey(models.Model):
    """One vehicle of an activity, with its seats: a bus home for the festival."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="journeys", verbose_name=_("activity"))
    name = models.CharField(_("name"), max_length=60, help_text=_("Where to, or the number: Linyi, bus 2."))
    departs_from = models.CharField(_("departs from"), max_length=120)
    departs_at = models.DateTimeField(_("departs at"))
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    booked_count = models.PositiveIntegerField(_("signed up"), default=0, editable=False)
    history = History(excluded_fields=["booked_count"])

    objects: ClassVar[models.Manager["Journey"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "name"],
                name="journey_named_once",
                violation_error_message=_("The activity has a journey of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, booked_count__lte=F("seats")),
                name="journey_never_overbooked",
                violation_error_message=_("More people have signed up already than there would be seats."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def free(self) -> int:
        return self.seats - self.booked_count


class JourneyStop(models.Model):
    """Where a journey lets people off, and when."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stops", verbose_name=_("journey"))
    name = models.CharField(_("stop"), max_length=120)
    at = models.DateTimeField(_("arrives at"))
    history = History()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "name"],
                name="journey_stop_once",
                violation_error_message=_("The journey has this stop already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignUp(models.Model):
    """Somebody wants to come, and is nobody to us: the receipt is all that ties it to them.

    With a phone number, which is optional, the organiser can tell them when something changes; it is erased a while
    after the activity, or when they cancel.
    """

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="sign_ups", db_index=False, verbose_name=_("activity")
    )
    stop = models.ForeignKey(
        JourneyStop, models.PROTECT, null=True, blank=True, related_name="sign_ups", verbose_name=_("stop")
    )
    receipt = models.CharField(_("receipt"), max_length=10, unique=True)
    client_key = models.UUIDField(_("client key"), unique=True)
    people = models.PositiveSmallIntegerField(
        _("people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )
    phone = SealedTextField(_("phone"), max_length=20, blank=True, default="")
    phone_print = FingerprintField(source="phone", purpose=PHONE_PURPOSE, verbose_name=_("fingerprint of the phone"))
    state = models.CharField(_("state"), max_length=9, choices=SignUpState)
    signed_at = models.DateTimeField(_("signed up at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects: ClassVar[models.Manager["SignUp"]] = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__regex=RECEIPT_PATTERN),
                name="sign_up_receipt_is_crockford",
                violation_error_message=_("A receipt has ten characters: digits and letters without I, L, O, U."),
            ),
            models.CheckConstraint(
                condition=Q(people__range=(1, MOST_PEOPLE)),
                name="sign_up_of_some_people",
                violation_error_message=_("One sign-up is for one to five people."),
            ),
            models.CheckConstraint(
                condition=Q(state=SignUpState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=SignUpState.CANCELLED) & Q(cancelled_at=None)),
                name="sign_up_cancelled_at_some_time",
                violation_error_message=_("A cancelled sign-up says when it was cancelled."),
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "state", "id"], name="sign_up_activity"),
            # What is still to be erased, however many sign-ups there ever were.
            models.Index(fields=["activity"], condition=~Q(phone="") | ~Q(phone_print=""), name="sign_up_with_phone"),
        ]

    def __str__(self) -> str:
        return self.spelt_receipt

    @property
    def spelt_receipt(self) -> str:
        """As it is read out: two groups of five."""
        return f"{self.receipt[:5]}-{self.receipt[5:]}"


class AttendanceScan(models.Model):
    """One check-in by the code shown at the venue. The key stands for a device for this one activity."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="scans", verbose_name=_("activity"))
    client_key = models.UUIDField(_("client key"), unique=True)
    group = models.CharField(_("group"), max_length=20, choices=WorkerGroup)
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["AttendanceScan"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in to an activity")
        verbose_name_plural = _("check-ins to activities")

    def __str__(self) -> str:
        return str(self.get_group_display())
