"""What stations of each kind of host are like: what they are called, offer and when they open."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from stations.choices import Access, CalendarPolicy, EntryMode, Health, HostKind


@dataclass(frozen=True)
class Kind:
    """`share` of all stations; `offers` maps an amenity to how likely it is there."""

    host_kind: HostKind
    share: float
    policy: CalendarPolicy
    place: str
    """What stands between the street's name and the name of the station."""
    plate: str
    offers: dict[str, float]


COMFORT = {"water": 1.0, "seating": 1.0, "charging": 0.9, "wifi": 0.7, "air_conditioning": 0.8}
CARE = {"first_aid": 0.7, "rain_gear": 0.5, "medicine": 0.25, "tools": 0.2, "reading": 0.5}
KITCHEN = {"microwave": 0.7, "hot_water": 0.6, "fridge": 0.3}
BANK = COMFORT | {"reading": 0.9, "reading_glasses": 0.9, "rain_gear": 0.8, "first_aid": 0.8, "toilet": 0.73}
ROOMY = COMFORT | CARE | KITCHEN | {"toilet": 0.8, "locker": 0.2, "shower": 0.08, "screen": 0.3, "legal_aid": 0.15}

H = HostKind
FINANCE, STATUTORY, EVERY_DAY = CalendarPolicy.FINANCE, CalendarPolicy.STATUTORY, CalendarPolicy.EVERY_DAY
KINDS = (
    Kind(H.BANK_BRANCH, 0.26, FINANCE, "支行", "", BANK | {"wheelchair": 0.3, "ramp": 0.4}),
    Kind(H.UNION_BUILT, 0.24, EVERY_DAY, "", "工会驿站", ROOMY | {"pump": 0.3, "aed": 0.1}),
    Kind(H.SERVICE_HALL, 0.14, STATUTORY, "便民服务中心", "工会驿站", ROOMY | {"nursing_room": 0.3}),
    Kind(H.SANITATION_ROOM, 0.12, EVERY_DAY, "环卫", "工会驿站", COMFORT | KITCHEN | {"toilet": 0.95}),
    Kind(H.SHOP, 0.07, EVERY_DAY, "便利店", "工会驿站", COMFORT | {"microwave": 0.8, "meals": 0.3}),
    Kind(H.FUEL_STATION, 0.05, EVERY_DAY, "加油站", "司机之家", COMFORT | {"toilet": 1.0, "parking": 0.9}),
    Kind(H.TELECOM_HALL, 0.05, EVERY_DAY, "营业厅", "爱心翼站", COMFORT | {"power_bank": 0.4}),
    Kind(H.HOSPITAL, 0.03, EVERY_DAY, "卫生服务站", "工会驿站", COMFORT | {"aed": 0.6, "toilet": 1.0}),
    Kind(H.POLICE_POST, 0.02, EVERY_DAY, "警务站", "工会驿站", COMFORT | {"first_aid": 0.9}),
    Kind(H.OTHER, 0.02, STATUTORY, "物业", "工会驿站", COMFORT | CARE),
)

PROGRAMME_OF = {"工会驿站": "union_station", "司机之家": "driver_home", "爱心翼站": "love_wing"}

ENTRY_MODES = {EntryMode.WALK_IN: 78, EntryMode.ASK_STAFF: 12, EntryMode.SCAN: 7, EntryMode.CODE: 2, EntryMode.FACE: 1}

Offer = tuple[str, Access, Health]


def draw_offers(random: Random, host_kind: HostKind, offers: dict[str, float]) -> Iterator[Offer]:
    """Each amenity at most once; what a bank offers of a toilet is often only to be asked for, or said not to exist."""
    for code, likely in offers.items():
        if random.random() >= likely:
            if code == "toilet" and random.random() < 0.4:
                yield code, random.choice((Access.NONE, Access.NEARBY)), Health.OK
            continue
        guarded = code == "toilet" and host_kind == HostKind.BANK_BRANCH and random.random() < 0.6
        health = Health.OUT_OF_ORDER if random.random() < 0.02 else Health.OK
        yield code, Access.ASK_STAFF if guarded else Access.OPEN, health


OPENS = ("07:30", "08:00", "08:30", "09:00")
CLOSES = ("17:00", "17:30", "18:00", "20:00")
WORKDAYS = (
    "Mo-Fr {0}-{1}",
    "Mo-Fr {0}-12:00,13:30-{1}",
    "Mo-Fr {0}-11:30,14:00-{1}",
    "Mo-Fr {0}-{1}; Sa 09:00-16:00",
    "Mo-Fr {0}-{1}; Sa-Su 09:30-16:30",
    "Mo-Sa {0}-{1}",
)
ALL_DAYS = (
    "Mo-Su {0}-{1}",
    "Mo-Su {0}-12:00,13:00-{1}",
    "Apr-Oct Mo-Su {0}-{1}; Nov-Mar Mo-Su 09:00-17:00",
    "Mo-Su {0}-{1}; PH off",
    "Tu-Su {0}-{1}",
)
SPECIAL = (
    "24/7",
    "Mo-Su 05:00-17:30",
    "Mo-Su 08:45-23:45",
    "Mo-Su 18:00-02:00",
    "Mo-Fr 08:30-17:30; Sa-Su 18:00-06:00",
)


def hours_of(policy: CalendarPolicy) -> list[str]:
    """The distinct opening hours that stations with this policy keep, in the OpenStreetMap grammar."""
    days = ALL_DAYS if policy == CalendarPolicy.EVERY_DAY else WORKDAYS
    regular = [pattern.format(*times) for pattern, *times in product(days, OPENS, CLOSES)]
    return [*SPECIAL, *regular] if policy == CalendarPolicy.EVERY_DAY else regular
