"""Whose rows a person may see: the subtrees of their units and the stations they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


FOUND: ContextVar[dict[int, Scope] | None] = ContextVar("FOUND", default=None)


KEPT: ContextVar[dict[int, frozenset[int]] | None] = ContextVar("KEPT", default=None)


LINES: ContextVar[dict[int, set[str]] | None] = ContextVar("LINES", default=None)


@contextmanager
def one_scope_each() -> Iterator[None]:
    """Within, everything is decided by what a person's scope was when it was first asked for."""
    found, kept, lines = FOUND.set({}), KEPT.set({}), LINES.set({})
    try:
        yield
    finally:
        FOUND.reset(found)
        KEPT.reset(kept)
        LINES.reset(lines)


def lines_once(user_id: int, look_up: Callable[[], set[str]]) -> set[str]:
    """The paths of the units in and above a person's scope, of which `look_up` reads all postings there."""
    found = LINES.get()
    if found is None:
        return look_up()
    if user_id not in found:
        found[user_id] = look_up()
    return found[user_id]


def kept_by(user: User) -> frozenset[int]:
    """The ids of the stations that the person keeps. One query."""
    if not user.is_active:
        return frozenset()
    found = KEPT.get()
    if found is None:
        return _kept(user)
    return found[user.pk] if user.pk in found else found.setdefault(user.pk, _kept(user))


def _kept(user: User) -> frozenset[int]:
    return frozenset(user.keeperships.values_list("station", flat=True))


def scope_of(user: User | AnonymousUser) -> Scope:
    """One query for a member, none for the anonymous, the inactive and the superuser."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOBODY
    if user.is_superuser:
        return Scope(user_id=user.pk, everything=True, roles={})
    found = FOUND.get()
    if found is None:
        return _looked_up(user)
    return found.get(user.pk) or found.setdefault(user.pk, _looked_up(user))


def _looked_up(user: User) -> Scope:
    memberships = user.memberships.values_list("unit__path", "role")
    return Scope(user_id=user.pk, everything=False, roles={path: Role(role) for path, role in memberships})
