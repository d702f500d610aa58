"""Where the stations are: which streets and towns have one, where one is open at an hour, and what is within a walk.

What is known of a place is its name, the division around it, and for some a point of reference; neither how many people
live or work there, nor its area. So shares are shares of places and of points, and never of people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format

from reports.coverage.walking import Grid
from reports.subjects import Subject
from stations.choices import DivisionLevel
from stations.models import Division, Posting, Unit
from stations.open_then import GONE, state_then
from stations.querysets import covering

LEVELS = tuple(DivisionLevel.values)
MOST_PARTS = 300
"""A table by parts has so many lines at most; of a larger country its cities or provinces stand there."""


class Found(NamedTuple):
    """A station on that day; its division, and its place if it has one."""

    pk: int
    division: str | None
    state: str
    longitude: float | None
    latitude: float | None


@dataclass(slots=True)
class Place:
    """A division, with the stations in it and in everything inside it.

    `near` and `near_open`: whether a station, and one that is open, stands within the walk of its point of reference;
    None without such a point. `unknown` are stations of which nobody knows whether they are open.
    """

    code: str
    name: str
    level: str
    parent: str | None
    longitude: float | None
    latitude: float | None
    is_last: bool = True
    """Whether nothing smaller is listed in it: a street or town, or a county of which no streets are known."""
    stations: int = 0
    open: int = 0
    unknown: int = 0
    near: bool | None = None
    near_open: bool | None = None

    @property
    def has_point(self) -> bool:
        return self.longitude is not None

    @property
    def standing(self) -> str:
        """`open`, `unknown` or `closed` at the moment, or `blank` without any station."""
        if not self.stations:
            return "blank"
        return "open" if self.open else "unknown" if self.unknown else "closed"


STANDINGS = ("blank", "closed", "unknown", "open")


@dataclass(frozen=True)
class Sums:
    """How places stand: their number by standing, and of those with a point how many have a station within the walk."""

    by_standing: Mapping[str, int]
    points: int
    near: int
    near_open: int

    @classmethod
    def of(cls, places: Iterable[Place]) -> "Sums":
        listed = list(places)
        pointed = [place for place in listed if place.has_point]
        return cls(
            Counter(place.standing for place in listed),
            len(pointed),
            sum(bool(place.near) for place in pointed),
            sum(bool(place.near_open) for place in pointed),
        )

    @property
    def places(self) -> int:
        return sum(self.by_standing.values())

    @property
    def blank(self) -> int:
        return self.by_standing.get("blank", 0)

    @property
    def covered(self) -> int:
        return self.places - self.blank

    @property
    def open(self) -> int:
        return self.by_standing.get("open", 0)

    @property
    def unknown(self) -> int:
        return self.by_standing.get("unknown", 0)

    @property
    def told_covered(self) -> str:
        return _share(self.covered, self.places)

    @property
    def told_open(self) -> str:
        return _share(self.open, self.places)

    @property
    def told_near(self) -> str:
        return _share(self.near, self.points)

    @property
    def told_near_open(self) -> str:
        return _share(self.near_open, self.points)


def _share(part: int, whole: int) -> str:
    """In words; of nothing there is no share."""
    return f"{number_format(round(part * 100 / whole, 1), 1)} %" if whole else "—"


@dataclass(frozen=True)
class Coverage:
    """Of a territory at a moment; of a unit that names no division, nor any unit below it, there is none.

    `around` are all stations of the subject, to which one may walk from here.
    """

    subject: Subject
    at: datetime
    places: Mapping[str, Place]
    """By code, all levels, in the order of the codes: so each comes after what is around it."""
    stations: Sequence[Found]
    around: Grid

    def within(self, code: str) -> "Coverage":
        """The same of a place of the territory, with all that is inside it."""
        places: dict[str, Place] = {}
        for place in self.places.values():  # each after what is around it
            if place.code == code or place.parent in places:
                places[place.code] = place
        stations = [station for station in self.stations if station.division in places]
        return Coverage(self.subject, self.at, places, stations, self.around)

    @property
    def at_local(self) -> datetime:
        return timezone.localtime(self.at)

    @property
    def title(self) -> str:
        """In words, of whom it is."""
        return " · ".join([self.subject.name, *self.subject.only])

    def around_of(self, place: Place) -> str:
        """The names of the divisions of the territory around the place, the nearest last."""
        return " ".join(reversed([above.name for above in self.upwards(place)][1:]))

    def upwards(self, place: Place) -> Iterator[Place]:
        """The place itself and those of the territory around it."""
        here: Place | None = place
        while here:
            yield here
            here = self.places.get(here.parent or "")

    @cached_property
    def last(self) -> list[Place]:
        """Those in which nothing smaller is listed: each spot of the territory lies in one of them."""
        return [place for place in self.places.values() if place.is_last]

    @cached_property
    def total(self) -> Sums:
        return Sums.of(self.last)

    @property
    def levels(self) -> dict[str, Sums]:
        """From the largest divisions that divide the territory down to streets."""
        by_level = {level: [one for one in self.places.values() if one.level == level] for level in LEVELS}
        return {
            level: Sums.of(places)
            for level, places in by_level.items()
            if len(places) > 1 or any(place.is_last for place in places)
        }

    @cached_property
    def parts(self) -> dict[str, list[Place]]:
        """By the code of what the territory is divided into, the last places of each: every one of them stands in one.

        The parts are the smallest divisions that hold streets, if those are not too many.
        """
        many = Counter(place.level for place in self.places.values())
        rank = next((rank for rank in (2, 1) if many[LEVELS[rank]] <= MOST_PARTS), 0)
        part: dict[str, str] = {}
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.places.values():  # each after what is around it
            is_part = LEVELS.index(place.level) <= rank or place.parent not in part
            part[place.code] = place.code if is_part else part[place.parent or ""]
            if place.is_last:
                found[part[place.code]].append(place)
        return dict(sorted(found.items()))

    @cached_property
    def by_state(self) -> Counter[str]:
        return Counter(station.state for station in self.stations)

    @cached_property
    def unattributed(self) -> Counter[str]:
        """Stations that count for no last place: of no division (`none`), one elsewhere, or a larger one (`wide`)."""
        return Counter(why for station in self.stations if (why := self._why_not(station)))

    def _why_not(self, station: Found) -> str:
        if not station.division:
            return "none"
        place = self.places.get(station.division)
        return "" if place and place.is_last else "wide" if place else "elsewhere"

    @cached_property
    def neighbours(self) -> Counter[str]:
        """Of the stations with a place (`placed`) those with another one, or an open one, within the walk.

        `shut` are those not known to be open, `shut_near_open` those of them from which one can walk to an open one.
        """
        found: Counter[str] = Counter()
        for station in self.stations:
            if station.longitude is None or station.latitude is None:
                continue
            is_near, has_open = self.around.near(station.longitude, station.latitude, station.pk)
            is_shut = station.state != "open"
            found["placed"] += 1
            found["near"] += is_near
            found["near_open"] += has_open
            found["shut"] += is_shut
            found["shut_near_open"] += is_shut and has_open
        return found


def coverage(subject: Subject, at: datetime) -> Coverage:
    """By what was posted for that moment. At most thirteen queries."""
    day = timezone.localdate(at)
    places = _territory(subject, day)
    if not places:
        return Coverage(subject, at, places, (), Grid(()))
    postings: Any = Posting.objects.all()
    held = postings.on(day).filter(subject.in_days(day, day).held_by(""), station__merged_into=None).order_by()
    rows = held.annotate(state=state_then(at)).exclude(state=GONE)
    columns = ("station", "division", "state", "station__longitude", "station__latitude")
    stations = [Found._make(row) for row in rows.values_list(*columns)]
    _count(places, stations)
    around = Grid(stations)
    _walk(places.values(), around)
    return Coverage(subject, at, places, stations, around)


def _territory(subject: Subject, day: date) -> dict[str, Place]:
    """The division with everything inside; of a unit, the divisions of it and all below it."""
    unit = subject.unit
    below = Unit.objects.filter(subject.tree(day).below([unit.path])) if unit else Unit.objects.none()
    prefixes = covering(below) if unit else (subject.division.prefix,) if subject.division else ()
    inside = reduce(or_, (Q(code__startswith=prefix) for prefix in prefixes), Q(pk__in=[]))
    rows = Division.objects.filter(inside).order_by("code")
    columns = ("code", "name", "level", "parent", "longitude", "latitude")
    places = {row[0]: Place(*row) for row in rows.values_list(*columns)}
    for place in places.values():
        if above := places.get(place.parent or ""):
            above.is_last = False
    return places


def _count(places: Mapping[str, Place], stations: Iterable[Found]) -> None:
    for (code, state), count in Counter((station.division, station.state) for station in stations).items():
        place = places.get(code or "")
        while place:
            place.stations += count
            place.open += count if state == "open" else 0
            place.unknown += count if state == "unknown" else 0
            place = places.get(place.parent or "")


def _walk(places: Iterable[Place], around: Grid) -> None:
    for place in places:
        if place.longitude is not None and place.latitude is not None:
            place.near, place.near_open = around.near(place.longitude, place.latitude)
