"""温暖故事: what happened at a station, told with the consent of those whom it shows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.rich_text import as_html
from harbor_portal.lib.sealed import SealedTextField
from partners.models import Partner
from services.models.wishes import MAX_REASON
from services.story_choices import ConsentHow, StoryState
from services.story_querysets import ConsentQuerySet, StoryQuerySet
from stations.codes import new_code
from stations.models import Station, Unit, User

STORY_FOLDER = "stories"
MAX_BODY = 8000
MAX_LEAD = 200
MAX_TITLE = 80


def new_slug() -> str:
    return new_code().lower()


class Story(models.Model):
    slug = models.CharField(_("address"), max_length=8, unique=True, default=new_slug, editable=False)
    title = models.CharField(_("title"), max_length=MAX_TITLE)
    lead = models.CharField(_("in two sentences"), max_length=MAX_LEAD, blank=True)
    body = models.TextField(_("story"), max_length=MAX_BODY, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="stories", verbose_name=_("unit"))
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="stories", verbose_name=_("station")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="stories", verbose_name=_("partner")
    )
    shows_person = models.BooleanField(
        _("shows or names a person"), default=True, help_text=_("Then it needs the consent of everybody whom it shows.")
    )
    state = models.CharField(_("state"), max_length=9, choices=StoryState, default=StoryState.DRAFT)
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    history = History()

    objects: ClassVar[models.Manager["Story"]] = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=StoryState.PUBLISHED) | Q(published_at__isnull=False, reviewed_by__isnull=False),
                name="story_published_by_a_reviewer",
                violation_error_message=_("A published story was reviewed."),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("written_by")),
                name="story_reviewed_by_somebody_else",
                violation_error_message=_("Somebody else than its author reviews a story."),
            ),
            models.CheckConstraint(
                condition=Q(state=StoryState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=StoryState.WITHDRAWN) & Q(withdrawn_at=None)),
                name="story_withdrawn_at_a_moment",
                violation_error_message=_("A withdrawn story was withdrawn at a moment."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at"], name="story_published")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.slug])

    @property
    def html(self) -> SafeString:
        return as_html(self.body)


class StoryPhoto(models.Model):
    """A picture of a story, shown as long as the story is."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="photos", verbose_name=_("story"))
    # Not below the public folder of uploads: a story that is withdrawn takes its pictures along at once.
    photo = models.FileField(_("photo"), upload_to=STORY_FOLDER)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    caption = models.CharField(_("what it shows"), max_length=100)
    history = History()

    class Meta:
        verbose_name = _("photo of a story")
        verbose_name_plural = _("photos of stories")

    def __str__(self) -> str:
        return self.caption


class StoryConsent(models.Model):
    """That somebody whom a story shows agreed; who it is, is sealed, and there is no history of it."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="consents", verbose_name=_("story"))
    renews = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="renewal",
        verbose_name=_("renews"),
    )
    name = SealedTextField(_("name"), max_length=60, blank=True)
    contact = SealedTextField(_("how to reach them"), max_length=100, blank=True)
    how = models.CharField(_("how they agreed"), max_length=8, choices=ConsentHow)
    given = models.DateField(_("agreed on"))
    until = models.DateField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects: ClassVar[models.Manager["StoryConsent"]] = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to a story")
        verbose_name_plural = _("consents to stories")
        constraints = [
            models.CheckConstraint(
                condition=Q(renews=None) | ~Q(renews=models.F("id")),
                name="story_consent_does_not_renew_itself",
                violation_error_message=_("A consent does not renew itself."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("given")),
                name="story_consent_in_order",
                violation_error_message=_("A consent ends after it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()} · {self.given}"
