"""How a station looks in the API: its published record with the state of this moment."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from stations.choices import OpenReason, StationStatus
from stations.hours import OpenState, PlanNow, state_now, timetables_now, unknown_now
from stations.models import Honour, Photo, StationCard
from stations.nearest import Found, Near
from stations.open_now import timetables_anew
from stations.plans import DatedHours
from stations.publishing.leaves import moments_of, supplies_of


class States:
    """Answers for cards at one moment; two queries a minute in each process."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._timetables = timetables_now(at)

    def of(self, card: StationCard | Found) -> OpenState:
        now = self._hours_of(card.timetable_id)
        if not (card.suspended_through or card.opened_at or card.closed_at or card.seen_at or card.reported_closed_at):
            return now.base
        return state_now(
            now,
            self._at,
            suspended_from=card.suspended_from,
            suspended_through=card.suspended_through,
            opened_at=card.opened_at,
            closed_at=card.closed_at,
            seen_at=card.seen_at,
            reported_closed_at=card.reported_closed_at,
        )

    def _hours_of(self, timetable: int | None) -> PlanNow:
        if timetable is None:
            return unknown_now(self._at)
        if timetable not in self._timetables:
            self._timetables = timetables_anew(self._at)
        return self._timetables.get(timetable) or unknown_now(self._at)


def nearest_json(found: list[Near], states: States) -> str:
    """The records joined as the text that the database keeps: nothing is parsed for it."""
    parts = (_near_json(near, states.of(near), round(metres)) for metres, near in found)
    return f'{{"results":[{",".join(parts)}]}}'


def _near_json(near: Found, state: OpenState, metres: int) -> str:
    record = near.record
    if near.suspended_through:
        record = json.dumps(json.loads(record) | _status(near, state), ensure_ascii=False, separators=(",", ":"))
    return f'{record[:-1]},{_state_json(state)},"distance_m":{metres}}}'


def nearest_features(found: list[Near], states: States) -> dict[str, Any]:
    return feature_collection(
        json.loads(near.record) | _now(near, states.of(near)) | {"distance_m": round(metres)} for metres, near in found
    )


def brief(card: StationCard, states: States) -> dict[str, Any]:
    return {**card.record, **_now(card, states.of(card))}


def full(card: StationCard, states: States, today: date) -> dict[str, Any]:
    """`card` with its station and its timetable. Two queries: its photos and its honours."""
    state, station = states.of(card), card.station
    return brief(card, states) | {
        "open_reason": state.reason,
        "open_note": state.note,
        "exceptions": [_exception(row) for row in card.timetable.exceptions] if card.timetable else [],
        **moments_of(card, today),
        "supplies": supplies_of(card, today),
        "suspended_reason": station.suspended_reason,
        "area_m2": None if station.area_m2 is None else float(station.area_m2),
        "seats": station.seats,
        "is_smart": station.is_smart,
        "opened_date": str(station.opened_date) if station.opened_date else None,
        "photos": [_photo(photo) for photo in station.photos.in_order()],
        "honours": [_honour(honour) for honour in station.honours.in_force(today).in_order()],
    }


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "url": settings.PUBLIC_URL + photo.url,
        "width": photo.width,
        "height": photo.height,
        "small_url": settings.PUBLIC_URL + photo.small_url,
        "caption": photo.caption,
        "taken_date": str(photo.taken_date) if photo.taken_date else None,
    }


def _honour(honour: Honour) -> dict[str, Any]:
    return {
        "title": honour.title,
        "level": honour.level,
        "year": honour.year,
        "expires_date": str(honour.expires_date) if honour.expires_date else None,
    }


def _exception(row: list[str]) -> dict[str, str]:
    one = DatedHours.from_row(row)
    return {"first": str(one.first), "last": str(one.last), "opening_hours": one.hours, "reason": one.reason}


def feature(record: dict[str, Any]) -> dict[str, Any]:
    """As GeoJSON (RFC 7946): the place is the geometry, the rest are properties."""
    properties = {name: value for name, value in record.items() if name not in {"longitude", "latitude"}}
    place = {"type": "Point", "coordinates": [record["longitude"], record["latitude"]]}
    return {"type": "Feature", "id": record["code"], "geometry": place, "properties": properties}


def feature_collection(records: Any, **extra: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(record) for record in records], **extra}


def _now(card: StationCard | Found, state: OpenState) -> dict[str, str | None]:
    return {"open_state": state.state, "open_until": _iso(state.until), **_status(card, state)}


def _status(card: StationCard | Found, state: OpenState) -> dict[str, str | None]:
    """A suspension begins and ends at midnight, a little before the record is written anew."""
    if card.suspended_through is None:
        return {}
    is_suspended = state.reason == OpenReason.SUSPENDED
    return {"status": StationStatus.SUSPENDED if is_suspended else StationStatus.PUBLISHED}


@lru_cache(maxsize=4096)
def _state_json(state: OpenState) -> str:
    until = f'"{_iso(state.until)}"' if state.until else "null"
    return f'"open_state":"{state.state}","open_until":{until}'


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
