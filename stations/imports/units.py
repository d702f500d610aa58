"""Which unit a path of names means, and which units below a known one are still to be made."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Q
from django.utils.translation import gettext as _

from stations.choices import Role
from stations.models import Unit
from stations.scope import Scope

DIVIDERS = re.compile(r"\s*[/／\\>＞]\s*")


@dataclass(frozen=True, eq=False)
class NewUnit:
    """A unit that the import makes below `parent`."""

    parent: "AnyUnit"
    name: str

    @property
    def path(self) -> str:
        """The tree path of the nearest unit above that exists: authority over it is authority over this one."""
        return self.parent.path

    def __str__(self) -> str:
        return self.name


AnyUnit = Unit | NewUnit


@dataclass
class UnitFinder:
    """The units that the texts of a file may mean."""

    scope: Scope
    by_code: dict[str, Unit] = field(default_factory=dict)
    by_name: dict[str, list[Unit]] = field(default_factory=dict)
    made: dict[tuple[int, str], NewUnit] = field(default_factory=dict)

    @classmethod
    def load(cls, scope: Scope, texts: Iterable[str]) -> Self:
        """Every unit named by a part of these paths. One query."""
        texts = set(texts)
        names = {part for text in texts for part in parts(text)}
        return cls.of(scope, Unit.objects.filter(Q(name__in=names) | Q(short_name__in=names) | Q(code__in=texts)))

    @classmethod
    def of(cls, scope: Scope, units: Iterable[Unit]) -> Self:
        """With these units, in tree order."""
        finder = cls(scope)
        for unit in units:
            finder.by_code[unit.code] = unit
            for name in {unit.name, unit.short_name} - {""}:
                finder.by_name.setdefault(name, []).append(unit)
        return finder

    def find(self, text: str, *, may_make: bool) -> AnyUnit:
        """The unit with this code or path; with `may_make` the missing end of a path is made below a unit of one's own.

        Raises ValueError with a sentence.
        """
        if text in self.by_code:
            return self.by_code[text]
        first, *others = parts(text) or [""]
        unit: AnyUnit = self._start(first)
        for name in others:
            child = self._child(unit, name)
            unit = child or self._make(unit, name, may_make=may_make)
        return unit

    def _start(self, name: str) -> Unit:
        """A unit at the top of its tree, or else the only one of this name (of several, the only one of one's own)."""
        found = self.by_name.get(name, [])
        roots = [unit for unit in found if unit.depth == 1]
        own = [unit for unit in found if self.scope.holds(unit.path, *Role)]
        for candidates in (roots, found, own):
            if len(candidates) == 1:
                return candidates[0]
        if found:
            raise ValueError(
                _("Several units are called “%(name)s”. Write the whole path from the top.") % {"name": name}
            )
        raise ValueError(
            _("There is no unit “%(name)s”. Write the path from the top, such as 中国建设银行/山东省分行/济南分行.")
            % {"name": name}
        )

    def _child(self, parent: AnyUnit, name: str) -> AnyUnit | None:
        if isinstance(parent, Unit):
            for unit in self.by_name.get(name, []):
                if unit.depth == parent.depth + 1 and unit.path.startswith(parent.path):
                    return unit
        return self.made.get((id(parent), name))

    def _make(self, parent: AnyUnit, name: str, *, may_make: bool) -> NewUnit:
        if not may_make or not self.scope.holds(parent.path, Role.OFFICER):
            raise ValueError(_("There is no unit “%(name)s” below “%(parent)s”.") % {"name": name, "parent": parent})
        if len(name) > 100:
            raise ValueError(_("The name of a unit has at most 100 characters."))
        unit = NewUnit(parent, name)
        self.made[id(parent), name] = unit
        return unit


def parts(text: str) -> list[str]:
    return [part for part in DIVIDERS.split(text.strip()) if part]
