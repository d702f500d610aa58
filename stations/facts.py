"""What is told of a station and fades: each kind of fact, and after how many days somebody looks again.

A fact is known by its code: "place", "hours", "phone", "entry", and "amenity:water" for each amenity. The intervals
stand here and nowhere else.
"""

from collections.abc import Iterable, Mapping

from stations.choices import HostKind

PLACE, HOURS, PHONE, ENTRY = "place", "hours", "phone", "entry"
CORE = (PLACE, HOURS, PHONE, ENTRY)
"""What every station tells, as far as it is known; the rest is equipment."""
SEEN_OPEN = (PLACE, HOURS)
"""What an opening, a nil return or a visitor proves: that the station is there and open."""
AMENITY_PREFIX = "amenity:"
ALL = "all"
"""Of a check: everything that was told then was looked at. One row where each fact would have its own; whatever is told
for the first time later on comes with a check of its own."""

USUAL_DAYS = 180
DAYS: Mapping[str, int] = {
    PLACE: 365,
    PHONE: 365,
    # What is used up or expires.
    f"{AMENITY_PREFIX}first_aid": 90,
    f"{AMENITY_PREFIX}medicine": 90,
    f"{AMENITY_PREFIX}aed": 90,
}
MOST_DAYS_AT: Mapping[str, int] = {HostKind.MOBILE: 30, HostKind.SHOP: 90, HostKind.OTHER: 90}
"""What moves or changes hands is looked at sooner, whatever the fact."""


def amenity_fact(code: str) -> str:
    return f"{AMENITY_PREFIX}{code}"


def days_of(what: str, host_kind: str) -> int:
    """For so long a check of this fact holds at a station of this kind."""
    days = DAYS.get(what, USUAL_DAYS)
    return min(days, MOST_DAYS_AT.get(host_kind, days))


FIELDS: Mapping[str, str] = {
    "address": PLACE,
    "longitude": PLACE,
    "latitude": PLACE,
    "schedule": HOURS,
    "schedule_id": HOURS,
    "phone": PHONE,
    "entry_mode": ENTRY,
}
"""Which fact a field of a station belongs to; its name and its size are no matter of freshness."""


def facts_in(fields: Iterable[str]) -> list[str]:
    """The facts that these fields of a station tell, each once."""
    return list(dict.fromkeys(FIELDS[name] for name in fields if name in FIELDS))
