"""Whose rows a person may see: the subtrees of their units and the stations they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from stations.choices import Role

if TYPE_CHECKING:
    from stations.models import User


@dataclass(frozen=True)
class Scope:
    """What `scope_of` found: `everything` for the superuser, else treebeard paths by role, and stations kept."""

    user_id: int | None
    everything: bool
    roles: dict[str, Role]
    """Unit path → role there; the role holds for the whole subtree below that path."""

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.roles)

    def paths_as(self, *roles: Role) -> tuple[str, ...]:
        """The paths under which the person has one of these roles."""
        return tuple(path for path, role in self.roles.items() if role in roles)

    def holds(self, path: str, *roles: Role) -> bool:
        """Whether the person has one of these roles in the unit at `path` or above it."""
        return self.everything or any(path.startswith(own) for own in self.paths_as(*roles))


NOBODY = Scope(user_id=None, everything=False, roles={})


def scope_of(user: User | AnonymousUser) -> Scope:
    """One query for a member, none for the anonymous, the inactive and the superuser."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOBODY
    if user.is_superuser:
        return Scope(user_id=user.pk, everything=True, roles={})
    memberships = user.memberships.values_list("unit__path", "role")
    return Scope(user_id=user.pk, everything=False, roles={path: Role(role) for path, role in memberships})
