"""The station list: what was asked for, which cards answer it, and how a card reads in the list."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from harbor_portal.lib.geo import haversine_m
from harbor_portal.portal.criteria import Criteria
from harbor_portal.portal.given_out import supply_tags
from harbor_portal.portal.wording import Tag, amenity_tags, fresh_sentence, marks_in_words, open_sentence, way
from stations import places
from stations.api.records import States
from stations.card_querysets import StationCardQuerySet
from stations.choices import EntryMode
from stations.hours import OpenState
from stations.models import Division, StationCard
from stations.open_now import OpenAt, Wanted

PAGE_SIZE = 30
MOST_TAGS = 6


@dataclass(frozen=True)
class Row:
    """A station of the list, in words."""

    code: str
    name: str
    address: str
    state: OpenState
    sentence: str
    way: str
    """How far it is, where the list begins at a place."""
    entry: str
    fresh: str
    """How fresh all that is."""
    marks: list[str]
    """What makes it stand out."""
    tags: list[Tag]
    more: int
    """How many amenities the row leaves to the station's own page."""


def matching(criteria: Criteria, at: datetime, accessible: Collection[int]) -> QuerySet[StationCard]:
    """The cards that answer the criteria, ordered by division and code; backwards if they end before a row.

    Where a place is given, nearest first instead. `accessible`: the ids of the amenities of that tier, any one of
    which makes a station step-free. The place in the list is said twice: as a range, which the index reads, and then
    exactly.
    """
    cards = StationCard.objects.all()
    if criteria.division:
        cards = cards.filter(division_code__startswith=criteria.division.prefix)
    if criteria.q:
        cards = cards.matching(criteria.q)
    cards = _offering(cards, criteria, accessible)
    if criteria.opening:
        wanted: Wanted = "not_closed" if criteria.with_unknown else "open"
        cards = cards.filter(OpenAt(criteria.opening.moment(at), wanted, criteria.opening.minutes))
    if criteria.near:
        latitude, longitude = criteria.near
        return cards.near(longitude, latitude)
    if criteria.after:
        division, code = criteria.after
        beyond = Q(division_code__gt=division) | Q(division_code=division, code__gt=code)
        cards = cards.filter(beyond, division_code__gte=division)
    if criteria.before:
        division, code = criteria.before
        short_of = Q(division_code__lt=division) | Q(division_code=division, code__lt=code)
        return cards.filter(short_of, division_code__lte=division).order_by("-division_code", "-code")
    return cards.order_by("division_code", "code")


def _offering(cards: StationCardQuerySet, criteria: Criteria, accessible: Collection[int]) -> StationCardQuerySet:
    """By what there is, who may come in, and whose it is. Unknown is not "no": it is let in when asked for."""
    for amenity in criteria.amenities:
        answers = ~Q(lacking__contains=[amenity.pk]) if criteria.with_unknown else Q(amenities__contains=[amenity.pk])
        cards = cards.filter(answers)
    if criteria.is_step_free:
        answers = Q(amenities__overlap=list(accessible))
        cards = cards.filter(answers | ~Q(lacking__contains=list(accessible)) if criteria.with_unknown else answers)
    if criteria.programme:
        cards = cards.filter(programmes__contains=[criteria.programme])
    if criteria.mark:
        cards = cards.filter(marks__contains=[criteria.mark])
    exact = {"entry_mode": criteria.entry, "host_kind": criteria.host_kind}
    return cards.filter(**{name: value for name, value in exact.items() if value})


def rows_of(cards: Iterable[StationCard], names: Mapping[str, str], criteria: Criteria, at: datetime) -> list[Row]:
    """The rows as of the moment asked for; nearest first where a place is given, as `matching` had it on a flat map."""
    moment = criteria.opening.moment(at) if criteria.opening else at
    states = States(moment)
    asked = [amenity.code for amenity in criteria.amenities]
    found = [(_metres(card, criteria), card) for card in cards]
    if criteria.near:
        found.sort(key=lambda item: (item[0] or 0, item[1].code))
    return [_row(card, states.of(card), names, asked, moment, metres) for metres, card in found]


def _metres(card: StationCard, criteria: Criteria) -> float | None:
    if criteria.near is None:
        return None
    latitude, longitude = criteria.near
    return haversine_m(longitude, latitude, card.longitude, card.latitude)


def _row(
    card: StationCard,
    state: OpenState,
    names: Mapping[str, str],
    asked: Collection[str],
    at: datetime,
    metres: float | None,
) -> Row:
    record = card.record
    mode = EntryMode(record["entry_mode"])
    today = supply_tags(card, at)
    tags = [*today, *amenity_tags(record["amenities"], names, asked)]
    shown = max(len(asked) + len(today), len(tags) if len(tags) <= MOST_TAGS + 1 else MOST_TAGS)
    return Row(
        code=card.code,
        name=record["name"],
        address=record["address"],
        state=state,
        sentence=open_sentence(state, at, phone=record["phone"]),
        way="" if metres is None else way(metres),
        entry="" if mode == EntryMode.WALK_IN else str(mode.label),
        fresh=fresh_sentence(card, record["verified_at"], at),
        marks=marks_in_words(record.get("marks", [])),
        tags=tags[:shown],
        more=len(tags[shown:]),
    )


def lineage(division: Division | None) -> list[Division]:
    """The division with those above it, from the province down. One query."""
    if division is None:
        return []
    return list(Division.objects.filter(pk__in=places.lineage(division.code)).order_by("code"))
