"""Where the generated stations of the large world stand: more in bigger towns, in clusters round their streets."""

from collections import defaultdict
from dataclasses import dataclass, field
from math import cos, radians
from random import Random

from stations.choices import DivisionLevel
from stations.models import Division

STREET_WEIGHT = 4
"""A street (街道) of a town has about as many stations as four rural townships."""


@dataclass
class Town:
    """A district with a centre, its city (or province), and the streets and townships in which stations stand."""

    code: str
    name: str
    city: str
    city_code: str
    longitude: float
    latitude: float
    townships: list["Township"] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return 1 + sum(STREET_WEIGHT if township.is_street else 1 for township in self.townships)


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    longitude: float
    latitude: float
    is_street: bool


def read_towns(random: Random) -> list[Town]:
    """Every district with a centre; the townships, which have none in the data, get a place near it."""
    divisions = {division.code: division for division in Division.objects.all()}
    townships: dict[str, list[Division]] = defaultdict(list)
    for division in divisions.values():
        if division.level == DivisionLevel.TOWNSHIP:
            townships[str(division.parent_id)].append(division)
    towns = []
    for division in divisions.values():
        if division.level != DivisionLevel.DISTRICT:
            continue
        if division.longitude is not None and division.latitude is not None:
            city = divisions[str(division.parent_id)]
            town = Town(division.code, division.name, city.name, city.code, division.longitude, division.latitude)
            town.townships = [_near(random, town, township) for township in townships[division.code]]
            towns.append(town)
    return towns


def _near(random: Random, town: Town, township: Division) -> Township:
    is_street = township.name.endswith("街道")
    longitude, latitude = scatter(random, town.longitude, town.latitude, 0.02 if is_street else 0.1)
    return Township(township.code, township.name, longitude, latitude, is_street)


def scatter(random: Random, longitude: float, latitude: float, spread: float) -> tuple[float, float]:
    """A point around another; `spread` is the standard deviation in degrees of latitude (0.01 is about 1.1 km)."""
    east = random.gauss(0, spread) / cos(radians(latitude))
    return round(longitude + east, 6), round(latitude + random.gauss(0, spread), 6)


def share_out(total: int, weights: list[float]) -> list[int]:
    """`total` split in proportion to the weights, exactly: rounding never loses one."""
    whole, passed, shares, given = sum(weights), 0.0, [], 0
    for weight in weights:
        passed += weight
        due = round(total * passed / whole)
        shares.append(due - given)
        given = due
    return shares
