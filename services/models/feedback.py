"""What visitors tell us about a station, and what we answered."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.choices import ABOUT_EQUIPMENT, WAITING, FeedbackKind, FeedbackState
from services.models.escalation import Escalating
from services.querysets import FeedbackQuerySet
from stations.models import Amenity, Station, User

RECEIPT_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{10}$"
MAX_TEXT = 500
PHOTO_FOLDER = "feedback"


class Feedback(Escalating):
    """One report by one visitor, who is nobody to us: the receipt is all that ties it to them.

    Reports that say the same at nearly the same time are one entry of the queue: the first of them, which carries the
    owner, the due date and the answer; the others (`voices`) are merged with it and have only their own receipts.
    """

    receipt = models.CharField(_("receipt"), max_length=10, unique=True)
    client_key = models.UUIDField(_("client key"), unique=True)
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="feedback", db_index=False, verbose_name=_("station")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FeedbackKind)
    amenity = models.ForeignKey(
        Amenity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("amenity")
    )
    text = models.CharField(_("text"), max_length=MAX_TEXT, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    suggested_hours = models.CharField(_("suggested hours"), max_length=200, blank=True)
    # Not below the public folder of uploads: a page that asks who you are shows it to staff.
    photo = models.FileField(_("photo"), upload_to=PHOTO_FOLDER, blank=True)
    said_at = models.DateTimeField(
        _("said at"), help_text=_("before it was received, if the visitor had no network at first")
    )
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=8, choices=FeedbackState, default=FeedbackState.RECEIVED)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="voices", verbose_name=_("same as")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("looked after by")
    )
    due_date = models.DateField(_("answer due"))
    confirmed_open_at = models.DateTimeField(
        _("confirmed open at"), null=True, blank=True, help_text=_("somebody at the door says that it is open again")
    )
    answer = models.CharField(_("answer"), max_length=MAX_TEXT, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("answered by")
    )
    history = History()

    objects: ClassVar[models.Manager["Feedback"]] = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a visitor")
        verbose_name_plural = _("reports of visitors")
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__regex=RECEIPT_PATTERN),
                name="feedback_receipt_is_crockford",
                violation_error_message=_("A receipt has ten characters: digits and letters without I, L, O, U."),
            ),
            models.CheckConstraint(
                condition=Q(said_at__lte=models.F("received_at")),
                name="feedback_said_before_received",
                violation_error_message=_("Nothing is received before it was said."),
            ),
            models.CheckConstraint(
                condition=Q(amenity=None) | Q(kind__in=ABOUT_EQUIPMENT),
                name="feedback_amenity_only_of_equipment",
                violation_error_message=_("Only what is broken or has run out names an amenity."),
            ),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                # Without the two that say so, one of them missing would make the range unknown, which passes.
                | Q(
                    kind=FeedbackKind.WRONG_PLACE,
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-85, 85),
                ),
                name="feedback_place_whole_and_only_when_wrong",
                violation_error_message=_("Longitude (-180 to 180) and latitude (-85 to 85) go together."),
            ),
            models.CheckConstraint(
                condition=Q(suggested_hours="") | Q(kind=FeedbackKind.WRONG_HOURS),
                name="feedback_hours_only_when_wrong",
                violation_error_message=_("Hours are suggested only where the hours are wrong."),
            ),
            models.CheckConstraint(
                condition=Q(state=FeedbackState.MERGED, same_as__isnull=False)
                | (~Q(state=FeedbackState.MERGED) & Q(same_as=None)),
                name="feedback_merged_names_the_other",
                violation_error_message=_("A merged report names the other; an entry of its own names none."),
            ),
            models.CheckConstraint(
                condition=~Q(same_as=models.F("id")),
                name="feedback_not_merged_with_itself",
                violation_error_message=_("A report is not merged with itself."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=FeedbackState.ANSWERED, answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                )
                | (~Q(state=FeedbackState.ANSWERED) & Q(answered_at=None, answered_by=None, answer="")),
                name="feedback_answered_by_somebody",
                violation_error_message=_("An answered report has an answer, its moment and its author."),
            ),
            models.CheckConstraint(
                condition=~Q(state=FeedbackState.IN_HAND) | Q(owner__isnull=False),
                name="feedback_in_hand_has_owner",
                violation_error_message=_("What is in hand is in somebody's hand."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "kind", "received_at"], name="feedback_station_kind"),
            # The queue is short however long the past grows.
            models.Index(fields=["due_date", "id"], condition=Q(state__in=WAITING), name="feedback_waiting_due"),
            models.Index(fields=["owner", "due_date"], condition=Q(state__in=WAITING), name="feedback_waiting_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.receipt}"

    @property
    def entry(self) -> "Feedback":
        """The entry of the queue that speaks for this report; load `same_as` with it."""
        return self.same_as or self

    @property
    def was_delayed(self) -> bool:
        """Whether it waited on the visitor's device for a network."""
        return self.received_at - self.said_at > timedelta(minutes=1)

    @property
    def spelt_receipt(self) -> str:
        """As it is read out: two groups of five."""
        return f"{self.receipt[:5]}-{self.receipt[5:]}"
