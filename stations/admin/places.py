"""Choosing a place on a map, with typed coordinates as the plain way."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.forms import Script
from django.utils.translation import gettext as _


class PlacePicker(forms.NumberInput):
    """The input of the longitude; its script finds the latitude beside it and puts a map below both.

    `centre` is where the map starts while there is no place yet: (longitude, latitude, zoom).
    """

    centre: tuple[float, float, int] | None = None

    class Media:
        css = {"all": ["leaflet/leaflet.css"]}
        js = ["leaflet/leaflet.js", Script("js/place-picker.js", type="module")]

    def __init__(self) -> None:
        super().__init__(attrs={"step": "any"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        leaflet: dict[str, Any] = settings.LEAFLET_CONFIG
        latitude, longitude = leaflet["DEFAULT_CENTER"]
        longitude, latitude, zoom = self.centre or (longitude, latitude, leaflet["DEFAULT_ZOOM"])
        context["widget"]["attrs"] |= {
            "data-place-picker": "latitude",
            "data-base": json.dumps({"tiles": settings.MAP_TILES.for_script()}),
            "data-longitude": longitude,
            "data-latitude": latitude,
            "data-zoom": zoom,
            "data-text-map": _("Map: click or drag the pin to the door of the station"),
            "data-text-pin": _("Place of the station"),
        }
        return context
