"""Programmes, and the plates by which a station belongs to them."""

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from partners.choices import StageKind
from partners.models.partners import WithLogo
from partners.querysets import PlateQuerySet, ProgrammeQuerySet
from stations.models import Station, Unit


class Programme(WithLogo):
    """A brand under which stations are opened to workers; one station may bear the plates of several."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("owner")
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0b6e6e",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("A colour is written like #0b6e6e."))],
    )
    url = models.URLField(_("web page"), blank=True)
    rules = models.TextField(
        _("rules"),
        max_length=4000,
        blank=True,
        help_text=_("What a station must offer to bear the plate; a blank line begins a new paragraph."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    objects: ClassVar[models.Manager["Programme"]] = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.code])


class ProgrammeStage(models.Model):
    """A goal of a programme: so many stations bear its plate by a day; within a unit's line, or anywhere."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stages", verbose_name=_("programme"))
    kind = models.CharField(_("stage"), max_length=8, choices=StageKind)
    within = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("within"),
        help_text=_("Only stations that this unit, or one below it, runs or supervises count; blank: all."),
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("to be reached by"))
    goal = models.PositiveIntegerField(_("stations"), validators=[MinValueValidator(1)])
    note = models.CharField(_("note"), max_length=200, blank=True)
    # As of the night, or of its last change: what the desk counts. Pages add up anew.
    is_behind = models.BooleanField(_("behind"), default=False, editable=False)
    history = History(excluded_fields=["is_behind"])

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="programme_stage_in_order",
                violation_error_message=_("A stage ends on or after the day it starts."),
            ),
            models.UniqueConstraint(
                fields=["programme", "kind", "within", "first"],
                name="programme_stage_once",
                nulls_distinct=False,
                violation_error_message=_("This stage stands there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first:%Y-%m}"


class Plate(models.Model):
    """A programme's plate on a station, from `since` to `until` (both inclusive)."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="plates", verbose_name=_("station"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="plates", verbose_name=_("programme"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plates_granted",
        verbose_name=_("granted by"),
        help_text=_("The unit that allowed the station to bear the sign."),
    )
    agreement = models.ForeignKey(
        "partners.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="plates",
        verbose_name=_("under the agreement"),
    )
    history = History()

    objects: ClassVar[models.Manager["Plate"]] = PlateQuerySet.as_manager()

    class Meta:
        verbose_name = _("plate")
        verbose_name_plural = _("plates")
        indexes = [models.Index(fields=["since", "id"], name="plate_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "programme", "since"],
                name="plate_once_per_programme_and_day",
                violation_error_message=_("This station already has this programme's plate from that day."),
            ),
            models.UniqueConstraint(
                fields=["station", "programme"],
                condition=models.Q(until=None),
                name="plate_one_current_per_programme",
                violation_error_message=_("This station already bears this programme's plate."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="plate_in_order",
                violation_error_message=_("A plate ends on or after the day it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}".strip()
