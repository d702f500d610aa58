"""What search engines and maps read: schema.org in JSON-LD."""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from stations.models import Station

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""The same as in Django's json_script, which knows only its own type of script."""


def structured_data(station: Station, url: str, amenities: list[str]) -> SafeString:
    """The station as a data block. A browser does not execute it, so the CSP lets it pass."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CivicStructure",
        "@id": url,
        "url": url,
        "name": station.name,
        "identifier": station.code,
        "address": {"@type": "PostalAddress", "streetAddress": station.address, "addressCountry": "CN"},
        "isAccessibleForFree": True,
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": name, "value": True} for name in amenities
        ],
    }
    if station.longitude is not None:
        data["geo"] = {"@type": "GeoCoordinates", "longitude": station.longitude, "latitude": station.latitude}
    if station.phone:
        data["telephone"] = station.phone
    if station.schedule:
        data["openingHours"] = station.schedule.opening_hours
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  # escaped above
