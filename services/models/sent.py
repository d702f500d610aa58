"""The keys of what keepers' devices sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.models import Station


class SentWrite(models.Model):
    """Something that a device sent and that was done: the same key sent again changes nothing.

    Entries of the ledger carry their keys themselves; these are of everything else, kept for as long as a device may
    still repeat itself (`services.actions.sent.KEPT_DAYS`).
    """

    client_key = models.UUIDField(_("client key"), primary_key=True)
    station = models.ForeignKey(
        Station, models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("station")
    )
    what = models.CharField(max_length=16)
    # A keyed digest of all that was sent, and the code of what came of it, where something was made.
    about = models.CharField(max_length=64, blank=True, default="")
    made = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_index=True)

    objects: ClassVar[models.Manager["SentWrite"]] = models.Manager()

    class Meta:
        verbose_name = _("key of something sent")
        verbose_name_plural = _("keys of what was sent")

    def __str__(self) -> str:
        return f"{self.what} · {self.client_key}"
