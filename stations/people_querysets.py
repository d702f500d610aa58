"""How people are read, and what they leave behind: sessions, lists that they sent, files that they took."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db.models import Q, QuerySet

from stations.choices import UNDER_WAY, UploadState
from stations.querysets import OfStationsQuerySet, in_subtrees, keys_in_scope
from stations.scope import scope_of

if TYPE_CHECKING:
    from stations.models import Download, Membership, Session, Upload, User  # noqa: F401  # type arguments in quotes
    from stations.querysets import Person


def _rows(model: str) -> Any:
    return apps.get_model("stations", model)._default_manager


class UserQuerySet(QuerySet["User"]):
    def visible_to(self, user: Person) -> Self:
        """Oneself, the members of one's units and the keepers of stations in one's scope."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        members = in_subtrees(scope.paths, "memberships__unit")
        keepers = Q(keeperships__station__in=keys_in_scope(scope)[0])
        return self.filter(pk__in=self.model._base_manager.filter(Q(pk=scope.user_id) | members | keepers).values("pk"))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # built at run time
    pass


class MembershipQuerySet(QuerySet["Membership"]):
    def visible_to(self, user: Person) -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "unit"))


class KeeperQuerySet(OfStationsQuerySet):
    pass


class UploadQuerySet(QuerySet["Upload"]):
    def visible_to(self, user: Person) -> Self:
        """One's own; the administrator sees what others entered, to take it back."""
        scope = scope_of(user)
        return self if scope.everything else self.filter(user=scope.user_id)

    def light(self) -> Self:
        """Without what is large."""
        return self.defer("content", "problems", "found")

    def open(self) -> Self:
        """Neither entered nor given up."""
        return self.filter(state__in=[*UNDER_WAY, UploadState.CHECKED])

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)


class DownloadQuerySet(QuerySet["Download"]):
    def visible_to(self, user: Person) -> Self:
        """One's own, and those of people whose every role lies below one's units: what they took is of one's scope."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        people = _rows("User").visible_to(user).filter(is_superuser=False)
        elsewhere = _rows("Membership").exclude(in_subtrees(scope.paths, "unit")).values("user")
        mine = people.exclude(pk__in=elsewhere) if scope.paths else people.none()
        return self.filter(Q(user=scope.user_id) | Q(user__in=mine.values("pk")))


class SessionQuerySet(QuerySet["Session"]):
    def of(self, user: Person, at: datetime) -> Self:
        """Those by which the person is logged in, the one used last first."""
        return self.filter(user=user.pk, expire_date__gt=at).order_by("-seen_at", "session_key")
