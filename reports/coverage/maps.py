"""What the map of a coverage shows. The tables beside it say the same, so nobody needs the map."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from reports.coverage.places import Coverage, Place, Sums
from reports.coverage.walking import REACH_M
from stations.models import Station

MOST_DOTS = 400
"""So many stations, and so many blank streets, are drawn one by one; of more only the counties are."""


def coverage_map(found: Coverage, address: Callable[..., str]) -> dict[str, Any] | None:
    """Places and stations in WGS-84, latitude first; None where nothing has a place. At most one query."""
    parts = [_part(found.places[code], places, address) for code, places in found.parts.items()]
    blank = [place for place in found.last if place.has_point and place.standing == "blank"]
    drawn = {
        "counties": [part for part in parts if part] if len(parts) > 1 else [],
        "blank": [_blank(place, address) for place in blank] if len(blank) <= MOST_DOTS else [],
        "stations": _dots(found) if len(found.stations) <= MOST_DOTS else [],
    }
    if not any(drawn.values()):
        return None
    words = {"name": _("Map of the coverage"), "zoom_in": _("Zoom in"), "zoom_out": _("Zoom out")}
    return {**drawn, **words, "reach": REACH_M}


def _part(place: Place, inside: Iterable[Place], address: Callable[..., str]) -> dict[str, Any] | None:
    if not place.has_point:
        return None
    sums = Sums.of(inside)
    words = {"name": place.name, "blank": sums.blank, "places": sums.places}
    text = _("%(name)s: %(blank)d of %(places)d streets and towns without a station") % words
    return {
        "at": [place.latitude, place.longitude],
        "label": f"{sums.blank}/{sums.places}",
        "text": text,
        "kind": "none" if not sums.covered else "some" if sums.blank else "all",
        "url": address(place=place.code),
    }


def _blank(place: Place, address: Callable[..., str]) -> dict[str, Any]:
    return {
        "at": [place.latitude, place.longitude],
        "label": place.name,
        "text": _("%(name)s: no station") % {"name": place.name},
        "kind": "none",
        "url": address(place=place.code),
    }


def _dots(found: Coverage) -> list[dict[str, Any]]:
    placed = {one.pk: one for one in found.stations if one.longitude is not None}
    named = Station.objects.filter(pk__in=placed).order_by("code").values_list("pk", "code", "name")
    return [
        {
            "at": [placed[pk].latitude, placed[pk].longitude],
            "text": name,
            "state": placed[pk].state,
            "url": reverse("station", args=[code]),
        }
        for pk, code, name in named
    ]
