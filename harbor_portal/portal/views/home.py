"""The map: a shell that any cache may keep. What it shows is published as files (see stations/publishing)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.criteria import HOURS
from harbor_portal.portal.schematic import schematic_version
from harbor_portal.portal.texts import map_texts, mark_names
from stations.alerts import RELIEF
from stations.choices import EntryMode, HonourLevel, HostKind, Tier


@require_safe
@cache_control(public=True, max_age=300)
@vary_on_headers("Cookie")
def home(request: HttpRequest) -> HttpResponse:
    """Answer without a query, a session or a token; the language comes from the cookie or the browser."""
    context = {"map_config": _map_config(), "hours": HOURS, "tile_origins": settings.MAP_TILES.origins()}
    return render(request, "home.html", context)


def _map_config() -> dict[str, Any]:
    return {
        "published": settings.PUBLISH_URL,
        "station_url": reverse("station", args=["CODE"]),
        "stations_url": reverse("stations"),
        "search_url": reverse("search"),
        "language": get_language(),
        "leaflet": leaflet_options(),
        "tell_url": reverse("tell_us", args=["CODE"]),
        "entry_modes": dict(EntryMode.choices),
        "relief": RELIEF,
        "host_kinds": dict(HostKind.choices),
        "marks": mark_names(),
        "honour_levels": dict(HonourLevel.choices),
        "tiers": dict(Tier.choices),
        "texts": map_texts(),
    }


def leaflet_options() -> dict[str, Any]:
    """What `L.Map.djangoMap` wants, the same as the tag `leaflet_map` would write into an inline script."""
    config: dict[str, Any] = settings.LEAFLET_CONFIG
    west, south, east, north = config["SPATIAL_EXTENT"]
    return {
        "srid": None,
        "extent": [[south, west], [north, east]],
        "fitextent": False,
        "center": config["DEFAULT_CENTER"],
        "zoom": config["DEFAULT_ZOOM"],
        "minzoom": config["MIN_ZOOM"],
        "maxzoom": config["MAX_ZOOM"],
        "layers": [],
        "base": _base_map(),
        "overlays": [],
        "attributionprefix": config["ATTRIBUTION_PREFIX"],
        "scale": "metric",
        "minimap": False,
        "resetview": config["RESET_VIEW"],
    }


def _base_map() -> dict[str, Any]:
    """For `static/js/base-map.js`: the tiles, and what is drawn where none arrive."""
    return {
        "tiles": settings.MAP_TILES.for_script(),
        "schematic": reverse("schematic", args=[schematic_version(), "NAME"]),
        "schematic_note": _("Schematic map, not for measuring"),
    }
