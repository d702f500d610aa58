"""People, and the places in the unit tree from which they get their authority."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from stations.choices import Role
from stations.models.stations import Station
from stations.models.units import Unit
from stations.people_querysets import KeeperQuerySet, MembershipQuerySet, UserManager

LEFT = "left-"
"""What begins the user name of an erased account, with its number behind it; nobody else may choose it."""


class User(AbstractUser):
    """Somebody who logs in. What they may do follows from memberships and stations kept, not from `is_staff`."""

    first_name = None  # type: ignore[assignment]  # a Chinese name is one field
    last_name = None  # type: ignore[assignment]  # a Chinese name is one field
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    guided_at = models.DateTimeField(_("first visit ended"), null=True, blank=True, editable=False)
    """When the person put the steps of the first visit away."""
    history = History(excluded_fields=["password", "last_login", "guided_at"])

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        super().clean()
        if self.username.startswith(LEFT) and self.username != f"{LEFT}{self.pk}":
            raise ValidationError(_("A login name does not begin with “left-”: closed accounts are called so."))

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """A user's role in a unit and in everything below it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    history = History()

    objects: ClassVar[models.Manager["Membership"]] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit"],
                name="membership_once_per_unit",
                violation_error_message=_("This person already has a role in this unit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


class Keeper(models.Model):
    """The named person responsible for a station (站点管理员)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="keeperships", verbose_name=_("user"))
    station = models.ForeignKey(Station, models.CASCADE, related_name="keepers", verbose_name=_("station"))
    history = History()

    objects: ClassVar[models.Manager["Keeper"]] = KeeperQuerySet.as_manager()

    class Meta:
        verbose_name = _("keeper")
        verbose_name_plural = _("keepers")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "station"],
                name="keeper_once_per_station",
                violation_error_message=_("This person already keeps this station."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.station}"
