"""Where else one can go now: the open stations around a place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harbor_portal.portal.wording import Tag, amenity_tags, open_sentence, way
from stations.api.records import States
from stations.choices import EntryMode
from stations.hours import OpenState
from stations.models import Station
from stations.nearest import nearest
from stations.open_now import open_condition

MOST = 4
FARTHEST_M = 20_000
"""Beyond that nobody goes for a rest."""
MOST_TAGS = 4


@dataclass(frozen=True)
class Neighbour:
    """An open station, in words."""

    code: str
    name: str
    way: str
    state: OpenState
    sentence: str
    entry: str
    tags: list[Tag]
    more: int


def open_nearby(station: Station, names: Mapping[str, str], at: datetime) -> list[Neighbour]:
    """Known to be open at that moment, the nearest first, without the station itself. One query.

    `names` of amenities by code, in the order in which they are shown.
    """
    if station.longitude is None or station.latitude is None:
        return []
    # One more than wanted, since the station itself may be the nearest.
    found = nearest(station.longitude, station.latitude, MOST + 1, condition=open_condition(at, "open"))
    states = States(at)
    others = [
        _neighbour(json.loads(card.record), metres, states.of(card), names, at)
        for metres, card in found
        if card.code != station.code and metres <= FARTHEST_M
    ]
    return others[:MOST]


def _neighbour(
    record: Mapping[str, Any], metres: float, state: OpenState, names: Mapping[str, str], at: datetime
) -> Neighbour:
    mode = EntryMode(record["entry_mode"])
    tags = amenity_tags(record["amenities"], names)
    return Neighbour(
        code=record["code"],
        name=record["name"],
        way=way(metres),
        state=state,
        sentence=open_sentence(state, at, phone=record["phone"]),
        entry="" if mode == EntryMode.WALK_IN else str(mode.label),
        tags=tags[:MOST_TAGS],
        more=max(0, len(tags) - MOST_TAGS),
    )
