"""Short ways to agreements, and to what happens under them."""

from datetime import date
from typing import Any

from partners.actions.agreements import draft_agreement, sign_agreement
from partners.actions.terms import name_station, promise
from partners.models import Agreement, Obligation
from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.models import SupplyItem
from stations.models import Station, Unit, User
from tests.factories import make_programme

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def draft(by: User, unit: Unit, *stations: Station, **facts: Any) -> Agreement:
    """A draft for a year that names these stations; for none, it covers all of the unit's."""
    values: dict[str, Any] = {
        "kind": "service",
        "title": "高温送清凉协议",
        "number": "",
        "unit": unit,
        "partner": None,
        "programme": None,
        "own_programme": None,
        "covered_unit": None if stations else unit,
        "since": FIRST,
        "until": LAST,
        "summary": "",
        "remark": "",
    }
    agreement = draft_agreement(by=by, **values | facts)
    for station in stations:
        name_station(agreement=agreement, station=station, by=by)
    return agreement


def agree(by: User, unit: Unit, *stations: Station, **facts: Any) -> Agreement:
    """The same, signed today."""
    agreement = draft(by, unit, *stations, **facts)
    signed = sign_agreement(agreement=agreement, day=FIRST, by=by)
    agreement.refresh_from_db()
    return signed


def recognise(by: User, unit: Unit, *stations: Station, **facts: Any) -> Agreement:
    """Of another programme's plates."""
    theirs = make_programme("union_station", "工会驿站")
    return agree(
        by, unit, *stations, **{"kind": "recognition", "title": "标识互挂互认协议", "programme": theirs} | facts
    )


def promise_cups(agreement: Agreement, by: User, quantity: int = 300, **terms: Any) -> Obligation:
    """So many cups a day in July."""
    values: dict[str, Any] = {
        "what": "每天送出冰水",
        "metric": "supplies",
        "detail": cups().code,
        "quantity": quantity,
        "period": "day",
        "since": date(2026, 7, 1),
        "until": date(2026, 7, 31),
    }
    return promise(agreement=agreement, by=by, **values | terms)


def cups() -> SupplyItem:
    return SupplyItem.objects.get_or_create(code="ice_water", defaults={"name": "冰水", "name_en": "Ice water"})[0]


def hand_out(station: Station, by: User, day: date, quantity: int) -> None:
    """As many come in as go out."""
    for kind in (SupplyMove.IN, SupplyMove.OUT):
        move_supply(station=station, supply=Supply(cups(), kind, quantity), day=day, by=by)
