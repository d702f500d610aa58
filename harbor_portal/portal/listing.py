"""The station list: what was asked for, which cards answer it, and how a card reads in the list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from harbor_portal.portal.wording import Tag, amenity_tags, open_sentence
from stations.choices import EntryMode
from stations.hours import OpenState, ScheduleNow, schedule_now, schedules_now, state_now
from stations.models import Amenity, Division, StationCard
from stations.open_now import OpenAt

PAGE_SIZE = 30
MOST_TAGS = 6
LONGEST_SEARCH = 60
PLACES = ("after", "before")
"""The parameters that say where in the list a page begins or ends."""
LAST_ROW = re.compile(r"([0-9]*)-([0-9A-Z]{8})")


@dataclass(frozen=True)
class Criteria:
    """The filters of a list, all checked.

    `after` is the (division code, code) of the last row of the page before, `before` of the first of the page after.
    """

    q: str = ""
    division: Division | None = None
    amenities: tuple[Amenity, ...] = ()
    programme: str = ""
    is_open: bool = False
    with_unknown: bool = False
    after: tuple[str, str] | None = None
    before: tuple[str, str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing but a division is asked for, and its first page."""
        return self == Criteria(division=self.division)

    @property
    def details(self) -> int:
        """How many filters stand in the part of the form that is folded away."""
        return len(self.amenities) + bool(self.programme)

    def query(self, **changes: Any) -> str:
        """The query string of these criteria, with changes; without `after` and `before` unless that is given."""
        kept = {key: value for key, value in changes.items() if key not in PLACES}
        asked = replace(self, after=None, before=None, **kept)
        parts: list[tuple[str, str]] = [("q", asked.q), ("division", asked.division.code if asked.division else "")]
        parts += [("amenities", ",".join(amenity.code for amenity in asked.amenities))]
        parts += [("programme", asked.programme), ("open", "1" if asked.is_open else "")]
        parts += [("unknown", "1" if asked.is_open and asked.with_unknown else "")]
        parts += [(key, changes.get(key, "")) for key in PLACES]
        return urlencode([(key, value) for key, value in parts if value])


@dataclass(frozen=True)
class Filters:
    """Criteria as read from an address, and the parameters in it that meant nothing."""

    criteria: Criteria
    ignored: tuple[str, ...] = ()

    @classmethod
    def read(cls, params: QueryDict, amenities: Mapping[str, Amenity], programmes: Iterable[str]) -> Self:
        """Unknown values are left out and named, so that a stale link still shows a list."""
        wanted = [code for text in params.getlist("amenities") for code in text.split(",") if code]
        division_code, programme = params.get("division", ""), params.get("programme", "")
        division = Division.objects.filter(pk=division_code).first() if division_code.isdecimal() else None
        last, first = (LAST_ROW.fullmatch(params.get(key, "")) for key in PLACES)
        criteria = Criteria(
            q=params.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            division=division,
            amenities=tuple(amenities[code] for code in dict.fromkeys(wanted) if code in amenities),
            programme=programme if programme in programmes else "",
            is_open=params.get("open") == "1",
            with_unknown=params.get("unknown") == "1",
            after=(last[1], last[2]) if last else None,
            before=(first[1], first[2]) if first and not last else None,
        )
        problems = {
            "amenities": any(code not in amenities for code in wanted),
            "division": bool(division_code) and division is None,
            "programme": bool(programme) and not criteria.programme,
            "open": params.get("open", "") not in ("", "0", "1"),
            "after": bool(params.get("after")) and last is None,
            "before": bool(params.get("before")) and first is None,
        }
        return cls(criteria, tuple(name for name, is_wrong in problems.items() if is_wrong))


@dataclass(frozen=True)
class Row:
    """A station of the list, in words."""

    code: str
    name: str
    address: str
    state: OpenState
    sentence: str
    entry: str
    tags: list[Tag]
    more: int
    """How many amenities the row leaves to the station's own page."""


def matching(criteria: Criteria, at: datetime) -> QuerySet[StationCard]:
    """The cards that answer the criteria, ordered by division and code; backwards if they end before a row.

    The place in the list is said twice: as a range, which the index reads, and then exactly.
    """
    cards: QuerySet[StationCard] = StationCard.objects.order_by("division_code", "code")
    if criteria.division:
        cards = cards.filter(division_code__startswith=criteria.division.prefix)
    for amenity in criteria.amenities:
        cards = cards.filter(amenities__contains=[amenity.pk])
    if criteria.programme:
        cards = cards.filter(programmes__contains=[criteria.programme])
    if criteria.q:
        cards = cards.filter(named_like(criteria.q))
    if criteria.is_open:
        cards = cards.filter(OpenAt(at, "not_closed" if criteria.with_unknown else "open"))
    if criteria.after:
        division, code = criteria.after
        beyond = Q(division_code__gt=division) | Q(division_code=division, code__gt=code)
        cards = cards.filter(beyond, division_code__gte=division)
    if criteria.before:
        division, code = criteria.before
        short_of = Q(division_code__lt=division) | Q(division_code=division, code__lt=code)
        cards = cards.filter(short_of, division_code__lte=division).reverse()
    return cards


def named_like(text: str) -> Q:
    """Name or address holds the text, or the name's pinyin initials do. Case counts: the trigram indexes are plain."""
    return (
        Q(station__name__contains=text) | Q(station__address__contains=text) | Q(station__pinyin__contains=text.lower())
    )


def card_state(card: StationCard, schedules: Mapping[int, ScheduleNow], at: datetime) -> OpenState:
    """Whether the station of this card is open; no query."""
    known = schedules.get(card.schedule_id) if card.schedule_id else None
    return state_now(
        known or schedule_now(None, at, {}),
        at,
        suspended_through=card.suspended_through,
        opened_at=card.opened_at,
        closed_at=card.closed_at,
        seen_at=card.seen_at,
        reported_closed_at=card.reported_closed_at,
    )


def rows_of(cards: Iterable[StationCard], names: Mapping[str, str], at: datetime) -> list[Row]:
    schedules = schedules_now(at)
    return [_row(card, card_state(card, schedules, at), names, at) for card in cards]


def _row(card: StationCard, state: OpenState, names: Mapping[str, str], at: datetime) -> Row:
    record = card.record
    mode = EntryMode(record["entry_mode"])
    tags = amenity_tags(record["amenities"], names)
    shown = len(tags) if len(tags) <= MOST_TAGS + 1 else MOST_TAGS
    return Row(
        code=card.code,
        name=record["name"],
        address=record["address"],
        state=state,
        sentence=open_sentence(state, at, phone=record["phone"]),
        entry="" if mode == EntryMode.WALK_IN else str(mode.label),
        tags=tags[:shown],
        more=len(tags) - shown,
    )


def lineage(division: Division | None) -> list[Division]:
    """The division with those above it, from the province down. One query."""
    if division is None:
        return []
    codes = {division.code, f"{division.code[:2]}0000", f"{division.code[:4]}00", division.code[:6]}
    return list(Division.objects.filter(pk__in=codes).order_by("code"))
