"""The filters of the public lists as they stand in an address; static/js/criteria.js reads the same ones."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from stations.choices import EntryMode, HostKind
from stations.marks import HONOUR, SPECIAL
from stations.models import Amenity, Division

LONGEST_SEARCH = 60
DAYS_AHEAD = 7
"""How far ahead an hour may be chosen."""
HOURS = [f"{hour:02}:00" for hour in range(24)]
"""The hours that the forms offer; an address may name any other."""
PLACES = ("after", "before")
"""The parameters that say where in the list a page begins or ends."""
ROW = re.compile(r"([0-9]*)-([0-9A-Z]{8})")
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
PLACE = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,10})?),(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)(?:,[0-9]{1,2}(?:\.[0-9]+)?)?")
MOST_LATITUDE = 85
SPANS = {"now": 0, "30min": 30, "24h": 24 * 60}
"""For how many minutes from now on a station must be open."""


@dataclass(frozen=True)
class Opening:
    """When a station must be open: `asked` is a key of `SPANS` or an hour; an hour without a day is its next time."""

    asked: str
    day: date | None = None

    @classmethod
    def read(cls, asked: str, day: str, today: date) -> Self | None:
        if asked in SPANS:
            return cls(asked)
        return cls(asked, _day(day, today)) if HOUR.fullmatch(asked) else None

    @property
    def minutes(self) -> int:
        return SPANS.get(self.asked, 0)

    def moment(self, now: datetime) -> datetime:
        if self.asked in SPANS:
            return now
        clock = time.fromisoformat(self.asked)
        moment = timezone.make_aware(datetime.combine(self.day or timezone.localdate(now), clock))
        is_over = self.day is None and moment < now - timedelta(minutes=1)
        return moment + timedelta(days=1) if is_over else moment


def _day(text: str, today: date) -> date | None:
    """A day on which an hour may be chosen, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + timedelta(days=DAYS_AHEAD) else None


@dataclass(frozen=True)
class Criteria:
    """What was asked for, all checked.

    `near` is (latitude, longitude), `after` the (division code, code) of the last row of the page before, `before` of
    the first of the page after.
    """

    q: str = ""
    division: Division | None = None
    amenities: tuple[Amenity, ...] = ()
    is_step_free: bool = False
    entry: str = ""
    programme: str = ""
    mark: str = ""
    host_kind: str = ""
    opening: Opening | None = None
    with_unknown: bool = False
    near: tuple[float, float] | None = None
    after: tuple[str, str] | None = None
    before: tuple[str, str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing but a division is asked for, and its first page."""
        return self == Criteria(division=self.division)

    @property
    def details(self) -> int:
        """How many filters stand in the part of the form that is folded away."""
        return len(self.amenities) + bool(self.programme) + bool(self.mark) + bool(self.host_kind)

    @property
    def may_leave_out_unknown(self) -> bool:
        """Whether a station can be left out only because nobody knows enough of it."""
        return bool(self.amenities or self.is_step_free or self.opening)

    def query(self, **changes: Any) -> str:
        """The query string of these criteria, with changes; without `after` and `before` unless that is given."""
        kept = {key: value for key, value in changes.items() if key not in PLACES}
        asked = replace(self, after=None, before=None, **kept)
        opening = asked.opening or Opening("")
        parts: list[tuple[str, Any]] = [("q", asked.q), ("division", asked.division and asked.division.code)]
        parts += [("at", asked.near and "{:.5f},{:.5f}".format(*asked.near))]
        parts += [("amenity", amenity.code) for amenity in asked.amenities]
        parts += [("open", opening.asked), ("day", opening.day), ("step_free", asked.is_step_free and "1")]
        parts += [("entry", asked.entry), ("programme", asked.programme), ("mark", asked.mark)]
        parts += [("host_kind", asked.host_kind)]
        parts += [("unknown", asked.may_leave_out_unknown and asked.with_unknown and "1")]
        parts += [(key, changes.get(key)) for key in PLACES]
        return urlencode([(key, value) for key, value in parts if value])


@dataclass(frozen=True)
class Filters:
    """Criteria as read from an address, and the parameters in it that meant nothing."""

    criteria: Criteria
    ignored: tuple[str, ...] = ()

    @classmethod
    def read(
        cls, params: QueryDict, amenities: Mapping[str, Amenity], programmes: Collection[str], today: date
    ) -> Self:
        """Unknown values are left out and named, so that a stale link still shows a list."""
        wanted = [code for text in params.getlist("amenity") for code in text.split(",") if code]
        division = params.get("division", "")
        last, first = (ROW.fullmatch(params.get(key, "")) for key in PLACES)
        criteria = Criteria(
            q=params.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            division=Division.objects.filter(pk=division).first() if division.isdecimal() else None,
            amenities=tuple(amenities[code] for code in dict.fromkeys(wanted) if code in amenities),
            is_step_free=params.get("step_free") == "1",
            entry=_one_of(params.get("entry", ""), EntryMode.values),
            programme=_one_of(params.get("programme", ""), programmes),
            mark=_one_of(params.get("mark", ""), (SPECIAL, HONOUR)),
            host_kind=_one_of(params.get("host_kind", ""), HostKind.values),
            opening=Opening.read(params.get("open", ""), params.get("day", ""), today),
            with_unknown=params.get("unknown") == "1",
            near=_place(params.get("at", "")),
            after=(last[1], last[2]) if last else None,
            before=(first[1], first[2]) if first and not last else None,
        )
        return cls(criteria, tuple(_ignored(params, criteria, any(code not in amenities for code in wanted))))


def _ignored(params: QueryDict, criteria: Criteria, has_strange_amenity: bool) -> Iterator[str]:  # noqa: FBT001  # private
    understood: dict[str, Any] = {
        "division": criteria.division,
        "entry": criteria.entry,
        "programme": criteria.programme,
        "mark": criteria.mark,
        "host_kind": criteria.host_kind,
        "open": criteria.opening,
        "at": criteria.near,
        "after": criteria.after,
        "before": criteria.before or criteria.after,
    }
    if has_strange_amenity:
        yield "amenity"
    yield from (name for name, value in understood.items() if params.get(name) and not value)
    if params.get("day") and criteria.opening and criteria.opening.asked not in SPANS and not criteria.opening.day:
        yield "day"


def _one_of(text: str, known: Collection[str]) -> str:
    return text if text in known else ""


def _place(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of "36.66,117.02", with or without the zoom of a map."""
    found = PLACE.fullmatch(text)
    if found is None or not (abs(float(found[1])) <= MOST_LATITUDE and abs(float(found[2])) <= 180):
        return None
    return float(found[1]), float(found[2])
