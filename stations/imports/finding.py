"""Which station a cell of another list means: by its code, or by its name where only one of one's own is called so."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _

from stations.choices import Role
from stations.models import Keeper, Station
from stations.moved import those_that_stay, why_merged
from stations.scope import Scope


@dataclass
class StationFinder:
    """Those where the person may act; `in_care`: as an officer."""

    by_text: dict[str, list[Station]] = field(default_factory=lambda: defaultdict(list))
    in_care: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, scope: Scope, texts: set[str], *, with_kept: bool) -> Self:
        """Of the stations that these texts may mean; `with_kept` also those that the person keeps. A few queries."""
        finder = cls()
        named = Station.objects.filter(code__in={text.upper() for text in texts})
        stations = list((named | Station.objects.filter(name__in=texts)).order_by("code"))
        ids = {station.pk for station in stations}
        finder.in_care = ids if scope.everything else _in_care(scope, ids)
        mine = finder.in_care | (_kept(scope, ids) if with_kept else set())
        for station in stations:
            if station.pk in mine:
                for text in {station.code, station.name}:
                    finder.by_text[text].append(station)
        return finder

    def find(self, text: str) -> Station:
        """Raises ValueError with a sentence."""
        found = those_that_stay(self.by_text.get(text.upper()) or self.by_text.get(text) or [])
        if not found:
            raise ValueError(_("None of your stations has this code or name."))
        if len(found) > 1:
            raise ValueError(_("Several of your stations are called so. Write the code."))
        if why := why_merged(found[0]):
            raise ValueError(why)
        return found[0]


def _in_care(scope: Scope, ids: Iterable[int]) -> set[int]:
    mine = Station.objects.in_units(scope.paths_as(Role.OFFICER)).filter(pk__in=ids)
    return set(mine.values_list("pk", flat=True))


def _kept(scope: Scope, ids: Iterable[int]) -> set[int]:
    return set(Keeper.objects.filter(user=scope.user_id, station__in=ids).values_list("station", flat=True))
