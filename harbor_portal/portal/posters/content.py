"""What stands on the posters of some stations, read for all of them together and ready for the template."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone, translation

from harbor_portal.lib.qr import qr_svg
from harbor_portal.portal.posters.colours import on_paper
from harbor_portal.portal.posters.wording import amenity_texts, fixed_texts, hours_text, invitation
from partners.models import Plate
from services.doors import checkin_address, door_serials
from stations.choices import Access
from stations.models import Division, Posting, Station, StationAmenity

T = TypeVar("T")

LANGUAGES = (settings.LANGUAGE_CODE, "en")
"""The first is printed large, the second small below it."""
HARBOUR = "#0b5559"
"""The portal's own colour, for a station without a plate."""


def poster_pages(stations: Sequence[Station]) -> list[dict[str, Any]]:
    """For each station what the template prints, every text in both languages. Five queries, however many."""
    serials, fixed = door_serials(stations), in_both(fixed_texts)
    return [{"fixed": fixed, "poster": _poster(station, serials[station.pk])} for station in _with_relations(stations)]


def _with_relations(stations: Sequence[Station]) -> list[Station]:
    """The stations in the order given, with what the poster reads of them."""
    today = timezone.localdate()
    offered = StationAmenity.objects.exclude(access=Access.NONE).select_related("amenity")
    hanging = Plate.objects.on(today).select_related("programme")
    postings = Posting.objects.on(today).select_related("division__parent__parent__parent")
    rows = Station.objects.filter(pk__in=[station.pk for station in stations]).select_related("schedule")
    rows = rows.prefetch_related(
        Prefetch("amenities", offered.order_by("amenity__order", "amenity__code"), to_attr="offered"),
        Prefetch("plates", hanging.order_by("programme__order", "programme__code", "since"), to_attr="hanging"),
        Prefetch("postings", postings, to_attr="current"),
    )
    found = {station.pk: station for station in rows}
    return [found[station.pk] for station in stations]


def _poster(station: Any, serial: int) -> dict[str, Any]:
    """The plate that the station is named after gives the colour, else the first."""
    plates = sorted(station.hanging, key=lambda plate: plate.programme.name not in station.name)
    return {
        "name": station.name,
        "code": station.code,
        "phone": station.phone,
        "place": _place(station),
        "colour": on_paper(plates[0].programme.colour if plates else HARBOUR),
        "plates": in_both(lambda: [[str(plate.programme), plate.number] for plate in plates]),
        "invitation": in_both(lambda: invitation(station.entry_mode)),
        "hours": in_both(lambda: hours_text(station.schedule, has_phone=bool(station.phone))),
        "amenities": in_both(lambda: amenity_texts(station.offered)),
        "check_in": qr_svg(checkin_address(station, serial)),
        "tell": qr_svg(settings.PUBLIC_URL + reverse("tell_us", args=[station.code])),
    }


def _place(station: Any) -> str:
    """The address, with the division before it where the address does not begin with it."""
    names = _lineage(station.current[0].division) if station.current else []
    is_said = any(name in station.address for name in names[-2:])
    return station.address if is_said else "".join([*names, station.address])


def _lineage(division: Division | None) -> list[str]:
    """The names from the province down."""
    return [*_lineage(division.parent), division.name] if division else []


def in_both(say: Callable[[], T]) -> list[T]:
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(say())
    return said
