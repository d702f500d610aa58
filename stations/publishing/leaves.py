"""What stands in a leaf and in its live state."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from stations.choices import Access, Health
from stations.hours import calendar_between
from stations.models import Timetable
from stations.publishing.windows import DAYS, schedule_window, window_start

FIELDS = [
    *("code", "name", "longitude", "latitude", "address", "phone", "host_kind", "entry_mode", "schedule"),
    *("amenities", "plates", "marks", "division", "pinyin", "suspended_until", "verified_at"),
]
MOMENTS = ("opened_at", "closed_at", "seen_at", "reported_closed_at")
_CLEAN_NUMBER = str.maketrans(" :", "__")


class LeafCard(NamedTuple):
    """The columns of a `StationCard` that leaf and live state are made of."""

    code: str
    tile: str
    longitude: float
    latitude: float
    division_code: str
    timetable_id: int | None
    suspended_from: date | None
    suspended_through: date | None
    pinyin: str
    record: dict[str, Any]
    opened_at: datetime | None
    closed_at: datetime | None
    seen_at: datetime | None
    reported_closed_at: datetime | None
    supplies: dict[str, str] | None


class Window:
    """The weeks that leaves cover now, and every timetable's hours in them. Two queries."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first = window_start(today)
        self._calendar = calendar_between(self.first, self.first + timedelta(days=DAYS))
        self._plans = {timetable.pk: timetable.plan for timetable in Timetable.objects.select_related("schedule")}
        self._known: dict[int, dict[str, Any]] = {}

    def order(self, timetable: int) -> tuple[str, str, list[list[str]]]:
        """Timetables stand in the order of their words, since ids differ between databases with the same data."""
        plan = self._plans[timetable]
        return plan.opening_hours, plan.policy, [one.as_row() for one in plan.dated]

    def hours(self, timetable: int) -> dict[str, Any]:
        if timetable not in self._known:
            self._known[timetable] = schedule_window(self._plans[timetable], self.first, self._calendar)
        return self._known[timetable]


def in_order(cards: Iterable[LeafCard]) -> list[LeafCard]:
    """Like next to like, so that the leaf is smaller: hosts of a kind by their names, neighbours by their addresses."""
    return sorted(cards, key=lambda card: (card.record["host_kind"], card.record["address"], card.code))


def to_json(value: Any) -> bytes:
    """Compact UTF-8: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def leaf_content(cards: Sequence[LeafCard], window: Window) -> bytes:
    """`cards` in the order in which they shall stand."""
    timetables = sorted({card.timetable_id for card in cards if card.timetable_id is not None}, key=window.order)
    numbers: dict[int | None, int] = {timetable: number for number, timetable in enumerate(timetables)}
    rows = [_station(card, numbers.get(card.timetable_id, -1), window.today) for card in cards]
    return to_json(
        {
            "from": str(window.first),
            "days": DAYS,
            "schedules": [window.hours(timetable) for timetable in timetables],
            "fields": FIELDS,
            "stations": list(zip(*rows, strict=True)),
        }
    )


def live_content(cards: Sequence[LeafCard], today: date) -> bytes:
    """`cards` in the order in which they shall stand."""
    return to_json(dict(_live(cards, today)))


def centre(cards: Sequence[LeafCard]) -> tuple[float, float]:
    """The mean of the places."""
    count = len(cards)
    return (
        sum(card.longitude for card in cards) / count,
        sum(card.latitude for card in cards) / count,
    )


def _station(card: LeafCard, schedule: int, today: date) -> list[Any]:
    record = card.record
    return [
        card.code,
        record["name"],
        round(card.longitude, 5),
        round(card.latitude, 5),
        record["address"],
        record["phone"],
        record["host_kind"],
        record["entry_mode"],
        schedule,
        " ".join(amenity_word(**amenity) for amenity in record["amenities"]),
        " ".join(plate_word(**plate) for plate in record.get("plates", [])),
        " ".join(mark_word(**mark) for mark in record.get("marks", [])),
        card.division_code,
        card.pinyin,
        _suspended_until(card, today),
        (record["verified_at"] or "")[:10],
    ]


def amenity_word(code: str, access: str, health: str) -> str:
    if health != Health.OK:
        return f"{code}:{access}:{health}"
    return code if access == Access.OPEN else f"{code}:{access}"


def plate_word(programme: str, number: str) -> str:
    return f"{programme}:{number.translate(_CLEAN_NUMBER)}" if number else programme


def mark_word(mark: str, text: str) -> str:
    return f"{mark}:{text.translate(_CLEAN_NUMBER)}"


def _suspended_until(card: LeafCard, today: date) -> str:
    """The last day, and before it the first one while that is still to come."""
    if card.suspended_through is None:
        return ""
    until = "?" if card.suspended_through == date.max else str(card.suspended_through)
    is_to_come = card.suspended_from is not None and card.suspended_from > today
    return f"{card.suspended_from}/{until}" if is_to_come else until


def _live(cards: Sequence[LeafCard], today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for card in cards:
        moments, supplies = moments_of(card, today), supplies_of(card, today)
        if supplies or any(moments.values()):
            yield card.code, moments | ({"supplies": supplies} if supplies else {})


def moments_of(card: Any, today: date) -> dict[str, str | None]:
    """What is known of today; a card may still hold yesterday's."""
    return {name: _iso(getattr(card, name), today) for name in MOMENTS}


def supplies_of(card: Any, today: date) -> dict[str, str]:
    """What is given out today, by code; a card may still hold yesterday's."""
    return {code: seen for code, seen in (card.supplies or {}).items() if seen.startswith(str(today))}


def _iso(moment: datetime | None, today: date) -> str | None:
    local = timezone.localtime(moment) if moment else None
    return local.isoformat(timespec="seconds") if local and local.date() == today else None
