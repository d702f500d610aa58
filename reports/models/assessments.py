"""Assessments: the stars of stations, worked out by a rubric, open to objection, and decided for some time."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.months import Month
from reports.models.rubrics import MOST_STARS, Rubric
from reports.stars.choices import ObjectionState, RoundState
from reports.stars.querysets import AssessmentQuerySet, ObjectionQuerySet, RoundQuerySet
from stations.models import Station, Unit, User

MOST_WORDS = 500
STARS = [MaxValueValidator(MOST_STARS)]


class AssessmentRound(models.Model):
    """A unit assesses the stations that it or a unit below it runs or supervises, by the figures of some months.

    Worked out, it shows each station what it would get, until `objections_until`; decided, its stars hold.
    """

    title = models.CharField(_("title"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assessment_rounds", verbose_name=_("assessed by"))
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="rounds", verbose_name=_("rubric of stars"))
    first = models.DateField(_("first month"))
    last = models.DateField(_("last month"))
    state = models.CharField(_("state"), max_length=8, choices=RoundState, default=RoundState.PROPOSED)
    objections_until = models.DateField(_("objections until"))
    is_public = models.BooleanField(_("shown to the public"), default=False)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    history = History(no_db_index=["unit", "rubric"])

    objects: ClassVar[models.Manager["AssessmentRound"]] = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of stations")
        verbose_name_plural = _("assessments of stations")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state__in=(RoundState.WORKING, RoundState.PROPOSED)),
                name="assessment_one_at_a_time",
                violation_error_message=_("This unit has an assessment that is not decided yet."),
            ),
            models.CheckConstraint(
                condition=Q(first__day=1, last__day=1, last__gte=F("first")),
                name="assessment_months_in_order",
                violation_error_message=_("The months assessed end in the month in which they begin, or later."),
            ),
            models.CheckConstraint(
                condition=Q(state=RoundState.DECIDED, decided_at__isnull=False)
                | (~Q(state=RoundState.DECIDED) & Q(decided_at=None, is_public=False)),
                name="assessment_decided_at_a_moment",
                violation_error_message=_("Only what was decided is shown to the public."),
            ),
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="assessment_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def months(self) -> tuple[Month, Month]:
        return Month.of(self.first), Month.of(self.last)


class Assessment(models.Model):
    """One station's part of a round: its points of a hundred, its stars, and item by item how they came about.

    `worked_out` is what the rubric says, `star` what holds after objections; nothing where too little is known to say.
    `now_star` is what the figures of the months since would bring, worked out at night while the star holds. A new star
    ends the one before of the same line: a bank's and a union's stand side by side.
    """

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="assessments", verbose_name=_("assessment"))
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="assessments", db_index=False, verbose_name=_("station")
    )
    points = models.DecimalField(_("points of a hundred"), max_digits=5, decimal_places=2, null=True, blank=True)
    worked_out = models.PositiveSmallIntegerField(_("stars worked out"), null=True, blank=True, validators=STARS)
    star = models.PositiveSmallIntegerField(_("stars"), null=True, blank=True, validators=STARS)
    star_before = models.PositiveSmallIntegerField(_("stars before"), null=True, blank=True, validators=STARS)
    lines = models.JSONField(_("item by item"), default=list, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    now_points = models.DecimalField(
        _("points by today's figures"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    now_star = models.PositiveSmallIntegerField(_("stars by today's figures"), null=True, blank=True, validators=STARS)
    now_lines = models.JSONField(_("item by item, by today's figures"), default=list, blank=True)
    now_at = models.DateTimeField(_("worked out at"), null=True, blank=True)
    warned_at = models.DateTimeField(_("officers were warned at"), null=True, blank=True)
    history = History(
        no_db_index=["round", "station"], excluded_fields=["now_points", "now_star", "now_lines", "now_at", "warned_at"]
    )

    objects: ClassVar[models.Manager["Assessment"]] = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("star of a station")
        verbose_name_plural = _("stars of stations")
        constraints = [
            models.UniqueConstraint(fields=["round", "station"], name="assessment_once_a_station"),
            models.CheckConstraint(
                condition=Q(since=None, until=None) | Q(since__isnull=False, until__gte=F("since")),
                name="assessment_holds_in_order",
                violation_error_message=_("A star holds from a day to a day."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "since"], name="assessment_station"),
            models.Index(fields=["until", "since"], condition=Q(since__isnull=False), name="assessment_holding"),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {'★' * (self.star or 0) or '—'}"


class Objection(models.Model):
    """The officers of a station say why its proposed stars are wrong; whoever assesses answers."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="objections", verbose_name=_("star of a station")
    )
    text = models.CharField(_("what is wrong"), max_length=MOST_WORDS)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=7, choices=ObjectionState, default=ObjectionState.OPEN)
    answer = models.CharField(_("answer"), max_length=MOST_WORDS, blank=True)
    star_after = models.PositiveSmallIntegerField(_("stars then"), null=True, blank=True, validators=STARS)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    history = History(no_db_index=["assessment"])

    objects: ClassVar[models.Manager["Objection"]] = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(state=ObjectionState.OPEN),
                name="objection_one_open",
                violation_error_message=_("There is an objection already that nobody has decided yet."),
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, decided_at=None)
                | (~Q(state=ObjectionState.OPEN) & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="objection_decided_with_an_answer",
                violation_error_message=_("Whoever decides says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.get_state_display()}"
