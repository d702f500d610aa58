"""Which row of another table a cell names: in a number of queries that does not grow with the cells."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from stations.choices import Role
from stations.imports.finding import StationFinder
from stations.imports.kinds import Asking
from stations.imports.units import UnitFinder
from stations.imports.words import folded
from stations.models import Posting, User
from stations.places import Gazetteer
from stations.scope import scope_of

DIVIDERS = re.compile(r"[、,，;；|\n]+")
PARTED = " · "
"""Between the parts of what names a row that has no code."""


class Finder(Protocol):
    def find(self, text: str) -> Any:
        """The row, or its key. Raises ValueError with a sentence."""


LoadFinder = Callable[[set[str], Asking], Finder]
"""Of what these texts may mean to whoever asks."""


def stations(texts: set[str], asking: Asking) -> Finder:
    """Stations of which the person is an officer, by code or name."""
    return StationFinder.load(scope_of(asking.by), texts, with_kept=False)


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
class Named:
    """Rows of one table by the words that may mean them."""

    what: str
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: Any, words: Iterable[str]) -> None:
        known = set(words)
        for word in known | set(map(folded, known)) - {""}:
            self.rows[word].append(row)

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
        finder = Named(str(found.model._meta.verbose_name))
        for row in found:
            finder.add(row, (str(getattr(row, name)) for name in names))
        return finder

    return load


def in_parts(rows: Callable[[User], QuerySet[Any]], last: str, parts: Callable[[Any], Sequence[str]]) -> LoadFinder:
    """By the end of what `parts` says of a row, as far as it takes to tell it from others: 标题, or 单位 · 年度 · 标题.

    `last` is the field that stands at the end.
    """

    def load(texts: set[str], asking: Asking) -> Finder:
        ends = {end for text in texts for end in _ends(text.split(PARTED))}
        found = rows(asking.by).filter(**{f"{last}__in": ends})
        finder = Named(str(found.model._meta.verbose_name))
        for row in found:
            finder.add(row, _ends(parts(row)))
        return finder

    return load


def _ends(parts: Sequence[str]) -> list[str]:
    return [PARTED.join(parts[at:]) for at in range(len(parts))]


def run_by(stations: Iterable[int], day: date) -> dict[int, list[str]]:
    """The paths of the units that run and supervise each station on that day. One query."""
    lines = Posting.objects.on(day).filter(station__in=set(stations))
    paths = lines.values_list("station", "operator__path", "supervisor__path")
    return {station: [path for path in both if path] for station, *both in paths}


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


def keys_beside(rows: Any, of: str, key: str) -> Callable[[Sequence[int]], Mapping[int, set[int]]]:
    """What `PlainColumn.stands` asks: of a table between two others, by `of` the keys that it names."""

    def stands(ids: Sequence[int]) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for row, other in rows().filter(**{f"{of}__in": ids}).values_list(of, key):
            found[row].add(other)
        return found

    return stands


def divided(text: str) -> list[str]:
    return [part.strip() for part in DIVIDERS.split(text) if part.strip()]


def _any_of(names: Iterable[str], texts: set[str]) -> Q:
    asked = Q()
    for name in names:
        asked |= Q(**{f"{name}__in": texts})
    return asked
