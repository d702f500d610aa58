"""Who is in and from where, and who took what along."""

from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from harbor_portal.lib.origin import LONGEST_DEVICE
from stations.choices import DownloadKind
from stations.models.people import User
from stations.people_querysets import DownloadQuerySet, SessionQuerySet


class Download(models.Model):
    """A file that somebody took out of the back office. The table only grows; PostgreSQL sees to it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    at = models.DateTimeField(_("taken at"), auto_now_add=True)
    kind = models.CharField(_("what"), max_length=10, choices=DownloadKind)
    about = models.CharField(_("of what"), max_length=300, blank=True)
    file = models.CharField(_("file"), max_length=200, blank=True)
    format = models.CharField(_("format"), max_length=10, blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    address = models.GenericIPAddressField(pgettext_lazy("network", "address"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=LONGEST_DEVICE, blank=True)

    objects: ClassVar[models.Manager["Download"]] = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        indexes = [
            models.Index(fields=["-at", "-id"], name="download_newest"),
            models.Index(fields=["user", "-at"], name="download_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.about}"


class SessionManager(BaseSessionManager.from_queryset(SessionQuerySet)):  # type: ignore[misc]  # built at run time
    pass


class Session(AbstractBaseSession):
    """Django's session with a name on it, so that people see where they are logged in, and can end it.

    `user` is blank before the log-in. Written by `stations.sessions` alone.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(max_length=LONGEST_DEVICE, blank=True, default="")
    began_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from stations.sessions import SessionStore

        return SessionStore
