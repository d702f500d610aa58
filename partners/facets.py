"""What the map shows of partners: the plates of a station, and the programmes that they belong to."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from harbor_portal.lib.languages import by_language
from partners.models import Plate, Programme


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


def programmes() -> list[dict[str, Any]]:
    entries = Programme.objects.order_by("order", "code")
    return [{"code": entry.code, "names": by_language(entry), "colour": entry.colour} for entry in entries]
