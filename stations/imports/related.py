"""Which row of another table a cell names: in a number of queries that does not grow with the cells."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from stations.choices import Role
from stations.imports.finding import StationFinder
from stations.imports.kinds import Asking
from stations.imports.units import UnitFinder
from stations.imports.words import folded
from stations.models import User
from stations.places import Gazetteer
from stations.scope import scope_of

DIVIDERS = re.compile(r"[、,，;；|\n]+")


class Finder(Protocol):
    def find(self, text: str) -> Any:
        """The row, or its key. Raises ValueError with a sentence."""


LoadFinder = Callable[[set[str], Asking], Finder]
"""Of what these texts may mean to whoever asks."""


def stations(texts: set[str], asking: Asking) -> Finder:
    """Stations of which the person is an officer, by code or name."""
    return StationFinder.load(scope_of(asking.by), texts, with_kept=False)


def stations_kept(texts: set[str], asking: Asking) -> Finder:
    """Also those that the person keeps."""
    return StationFinder.load(scope_of(asking.by), texts, with_kept=True)


@dataclass(frozen=True)
class _Units:
    finder: UnitFinder
    must_be_own: bool

    def find(self, text: str) -> Any:
        unit = self.finder.find(text, may_make=False)
        if self.must_be_own and not self.finder.scope.holds(unit.path, Role.OFFICER):
            raise ValueError(_("“%(unit)s” is not one of your units.") % {"unit": unit})
        return unit


def units(texts: set[str], asking: Asking) -> Finder:
    """By path, code, or a name that only one has."""
    return _Units(UnitFinder.load(scope_of(asking.by), texts), must_be_own=False)


def own_units(texts: set[str], asking: Asking) -> Finder:
    """Those of which the person is an officer."""
    return _Units(UnitFinder.load(scope_of(asking.by), texts), must_be_own=True)


@dataclass(frozen=True)
class _Divisions:
    gazetteer: Gazetteer

    def find(self, text: str) -> str:
        return self.gazetteer.resolve(text).place.code


def divisions(_texts: set[str], _asking: Asking) -> Finder:
    return _Divisions(Gazetteer.load())


@dataclass
class _Named:
    what: str
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def find(self, text: str) -> Any:
        found = self.rows.get(text) or self.rows.get(folded(text)) or []
        names = {"what": self.what, "name": text}
        if not found:
            raise ValueError(_("%(what)s: there is no “%(name)s” here. Write its name or code as it stands.") % names)
        if len(found) > 1:
            raise ValueError(_("%(what)s: several are called “%(name)s”.") % names)
        return found[0]


def named(rows: Callable[[User], QuerySet[Any]], *names: str, is_small: bool = False) -> LoadFinder:
    """By any of these fields. A small catalogue is loaded whole, and its names compared like headers are."""

    def load(texts: set[str], asking: Asking) -> Finder:
        found = rows(asking.by)
        if not is_small:
            found = found.filter(_any_of(names, texts))
        finder = _Named(str(found.model._meta.verbose_name))
        for row in found:
            words = {str(getattr(row, name)) for name in names}
            for word in words | set(map(folded, words)) - {""}:
                finder.rows[word].append(row)
        return finder

    return load


@dataclass(frozen=True)
class _Several:
    finder: Finder

    def find(self, text: str) -> list[Any]:
        return list(dict.fromkeys(self.finder.find(part) for part in divided(text)))


def several(load_one: LoadFinder) -> LoadFinder:
    """A cell that names several rows."""

    def load(texts: set[str], asking: Asking) -> Finder:
        return _Several(load_one({part for text in texts for part in divided(text)}, asking))

    return load


def divided(text: str) -> list[str]:
    return [part.strip() for part in DIVIDERS.split(text) if part.strip()]


def _any_of(names: Iterable[str], texts: set[str]) -> Q:
    asked = Q()
    for name in names:
        asked |= Q(**{f"{name}__in": texts})
    return asked
