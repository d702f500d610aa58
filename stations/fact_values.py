"""What may be proposed of a station: each fact with its name, what stands there now, and how it is shown and checked.

A value is plain JSON, so that a proposal keeps what stood there and what shall.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Invalid
from stations.choices import Access, CalendarPolicy, EntryMode
from stations.facts import AMENITY_PREFIX, HOURS, PLACE, amenity_fact
from stations.hours_text import parse_hours
from stations.models import Amenity, Station

PLAIN: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "address": gettext_lazy("Address"),
    "phone": gettext_lazy("Phone"),
    "entry_mode": gettext_lazy("Entry mode"),
    "seats": gettext_lazy("Seats"),
    "area_m2": gettext_lazy("Area (m²)"),
}
"""Fields of a station that are facts by themselves."""
TITLES: dict[str, Any] = PLAIN | {
    HOURS: gettext_lazy("Opening hours"),
    PLACE: gettext_lazy("Place on the map"),
    "entry": gettext_lazy("Entry mode"),
}
FINEST = 6
"""Decimals of a degree: a tenth of a metre."""


def title_of(what: str, amenities: Mapping[str, Amenity]) -> str:
    """Its name; `amenities` by code."""
    if what.startswith(AMENITY_PREFIX):
        code = what.removeprefix(AMENITY_PREFIX)
        return str(amenities.get(code, code))
    return str(TITLES.get(what, what))


def values_of(station: Station) -> dict[str, Any]:
    """Everything that may be proposed, as it stands now; None where nothing is told. One query, or two."""
    values: dict[str, Any] = {name: getattr(station, name) for name in PLAIN}
    values["area_m2"] = None if station.area_m2 is None else f"{station.area_m2.normalize():f}"
    schedule = station.schedule
    values[HOURS] = schedule and {
        "opening_hours": schedule.opening_hours,
        "calendar_policy": schedule.calendar_policy,
    }
    values[PLACE] = None if station.longitude is None else _rounded(station.longitude, station.latitude)
    told = station.amenities.values_list("amenity__code", "access")
    return values | {amenity_fact(code): access for code, access in told}


def shown(what: str, value: Any) -> str:
    """In words."""
    if value in (None, ""):
        return _("not told")
    if what.startswith(AMENITY_PREFIX):
        return str(Access(value).label)
    if what == HOURS:
        return f"{value['opening_hours']} · {CalendarPolicy(value['calendar_policy']).label}"
    if what == PLACE:
        return f"{value['latitude']:.6f}, {value['longitude']:.6f}"
    return str(EntryMode(value).label) if what == "entry_mode" else str(value)


def checked(what: str, value: Any, station: Station, codes: set[str]) -> Any:
    """The value as it is kept; raises `Invalid` with the fact named. `codes`: of all amenities."""
    if what in PLAIN:
        return _plain(what, value, station)
    if what == HOURS:
        return _hours(value)
    if what == PLACE:
        return _place(value)
    if what.startswith(AMENITY_PREFIX) and what.removeprefix(AMENITY_PREFIX) in codes:
        return _access(what, value)
    raise Invalid(what, _("There is no such fact."))


def _plain(what: str, value: Any, station: Station) -> Any:
    field: Any = Station._meta.get_field(what)
    try:
        clean = field.clean(value, station)
    except ValidationError as error:
        raise Invalid(what, f"{PLAIN[what]}: {error.messages[0]}") from error
    return f"{clean.normalize():f}" if what == "area_m2" and clean is not None else clean


def _hours(value: Any) -> dict[str, str] | None:
    if not value or not value.get("opening_hours"):
        return None
    try:
        parsed = parse_hours(value["opening_hours"])
    except ValueError as error:
        raise Invalid(HOURS, str(error)) from error
    if value.get("calendar_policy") not in CalendarPolicy.values:
        raise Invalid(HOURS, _("Choose from the list."))
    return {"opening_hours": parsed.opening_hours, "calendar_policy": value["calendar_policy"]}


def _place(value: Any) -> dict[str, float]:
    longitude, latitude = (value or {}).get("longitude"), (value or {}).get("latitude")
    if longitude is None or latitude is None or not (-180 <= longitude <= 180 and -85 <= latitude <= 85):
        raise Invalid(PLACE, _("Longitude (-180 to 180) and latitude (-85 to 85) go together."))
    return _rounded(longitude, latitude)


def _rounded(longitude: float, latitude: float | None) -> dict[str, float]:
    return {"longitude": round(longitude, FINEST), "latitude": round(latitude or 0, FINEST)}


def _access(what: str, value: Any) -> str | None:
    if value and value not in Access.values:
        raise Invalid(what, _("Choose from the list."))
    return value or None
