"""The parameters of the API: each is read as what it should be, or refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.geo import Bounds
from harbor_portal.lib.remember import once_a_minute
from stations.codes import WELL_FORMED
from stations.facets import CATALOGUES
from stations.models import Amenity, Division
from stations.open_now import Wanted

Query = Mapping[str, str]

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
MAX_PAGE = 100
"""Farther on, pages are had by `after`: numbered ones cost the more, the deeper they lie."""
MAX_TEXT = 50

_NUMBER = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,20})?", re.ASCII)
_INTEGER = re.compile(r"[0-9]{1,6}", re.ASCII)
_WANTED: dict[str, Wanted | None] = {"": None, "0": None, "1": "open", "not_closed": "not_closed"}


@dataclass(frozen=True)
class Place:
    """WGS-84 degrees."""

    longitude: float
    latitude: float


def place(query: Query) -> Place:
    return Place(_degrees(query, "lng", 180), _degrees(query, "lat", 90))


def limit(query: Query) -> int:
    return _whole(query, "limit", DEFAULT_LIMIT, MAX_LIMIT)


def page(query: Query) -> int:
    return _whole(query, "page", 1, MAX_PAGE)


def after(query: Query) -> str:
    """The code behind which the page begins."""
    code = query.get("after", "").upper()
    if code and not WELL_FORMED.fullmatch(code):
        raise Invalid("after", _("after is the code of the last station of the page before."))
    return code


def amenities(query: Query) -> list[int]:
    """The ids of the amenities named by their codes, all of which a station must have."""
    text = query.get("amenities", "")
    if not text:
        return []
    known = _amenity_ids(timezone.now())
    found = []
    for code in text.split(","):
        if code.strip() not in known:
            raise Invalid("amenities", _("There is no amenity “%(code)s”.") % {"code": code.strip()[:40]})
        found.append(known[code.strip()])
    return found


def wanted(query: Query) -> Wanted | None:
    text = query.get("open", "")
    if text not in _WANTED:
        raise Invalid("open", _("open is 1 (open now), not_closed (open or unknown) or 0 (all)."))
    return _WANTED[text]


def bounds(query: Query) -> Bounds | None:
    text = query.get("bbox", "")
    if not text:
        return None
    parts = text.split(",")
    if len(parts) != 4 or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise Invalid("bbox", _("bbox is west,south,east,north in degrees, for example 116.9,36.6,117.1,36.8."))
    west, south, east, north = map(float, parts)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid("bbox", _("bbox goes from west to east (-180 to 180) and from south to north (-90 to 90)."))
    return west, south, east, north


def division(query: Query) -> str:
    """The prefix of the codes of everything inside the division; "" without one. One query."""
    code = query.get("division", "")
    if not code:
        return ""
    found = Division.objects.filter(code=code).first() if re.fullmatch(r"[0-9]{6,9}", code) else None
    if found is None:
        raise Invalid("division", _("There is no division with the code “%(code)s”.") % {"code": code[:9]})
    return found.prefix


def programme(query: Query) -> str:
    code = query.get("programme", "")
    if code and code not in _programme_codes(timezone.now()):
        raise Invalid("programme", _("There is no programme “%(code)s”.") % {"code": code[:40]})
    return code


def text(query: Query) -> str:
    found = query.get("q", "").strip()
    if len(found) > MAX_TEXT or "\0" in found:
        raise Invalid("q", _("The search text has at most %(count)d characters.") % {"count": MAX_TEXT})
    return found


def wants_geojson(query: Query, accept: str) -> bool:
    """`?format=geojson`, or GeoJSON asked for in the Accept header."""
    form = query.get("format", "")
    if form not in {"", "json", "geojson"}:
        raise Invalid("format", _("format is json or geojson."))
    return form == "geojson" or (not form and "application/geo+json" in accept)


def _degrees(query: Query, name: str, most: int) -> float:
    text = query.get(name, "").strip()
    if not text:
        raise Invalid(name, _("%(name)s is missing: degrees, WGS-84.") % {"name": name})
    if not _NUMBER.fullmatch(text) or abs(float(text)) > most:
        raise Invalid(
            name, _("%(name)s is a number of degrees from -%(most)d to %(most)d.") % {"name": name, "most": most}
        )
    return float(text)


def _whole(query: Query, name: str, default: int, most: int) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if not _INTEGER.fullmatch(text) or not 1 <= int(text) <= most:
        raise Invalid(name, _("%(name)s is a whole number from 1 to %(most)d.") % {"name": name, "most": most})
    return int(text)


@once_a_minute
def _amenity_ids(_at: datetime) -> dict[str, int]:
    return dict(Amenity.objects.values_list("code", "pk"))


@once_a_minute
def _programme_codes(_at: datetime) -> set[str]:
    return {entry["code"] for entry in CATALOGUES["programmes"]()}
