"""What an activity leaves behind: pictures for everybody, papers for the staff."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.activity_querysets import OfActivitiesQuerySet
from services.models.activities import Activity
from stations.models import User
from stations.models.showing import LARGE, SMALL, photo_file

PAPER_FOLDER = "activities"


class ActivityPhoto(models.Model):
    """A picture of an activity, stored as a photo of a station is; everybody sees it with the report."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="photos", verbose_name=_("activity"))
    key = models.CharField(max_length=16, unique=True, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    small_width = models.PositiveSmallIntegerField(editable=False)
    caption = models.CharField(_("caption"), max_length=100, blank=True)
    history = History()

    objects: ClassVar[models.Manager["ActivityPhoto"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of an activity")
        verbose_name_plural = _("photos of activities")

    def __str__(self) -> str:
        return self.caption or self.key

    @property
    def url(self) -> str:
        return f"{settings.MEDIA_URL}{photo_file(self.key, LARGE)}"

    @property
    def small_url(self) -> str:
        return f"{settings.MEDIA_URL}{photo_file(self.key, SMALL)}"


class ActivityFile(models.Model):
    """A paper of an activity, for those who see it in the back office: the plan, a list, an invoice."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="files", verbose_name=_("activity"))
    # Not below the public folder of uploads: a page that asks who you are hands it out.
    file = models.FileField(_("file"), upload_to=PAPER_FOLDER)
    name = models.CharField(_("name"), max_length=100)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    at = models.DateTimeField(_("added at"))
    history = History()

    objects: ClassVar[models.Manager["ActivityFile"]] = OfActivitiesQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an activity")
        verbose_name_plural = _("files of activities")

    def __str__(self) -> str:
        return self.name

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2].lower()
