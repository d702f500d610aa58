"""What a month report is about: a unit with everything below it, or a division with everything inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stations.choices import UnitKind
from stations.models import Division, Unit
from stations.querysets import in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stations.models import User


@dataclass(frozen=True)
class Subject:
    """Exactly one of `unit` and `division`."""

    unit: Unit | None = None
    division: Division | None = None

    @property
    def code(self) -> str:
        return str((self.unit or self.division).code)  # type: ignore[union-attr]  # one of the two

    @property
    def name(self) -> str:
        return str((self.unit or self.division).name)  # type: ignore[union-attr]  # one of the two

    @property
    def kind(self) -> str:
        return "unit" if self.unit else "division"

    @property
    def postings(self) -> Q:
        """The condition, on rows that belong to a `posting`, under which they belong to this subject.

        Each posting is met once, also where the same unit stands above both its operator and its supervisor.
        """
        if self.unit:
            paths = (self.unit.path,)
            return in_subtrees(paths, "posting__operator") | in_subtrees(paths, "posting__supervisor")
        assert self.division
        return Q(posting__division__code__startswith=self.division.prefix)


def find_subject(user: User | AnonymousUser, *, unit: str = "", division: str = "") -> Subject | None:
    """The subject with that code if the person may read its reports."""
    if unit:
        found = Unit.objects.visible_to(user).filter(code=unit).first()
        return Subject(unit=found) if found else None
    place = Division.objects.filter(code=division).first()
    return Subject(division=place) if place and _covers(user, place) else None


def _covers(user: User | AnonymousUser, place: Division) -> bool:
    """A division is read by the members of a union whose own territory contains it, whoever runs the stations."""
    scope = scope_of(user)
    if scope.everything:
        return True
    if scope.user_id is None:
        return False
    unions = Unit.objects.filter(memberships__user=scope.user_id, kind=UnitKind.UNION).select_related("division")
    return any(union.division and place.code.startswith(union.division.prefix) for union in unions)
