"""Inspections of stations: the catalogue of what is asked, and what was found."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from services.choices import InspectionKind, InspectionState, Result, Severity
from services.querysets import InspectionItemQuerySet, InspectionQuerySet
from stations.models import Station, User

MAX_REMARK = 300
INSPECTION_FOLDER = "inspections"


class InspectionForm(models.Model):
    """An entry of the editable catalogue of forms."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_("whether new inspections may use it"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    objects: ClassVar[models.Manager["InspectionForm"]] = models.Manager()

    class Meta:
        verbose_name = _("inspection form")
        verbose_name_plural = _("inspection forms")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class InspectionItem(models.Model):
    """One question of a form.

    What has been asked is never changed: another wording, weight or severity is another item in its place, and the
    former one is kept with its day of retirement, so that an old inspection shows what it asked.
    """

    form = models.ForeignKey(InspectionForm, models.CASCADE, related_name="items", verbose_name=_("inspection form"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("what is looked at"), max_length=120)
    name_en = models.CharField(_("the same in English"), max_length=160)
    severity = models.CharField(_("how soon to be mended"), max_length=8, choices=Severity, default=Severity.SERIOUS)
    points = models.PositiveSmallIntegerField(
        _("points"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("the weight of the item in the score of an inspection"),
    )
    is_veto = models.BooleanField(
        _("decides alone"), default=False, help_text=_("if it fails, the whole inspection is not passed")
    )
    facts = models.CharField(
        _("facts"),
        max_length=100,
        blank=True,
        help_text=_("what is known to be right where this passes: place, hours, phone, entry, amenity:water …"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired_at = models.DateTimeField(_("no longer asked since"), null=True, blank=True, editable=False)
    history = History()

    objects: ClassVar[models.Manager["InspectionItem"]] = InspectionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of an inspection form")
        verbose_name_plural = _("items of inspection forms")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "code"],
                condition=Q(retired_at=None),
                name="inspection_item_code_once",
                violation_error_message=_("The form has an item with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1),
                name="inspection_item_weighs_something",
                violation_error_message=_("An item has one point at least."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Inspection(models.Model):
    """Somebody went through a form at a station: filled in as they go, and unchangeable once it is finished."""

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="inspections", db_index=False, verbose_name=_("station")
    )
    form = models.ForeignKey(InspectionForm, models.PROTECT, related_name="+", verbose_name=_("inspection form"))
    kind = models.CharField(_("kind"), max_length=12, choices=InspectionKind)
    state = models.CharField(_("state"), max_length=8, choices=InspectionState, default=InspectionState.DRAFT)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("inspector"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=MAX_REMARK, blank=True)
    passed_count = models.PositiveSmallIntegerField(_("passed"), default=0)
    failed_count = models.PositiveSmallIntegerField(_("failed"), default=0)
    score = models.PositiveSmallIntegerField(
        _("score"), null=True, blank=True, help_text=_("points passed of those that applied, in percent")
    )
    is_vetoed = models.BooleanField(_("failed by an item that decides alone"), default=False)
    history = History(no_db_index=["station", "by", "form"])

    objects: ClassVar[models.Manager["Inspection"]] = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=InspectionState.FINISHED, finished_at__isnull=False)
                | Q(state=InspectionState.DRAFT, finished_at=None),
                name="inspection_finished_at_some_time",
                violation_error_message=_("A finished inspection says when it was finished."),
            ),
            models.UniqueConstraint(
                fields=["station", "by", "kind", "form"],
                condition=Q(state=InspectionState.DRAFT),
                name="inspection_one_draft",
                violation_error_message=_("You have begun this inspection already."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "finished_at"], name="inspection_station"),
            models.Index(fields=["finished_at"], name="inspection_finished"),
            models.Index(fields=["by"], condition=Q(state=InspectionState.DRAFT), name="inspection_draft_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.station}"

    @property
    def is_passed(self) -> bool:
        """Nothing failed that decides alone; what else failed is in the score, and is a finding."""
        return self.state == InspectionState.FINISHED and not self.is_vetoed


class InspectionAnswer(models.Model):
    """What was found for one item; made empty when the inspection begins, so that it keeps the items of that day."""

    inspection = models.ForeignKey(
        Inspection, models.CASCADE, related_name="answers", db_index=False, verbose_name=_("inspection")
    )
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="answers", verbose_name=_("item"))
    result = models.CharField(_("result"), max_length=6, choices=Result, blank=True)
    remark = models.CharField(_("remark"), max_length=MAX_REMARK, blank=True)
    # Not below the public folder of uploads: a page that asks who you are shows it to staff.
    photo = models.FileField(_("photo"), upload_to=INSPECTION_FOLDER, blank=True)

    objects: ClassVar[models.Manager["InspectionAnswer"]] = models.Manager()

    class Meta:
        verbose_name = _("answer of an inspection")
        verbose_name_plural = _("answers of inspections")
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="inspection_answer_once")]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_result_display()}"
