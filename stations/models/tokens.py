"""By what a program acts for a person of the back office."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.models.people import User
from stations.scope import scope_of


class ApiTokenQuerySet(QuerySet["ApiToken"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; the administrator sees whose there are."""
        return self if scope_of(user).everything else self.filter(user=user.pk)

    def valid(self, at: datetime) -> Self:
        return self.filter(withdrawn_at=None, expires_at__gt=at)

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


class ApiToken(models.Model):
    """A key with which a program does what its owner may do, and no more, until it ends or is withdrawn.

    The key itself is nowhere kept: `digest` is what becomes of it, and `hint` its last characters, by which its owner
    tells it from others. `password_mark` changes with the owner's password, and then the key opens nothing any more.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=40)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("ends with"), max_length=4, editable=False)
    password_mark = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("ends at"))
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    history = History(excluded_fields=["digest", "password_mark", "used_at"])

    objects: ClassVar[models.Manager["ApiToken"]] = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of a program")
        verbose_name_plural = _("keys of programs")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")),
                name="api_token_lasts_a_while",
                violation_error_message=_("A key ends after it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"
