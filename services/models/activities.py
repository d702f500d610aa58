"""What stations do beyond water and seats: lectures, haircuts, health checks, buses home."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from partners.models import Partner
from services.activity_choices import UNREPORTED, ActivityKind, ActivityStatus
from services.activity_querysets import ActivityQuerySet, OfActivitiesQuerySet
from services.choices import Method, WorkerGroup
from stations.models import Division, Station, Unit

CODE_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{8}$"
MAX_WORDS = 2000
MAX_NOTICE = 300


class Activity(models.Model):
    """One date of something that a unit organises at one or several stations, or elsewhere.

    Those of a series name the first of it. `participant_count` is what the method that counts comes to, written with
    the attendance in one transaction; `booked_count` the people who have signed up and have a place.
    """

    code = models.CharField(_("code"), max_length=8, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100, blank=True)
    description = models.TextField(
        _("what it is about"), max_length=MAX_WORDS, blank=True, help_text=_("Everybody reads it beforehand.")
    )
    organiser = models.ForeignKey(
        Unit, models.PROTECT, related_name="activities", db_index=False, verbose_name=_("organiser")
    )
    stations = models.ManyToManyField(
        Station, through="ActivityStation", related_name="activities", blank=True, verbose_name=_("stations")
    )
    partners = models.ManyToManyField(Partner, related_name="activities", blank=True, verbose_name=_("partners"))
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("The address where it is elsewhere, or the room.")
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("division"),
        help_text=_("Empty: that of the first station, or else of the organiser."),
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    is_public = models.BooleanField(
        _("public"), default=True, help_text=_("Shown in the public calendar. Untick what is for members alone.")
    )
    takes_sign_ups = models.BooleanField(_("takes sign-ups"), default=False)
    sign_up_until = models.DateTimeField(
        _("sign-up until"), null=True, blank=True, help_text=_("Empty: until it begins.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit. Who comes later is on the waiting list."),
    )
    booked_count = models.PositiveIntegerField(_("signed up"), default=0, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=ActivityStatus, default=ActivityStatus.PLANNED)
    notice = models.CharField(
        _("cancellation notice"),
        max_length=MAX_NOTICE,
        blank=True,
        help_text=_("Why it was cancelled, and what instead."),
    )
    participant_count = models.PositiveIntegerField(_("participants"), null=True, blank=True, editable=False)
    counted_by = models.CharField(_("counted by"), max_length=8, choices=Method, blank=True, editable=False)
    cost = models.DecimalField(
        _("cost (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    summary = models.TextField(
        _("how it was"), max_length=MAX_WORDS, blank=True, help_text=_("Everybody reads it afterwards.")
    )
    series = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="dates", verbose_name=_("first of its series")
    )
    history = History(m2m_fields=[partners], no_db_index=["organiser", "division", "series"])

    objects: ClassVar[models.Manager["Activity"]] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN),
                name="activity_code_is_crockford",
                violation_error_message=_("A code has eight characters: digits and letters without I, L, O, U."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="activity_ends_after_it_starts",
                violation_error_message=_("An activity ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(booked_count__lte=F("capacity"), capacity__gte=1),
                name="activity_never_overbooked",
                violation_error_message=_("More people have signed up already than there would be places."),
            ),
            models.CheckConstraint(
                condition=(Q(status=ActivityStatus.CANCELLED) & ~Q(notice=""))
                | (~Q(status=ActivityStatus.CANCELLED) & Q(notice="")),
                name="activity_cancelled_with_notice",
                violation_error_message=_("What is cancelled says why, and nothing else does."),
            ),
            models.CheckConstraint(
                condition=Q(participant_count=None, counted_by="")
                | (Q(participant_count__isnull=False) & ~Q(counted_by="")),
                name="activity_participants_name_their_method",
                violation_error_message=_("Participants were counted by some method."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ActivityStatus.REPORTED) | Q(participant_count__isnull=False),
                name="activity_reported_with_participants",
                violation_error_message=_("A report says how many people came; nobody is zero."),
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0),
                name="activity_cost_is_not_negative",
                violation_error_message=_("What an activity cost is not less than nothing."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="activity_starts"),
            models.Index(fields=["kind", "starts_at"], name="activity_kind_starts"),
            models.Index(fields=["organiser", "starts_at"], name="activity_organiser_starts"),
            # By prefix, since a city holds the districts whose codes begin as its own does.
            models.Index(
                fields=["division", "starts_at"],
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                name="activity_division_starts",
            ),
            # What is still to come or to be reported stays short however long the past grows.
            models.Index(fields=["ends_at"], condition=Q(status__in=UNREPORTED), name="activity_unreported"),
            models.Index(
                fields=["starts_at", "id"], condition=Q(status__in=UNREPORTED), name="activity_unreported_newest"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.code])


class ActivityStation(models.Model):
    """An activity is held at a station."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="at", db_index=False, verbose_name=_("activity")
    )
    station = models.ForeignKey(Station, models.PROTECT, related_name="held", db_index=False, verbose_name=_("station"))
    history = History(no_db_index=["activity", "station"])

    objects: ClassVar[models.Manager["ActivityStation"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of an activity")
        verbose_name_plural = _("places of activities")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "station"],
                name="activity_station_once",
                violation_error_message=_("An activity is at a station once."),
            )
        ]
        indexes = [models.Index(fields=["station", "activity"], name="activity_station")]

    def __str__(self) -> str:
        return f"{self.activity} · {self.station}"


class Attendance(models.Model):
    """How many of one group came to an activity, by one method of counting. Methods are never added up."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="attendance", db_index=False, verbose_name=_("activity")
    )
    group = models.CharField(_("group"), max_length=20, choices=WorkerGroup)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    count = models.PositiveIntegerField(_("count"))
    history = History(no_db_index=["activity"])

    objects: ClassVar[models.Manager["Attendance"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("participants of a group")
        verbose_name_plural = _("participants by group")
        constraints = [
            models.UniqueConstraint(fields=["activity", "method", "group"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.count}"
