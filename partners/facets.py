"""What the map shows of partners: the plates of a station, and the programmes that they belong to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from harbor_portal.lib.languages import by_language
from partners.models import Plate, Programme, SpecialStation
from stations.models import Station


def plates(station_ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    """The plates that hang today, in the programmes' order: `[{"programme": code, "number": "0012"}]`. One query."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = (
        Plate.objects.filter(station__in=station_ids)
        .on(timezone.localdate())
        .order_by("programme__order", "programme__code", "since")
    )
    for station, programme, number in rows.values_list("station_id", "programme__code", "number"):
        found.setdefault(station, []).append({"programme": programme, "number": number})
    return found


def themes(station_ids: Sequence[int]) -> dict[int, str]:
    """The theme of each that is special today; the latest, should one have ended and another begun. One query."""
    rows = SpecialStation.objects.filter(station__in=station_ids).on(timezone.localdate()).order_by("since", "pk")
    return dict(rows.values_list("station_id", "theme"))


def specials_of(station: Station, day: date) -> list[SpecialStation]:
    """What makes it special that day, with partner and photos. Two queries, or one where nothing does."""
    rows = SpecialStation.objects.filter(station=station).on(day).select_related("partner").order_by("-since", "pk")
    return list(rows.prefetch_related("photos"))


def programmes() -> list[dict[str, Any]]:
    entries = Programme.objects.order_by("order", "code")
    return [{"code": entry.code, "names": by_language(entry), "colour": entry.colour} for entry in entries]
