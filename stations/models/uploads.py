"""Lists that somebody has sent: what is in them, how far they have come, and what became of them."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.origin import LONGEST_DEVICE
from stations.choices import UNDER_WAY, UploadState
from stations.people_querysets import UploadQuerySet


class Upload(models.Model):
    """The very bytes that were checked are kept until they, and no others, are entered; any worker finds them.

    What was found is kept beside them, so that looking at it costs no second check. Afterwards the row says who entered
    what and when, and leads to taking it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("stations.User", models.CASCADE, related_name="+", verbose_name=_("sent by"))
    kind = models.CharField(_("kind"), max_length=20, default="stations")
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(_("state"), max_length=8, choices=UploadState, default=UploadState.SENT)
    rows_done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(default=dict)
    """By "new", "changed", "same", "errors" and "warnings"."""
    found = models.JSONField(default=dict)
    """What the page shows: groups of "errors" and "warnings", and the first of "new" and "changed"."""
    problems = models.BinaryField(default=bytes)
    """All of them, packed, for the marked workbook."""
    failure = models.TextField(blank=True)
    """Why it could not be done, or has to be looked at once more."""
    reason = models.CharField(max_length=100, blank=True)
    """By which its lines of history are known."""
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), default=timezone.now)
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    asked_address = models.GenericIPAddressField(null=True, blank=True)
    asked_device = models.CharField(max_length=LONGEST_DEVICE, blank=True, default="")
    """From where it was asked for what the worker does; blank when its time is over."""
    undone_by = models.ForeignKey(
        "stations.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )

    objects: ClassVar[models.Manager["Upload"]] = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [models.Index(fields=["user", "-created_at"], name="upload_user")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
