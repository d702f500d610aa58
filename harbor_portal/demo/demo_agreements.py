"""Agreements of the demo: plates recognised, three hundred cups a day, and a vehicle office that comes by."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.lib.months import Month
from partners.actions.agreements import draft_agreement, sign_agreement
from partners.actions.papers import give_link
from partners.actions.standings import settle_month
from partners.actions.terms import name_station, promise
from partners.models import Agreement, Partner, Programme
from partners.spans import DAY, Span
from services.choices import SupplyMove
from services.models import SupplyItem, SupplyMovement
from stations.models import Station, Unit, User

CUPS, STATIONS, SESSIONS = 300, 8, 14
MONTHS = 14
MISSED = 11
"""Every so manieth day of July somebody forgot half of the cups."""


def agree_with_partners(units: dict[str, Unit], by: User, today: date) -> None:
    """In the care of the officer of the demo; one ends soon, so that there is something to renew."""
    bank = units["CCB-370100"]
    harbours = list(Station.objects.in_units((bank.path,)).published().order_by("code")[:STATIONS])
    _recognition(bank, by, today)
    drinks = _agreed(bank, by, f"夏日送清凉共建协议{SAMPLE}", today, kind="co_building", partner=_partner("泉城乳业"))
    for station in harbours:
        name_station(agreement=drinks, station=station, by=by)
    sign_agreement(agreement=drinks, day=drinks.since, by=by)
    _cups(drinks, harbours, by, today)
    give_link(agreement=drinks, given_to=f"泉城乳业{SAMPLE}", until=today + timedelta(days=90), by=by)
    police = _agreed(
        bank, by, f"流动车管所进港湾服务协议{SAMPLE}", today, covered_unit=bank, partner=_partner("市交警支队车管所")
    )
    sign_agreement(agreement=police, day=police.since, by=by)
    promise(
        agreement=police,
        by=by,
        what="流动车管所进站服务",
        metric="activities",
        detail="government_service",
        quantity=SESSIONS,
        period="year",
        since=None,
        until=None,
    )


def look_back(today: date) -> None:
    """At the months of the demo, as a portal that had run would know how each ended."""
    for back in range(MONTHS):
        settle_month(month=Month.of(today).plus(-back), today=today)


def _partner(name: str) -> Partner | None:
    return Partner.objects.filter(name__startswith=name).first()


def _agreed(unit: Unit, by: User, title: str, today: date, **facts: Any) -> Agreement:
    """Of this year, as a draft."""
    values: dict[str, Any] = {
        "kind": "service",
        "number": "",
        "programme": None,
        "own_programme": None,
        "covered_unit": None,
        "since": today.replace(month=1, day=1),
        "until": today.replace(month=12, day=31),
        "summary": "",
        "remark": "",
        "partner": None,
    }
    return draft_agreement(by=by, unit=unit, title=title, **values | facts)


def _recognition(bank: Unit, by: User, today: date) -> None:
    theirs, ours = (Programme.objects.get(code=code) for code in ("union_station", "ccb_harbor"))
    agreement = _agreed(
        bank,
        by,
        f"劳动者港湾与工会驿站标识互挂互认协议{SAMPLE}",
        today,
        kind="recognition",
        programme=theirs,
        own_programme=ours,
        covered_unit=bank,
        since=today - timedelta(days=320),
        until=today + timedelta(days=45),
        summary="双方站点统一标准、统一上图，挂双方标识，同一站点只计一次。",
    )
    sign_agreement(agreement=agreement, day=today - timedelta(days=330), by=by)


def _cups(agreement: Agreement, stations: Sequence[Station], by: User, today: date) -> None:
    """Of July, once it has begun: what came in went out on the same day."""
    july = Span(today.replace(month=7, day=1), today.replace(month=7, day=31))
    promise(
        agreement=agreement,
        by=by,
        what=f"每天在 {STATIONS} 个站点送出 {CUPS} 杯冰饮",
        metric="supplies",
        detail="ice_water",
        quantity=CUPS,
        period="day",
        since=july.first,
        until=july.last,
    )
    item = SupplyItem.objects.get(code="ice_water")
    days = [july.first + number * DAY for number in range(31) if july.first + number * DAY < today]
    movements = [
        SupplyMovement(station=station, item=item, kind=kind, quantity=count, date=day, by=by, at=_noon(day))
        for day in days
        for station, count in _shared(stations, day)
        for kind in (SupplyMove.IN, SupplyMove.OUT)
    ]
    SupplyMovement.objects.bulk_create(movements)


def _shared(stations: Sequence[Station], day: date) -> list[tuple[Station, int]]:
    count = CUPS // len(stations) + 1 if stations else 0
    return [(station, count // 2 if day.day % MISSED == 0 else count) for station in stations]


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
