"""What partners bring to the demo's stations, what goes from one to the other, and the directory of online services."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from harbor_portal.demo.demo_people import SAMPLE
from partners.models import Partner
from services.actions.deliveries import send_supply
from services.actions.online import create_service
from services.actions.supplies import Supply, move_supply, take_stock
from services.choices import SEASONS, Season, SupplyMove, WorkerGroup
from services.models import SupplyItem
from services.online_choices import OnlineKind
from stations.models import Division, Station, Unit, User

SHOWN_TODAY = {Season.SUMMER: ("ice_water", 36), Season.WINTER: ("ginger_tea", 60)}
"""What the love fridge, or the warm counter, holds in the season."""
DONOR = "泉城乳业"
GIVEN_OUT = 6
SENT = 24
MASKS, COUNTED = 50, 47
WHY = f"盘点少三只{SAMPLE}"
RIDERS = [WorkerGroup.COURIER, WorkerGroup.FOOD_DELIVERY]
ORDER = 10


def stock_up(stations: Sequence[Station], keeper: User, today: date) -> None:
    """Something to drink today at both stations, a count with a difference, and a delivery on its way."""
    code, quantity = SHOWN_TODAY[Season.SUMMER if today.month in SEASONS[Season.SUMMER] else Season.WINTER]
    item, donor = SupplyItem.objects.get(code=code), Partner.objects.filter(name__startswith=DONOR).first()
    for station in stations:
        for supply in (
            Supply(item, SupplyMove.IN, quantity, donor=donor),
            Supply(item, SupplyMove.OUT, GIVEN_OUT, group=WorkerGroup.SANITATION),
        ):
            move_supply(station=station, supply=supply, day=today, by=keeper)
    masks = SupplyItem.objects.get(code="masks")
    move_supply(station=stations[0], supply=Supply(masks, SupplyMove.IN, MASKS), day=today, by=keeper)
    take_stock(station=stations[0], item=masks, counted=COUNTED, day=today, by=keeper, why=WHY)


def send_water(origin: Station, target: Station, today: date) -> None:
    """From a station of the officer's to one that she does not answer for: on its way until the keeper has it."""
    water, by = SupplyItem.objects.get(code="water_bottles"), User.objects.get(username="officer")
    move_supply(station=origin, supply=Supply(water, SupplyMove.IN, SENT), day=today, by=by)
    send_supply(origin=origin, target=target, supply=Supply(water, SupplyMove.SENT, SENT), day=today, by=by)


def list_services(unit: Unit, by: User) -> None:
    """Hotlines that there are, and entries after the stories of the field."""
    jinan = Division.objects.get(code="370100")
    bank = Partner.objects.filter(name__startswith=DONOR).first()
    entries: tuple[dict[str, Any], ...] = (
        {"kind": OnlineKind.LEGAL, "name": "法律援助热线", "name_en": "Legal aid hotline", "phone": "12348"},
        {"kind": OnlineKind.LEGAL, "name": "工会维权热线", "name_en": "Union hotline", "phone": "12351"},
        {"kind": OnlineKind.GOVERNMENT, "name": "人社服务热线", "name_en": "Social security hotline", "phone": "12333"},
        {
            "kind": OnlineKind.TRAINING,
            "name": f"新就业形态技能培训{SAMPLE}",
            "guide": "每月一期，线上听课，凭工会会员身份免费报名。",
            "division": jinan,
            "groups": RIDERS,
        },
        {
            "kind": OnlineKind.BENEFIT,
            "name": f"会员日{SAMPLE}",
            "name_en": "Members' day",
            "guide": "每月 28 日，工会会员卡在合作商户享受优惠。",
            "day_of_month": 28,
        },
        {
            "kind": OnlineKind.PRODUCT,
            "name": f"员工福利订奶{SAMPLE}",
            "guide": "合作方自己的产品，与站点服务无关。",
            "partner": bank,
        },
    )
    for number, entry in enumerate(entries):
        if entry["kind"] != OnlineKind.PRODUCT or bank:
            create_service(by=by, kept_by=unit, is_published=True, order=ORDER * number, **entry)
