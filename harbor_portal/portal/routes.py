"""Links that hand a place over to the map apps of China, each in the datum that it expects.

Formats: Amap URI API (lbs.amap.com/api/uri-api), Baidu Maps URI API (lbsyun.baidu.com, "Web调起"), Tencent Maps URI API
(lbs.qq.com/webApi/uriV1), Apple Map Links, Google Maps URLs (developers.google.com/maps/documentation/urls), and RFC
5870 for `geo:`, which is WGS-84 by definition. Google's streets of mainland China are drawn in GCJ-02, so it gets that.
`static/js/routes.js` makes the same links on a device without a network; tests/data/route_cases.json holds both to it.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from harbor_portal.lib.datum import from_wgs84
from stations.choices import Datum

SOURCE = "harbor_portal"
"""The name under which the map apps count who sent them a visitor."""


@dataclass(frozen=True)
class Route:
    """A link for one app; `datum` is the one of the coordinates inside."""

    code: str
    name: str
    url: str
    datum: Datum


def routes_to(name: str, longitude: float, latitude: float) -> list[Route]:
    """The links to a WGS-84 place, the most used app first."""
    return [
        Route("amap", _("Amap"), _amap(name, longitude, latitude), Datum.GCJ02),
        Route("baidu", _("Baidu Maps"), _baidu(name, longitude, latitude), Datum.BD09),
        Route("tencent", _("Tencent Maps"), _tencent(name, longitude, latitude), Datum.GCJ02),
        Route("apple", _("Apple Maps"), _apple(longitude, latitude), Datum.GCJ02),
        Route("google", _("Google Maps"), _google(longitude, latitude), Datum.GCJ02),
        Route("geo", _("Another map app"), _geo(name, longitude, latitude), Datum.WGS84),
    ]


def _pair(longitude: float, latitude: float, datum: Datum) -> tuple[str, str]:
    """Longitude and latitude in that datum, to about 0.1 m."""
    east, north = from_wgs84(longitude, latitude, datum)
    return f"{east:.6f}", f"{north:.6f}"


def _amap(name: str, longitude: float, latitude: float) -> str:
    lng, lat = _pair(longitude, latitude, Datum.GCJ02)
    # A comma ends the name in `to`.
    place = f"{lng},{lat},{name.replace(',', ' ')}"
    query = {"to": place, "mode": "walk", "coordinate": "gaode", "callnative": "1", "src": SOURCE}
    return f"https://uri.amap.com/navigation?{_query(query)}"


def _baidu(name: str, longitude: float, latitude: float) -> str:
    """The place with its "go there" button: a route needs a start, which we do not know."""
    lng, lat = _pair(longitude, latitude, Datum.BD09)
    query = {
        "location": f"{lat},{lng}",
        "title": name,
        "content": name,
        "output": "html",
        "coord_type": "bd09ll",
        "src": f"webapp.{SOURCE}.finder",
    }
    return f"https://api.map.baidu.com/marker?{_query(query)}"


def _tencent(name: str, longitude: float, latitude: float) -> str:
    lng, lat = _pair(longitude, latitude, Datum.GCJ02)
    query = {"type": "walk", "to": name, "tocoord": f"{lat},{lng}", "fromcoord": "CurrentLocation", "referer": SOURCE}
    return f"https://apis.map.qq.com/uri/v1/routeplan?{_query(query)}"


def _apple(longitude: float, latitude: float) -> str:
    """By the place alone: `q` would be looked for."""
    lng, lat = _pair(longitude, latitude, Datum.GCJ02)
    return f"https://maps.apple.com/?{_query({'daddr': f'{lat},{lng}', 'dirflg': 'w'})}"


def _google(longitude: float, latitude: float) -> str:
    """By the place alone, as Apple's."""
    lng, lat = _pair(longitude, latitude, Datum.GCJ02)
    query = {"api": "1", "destination": f"{lat},{lng}", "travelmode": "walking"}
    return f"https://www.google.com/maps/dir/?{_query(query)}"


def _geo(name: str, longitude: float, latitude: float) -> str:
    lng, lat = _pair(longitude, latitude, Datum.WGS84)
    return f"geo:{lat},{lng}?q={lat},{lng}({quote(name, safe='')})"


def _query(values: dict[str, str]) -> str:
    """A space as %20, since not every app reads + as one; commas as they are."""
    return urlencode(values, safe=",", quote_via=quote)
