"""Where the pictures of the base map come from, and in which datum they are drawn.

The portal's own map is WGS-84; tiles drawn in GCJ-02 are shifted under it by `static/js/base-map.js`.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

DATUMS = {"wgs84", "gcj02"}


@dataclass(frozen=True)
class TileSource:
    """`layers` are addresses with {z}, {x}, {y} and maybe {s}, the lowest first; none means that there are no tiles."""

    layers: tuple[str, ...] = ()
    attribution: str = ""
    datum: str = "wgs84"
    subdomains: str = ""
    max_zoom: int = 18
    """The closest zoom that the source draws; beyond it its tiles are enlarged."""

    def origins(self) -> list[str]:
        """The scheme and host of every address that a browser will ask: what the content policy must let pass."""
        addresses = [layer.replace("{s}", subdomain) for layer in self.layers for subdomain in self.subdomains or ("",)]
        return origins_of(*addresses)

    def for_script(self) -> dict[str, Any]:
        return asdict(self)


def origins_of(*addresses: str) -> list[str]:
    """Scheme and host of each address, once; an address without a host is the portal's own and needs no mention."""
    parts = [urlsplit(address) for address in addresses]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts if part.netloc))


def openstreetmap() -> TileSource:
    return TileSource(
        layers=("https://tile.openstreetmap.org/{z}/{x}/{y}.png",), attribution="© OpenStreetMap", max_zoom=19
    )


def tianditu(key: str) -> TileSource:
    """The national platform's streets and, above them, their names; CGCS2000, which is WGS-84 to a few centimetres."""
    query = (
        "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    return TileSource(
        layers=tuple(
            f"https://t{{s}}.tianditu.gov.cn/{name}_w/wmts?LAYER={name}&{query}&tk={key}" for name in ("vec", "cva")
        ),
        attribution="© 天地图 · 国家地理信息公共服务平台",
        subdomains="01234567",
    )


def amap() -> TileSource:
    """Streets with names, drawn in GCJ-02."""
    return TileSource(
        layers=("https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",),
        attribution="© 高德地图",
        datum="gcj02",
        subdomains="1234",
    )


def named_source(provider: str, key: str) -> TileSource:
    """One of the sources known by name; "tianditu" needs its key, "none" has no tiles."""
    if provider == "tianditu":
        if not re.fullmatch(r"[0-9A-Za-z]+", key):
            raise ValueError("MAP_PROVIDER=tianditu needs MAP_TIANDITU_KEY, a key of letters and digits.")
        return tianditu(key)
    return {"osm": openstreetmap, "amap": amap, "none": TileSource}[provider]()
