"""What the search field of the map finds beyond what the device has seen: stations, and places to go to.

A place is a division, by its name or pinyin, or the road of a typed address, where stations stand on it. No map service
is asked, so nothing that a visitor types leaves the portal.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import StrIndex

from harbor_portal.lib.remember import once_a_minute
from stations.choices import DivisionLevel
from stations.models import Division, StationCard
from stations.pinyin import initials, readings, spelled

MOST_STATIONS = 20
MOST_PLACES = 6
MOST_READ = 200
"""Candidates of which a spelling or an address is looked at more closely."""
ZOOMS = {DivisionLevel.PROVINCE: 7, DivisionLevel.CITY: 10, DivisionLevel.DISTRICT: 12, DivisionLevel.TOWNSHIP: 14}
ROAD_ZOOM = 15
LATIN = re.compile(r"[a-z]+")
ROAD = re.compile(r"[\u4e00-\u9fff0-9A-Za-z]{1,12}?(?:大街|大道|路|街|道|巷|胡同|弄|里)")
LARGE = (DivisionLevel.PROVINCE, DivisionLevel.CITY, DivisionLevel.DISTRICT)


@dataclass(frozen=True)
class Place:
    """Somewhere to move the map to."""

    name: str
    path: str
    longitude: float
    latitude: float
    zoom: int


def find_stations(text: str) -> list[StationCard]:
    """By name, address or initials; else by the name spelled out, or by the road of a typed address."""
    cards = StationCard.objects.order_by("code")
    found = list(cards.matching(text)[:MOST_STATIONS])
    if found:
        return found
    if spellings := _readings(text):
        wanted = Q(*(("station__pinyin__contains", letters) for letters in spellings), _connector=Q.OR)
        likely = cards.filter(wanted)[:MOST_READ]
        return [card for card in likely if _letters(text) in spelled(card.record["name"])][:MOST_STATIONS]
    return [card for _road, card in _on_the_road(text)][:MOST_STATIONS] if ROAD.search(text) else []


def find_places(text: str, at: datetime) -> list[Place]:
    """The larger ones first."""
    if LATIN.fullmatch(_letters(text)):
        codes = _codes_by_pinyin(_letters(text), at)
        return [_of_division(division) for division in _divisions(Q(pk__in=codes))][:MOST_PLACES]
    found = [_of_division(division) for division in _divisions(Q(name__startswith=text) | Q(pk=text))]
    if not found and ROAD.search(text):
        found = _of_address(text)
    return found[:MOST_PLACES]


def _divisions(wanted: Q) -> list[Division]:
    """With a known centre."""
    found = Division.objects.filter(wanted, longitude__isnull=False).select_related("parent__parent").order_by("code")
    ranks = list(DivisionLevel)
    return sorted(found[: MOST_PLACES * 10], key=lambda place: (ranks.index(DivisionLevel(place.level)), place.code))


def _of_division(division: Division) -> Place:
    assert division.longitude is not None
    assert division.latitude is not None
    above = [division.parent.parent, division.parent] if division.parent else []
    return Place(
        name=division.name,
        path=" ".join(place.name for place in above if place),
        longitude=division.longitude,
        latitude=division.latitude,
        zoom=ZOOMS[DivisionLevel(division.level)],
    )


# --- Pinyin ---


def _letters(text: str) -> str:
    """Pinyin as it is spelled: without spaces, in small letters."""
    return "".join(text.split()).lower()


def _readings(text: str) -> set[str]:
    return readings(_letters(text)) if LATIN.fullmatch(_letters(text)) else set()


def _codes_by_pinyin(text: str, at: datetime) -> list[str]:
    """Divisions whose initials are these, or whose name is spelled so from its beginning."""
    return [
        code
        for code, letters, spelling in _spelled_divisions(at)
        if letters.startswith(text) or (len(text) > 1 and spelling.startswith(text))
    ][: MOST_PLACES * 10]


@once_a_minute
def _spelled_divisions(_at: datetime) -> list[tuple[str, str, str]]:
    """Code, initials and spelling of every division down to the district, provinces first."""
    rows = Division.objects.filter(level__in=LARGE, longitude__isnull=False).values_list("code", "name", "level")
    ranks = list(DivisionLevel)
    ordered = sorted(rows, key=lambda row: (ranks.index(DivisionLevel(row[2])), row[0]))
    return [(code, initials(name), spelled(name)) for code, name, _level in ordered]


# --- Addresses ---


def _of_address(text: str) -> list[Place]:
    """The road where stations stand on it, in each district of its name; else the division that the address names."""
    by_district: dict[str, list[StationCard]] = defaultdict(list)
    for road, card in _on_the_road(text):
        by_district[f"{card.division_code[:6]} {road}"].append(card)
    if by_district:
        return _roads(by_district)
    named = _named_in(text)
    return [_of_division(named)] if named else []


def _roads(by_district: dict[str, list[StationCard]]) -> list[Place]:
    """Most stations first. One query."""
    codes = {key.split(" ")[0] for key in by_district}
    names = {division.pk: division for division in Division.objects.filter(pk__in=codes).select_related("parent")}
    found = []
    for key, cards in sorted(by_district.items(), key=lambda item: -len(item[1])):
        code, road = key.split(" ", maxsplit=1)
        district = names.get(code)
        above = [district.parent, district] if district else []
        found.append(
            Place(
                name=road,
                path=" ".join(place.name for place in above if place),
                longitude=median(card.longitude for card in cards),
                latitude=median(card.latitude for card in cards),
                zoom=ROAD_ZOOM,
            )
        )
    return found


def _on_the_road(text: str) -> Iterable[tuple[str, StationCard]]:
    """Stations whose address names the road of this one, in the division that it names. Two queries at most."""
    division = _named_in(text)
    rest = text[text.index(division.name) + len(division.name) :] if division else text
    road = ROAD.match(rest)
    if road is None:
        return []
    cards = StationCard.objects.filter(station__address__contains=road[0]).order_by("code")
    if division:
        cards = cards.in_division(division.prefix)
    return [(road[0], card) for card in cards[:MOST_READ]]


def _named_in(text: str) -> Division | None:
    """The smallest division, down to the district, of those whose names stand in the address; the last one named."""
    asked = Value(text, output_field=TextField())
    named = Division.objects.filter(level__in=LARGE, longitude__isnull=False).alias(place=StrIndex(asked, F("name")))
    found = list(named.filter(place__gt=0).select_related("parent__parent").order_by("code"))
    return max(found, key=lambda division: _depth(division, text), default=None)


def _depth(division: Division, text: str) -> tuple[int, int, int]:
    """How well it answers: with those above it named too, small before large, late before early."""
    above = [division.parent, division.parent.parent if division.parent else None]
    named = sum(1 for place in above if place and place.name in text)
    return named, list(DivisionLevel).index(DivisionLevel(division.level)), text.index(division.name)
