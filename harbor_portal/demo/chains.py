"""The chains of the demo's stations: who runs how many of them where, what they offer and when they open."""

from dataclasses import dataclass, field

from stations.choices import CalendarPolicy, HostKind

BANK_HOURS = {
    "Mo-Fr 08:30-17:30": 36,
    "Mo-Fr 08:30-12:00,13:30-17:30": 20,
    "Mo-Su 09:00-17:00": 26,
    "Mo-Fr 08:30-17:00; Sa 09:00-16:00": 12,
    "": 6,
}
UNION_HOURS = {
    "Mo-Su 08:00-20:00": 34,
    "Mo-Su 07:00-21:00": 16,
    "24/7": 22,
    "Mo-Su 08:00-12:00,13:00-18:00": 12,
    "Apr-Oct Mo-Su 07:30-19:00; Nov-Mar Mo-Su 08:30-17:30": 8,
    "": 8,
}
HALL_HOURS = {"Mo-Fr 08:30-11:30,14:00-17:30": 50, "Mo-Fr 09:00-17:00": 35, "": 15}
STREET_HOURS = {"Mo-Su 05:00-17:30": 55, "Mo-Su 05:30-11:00,13:30-20:00": 30, "": 15}
SHOP_HOURS = {"Mo-Su 08:45-23:45": 45, "Mo-Su 09:00-21:00": 40, "Mo-Su 18:00-02:00": 5, "": 10}
ROUND_THE_CLOCK = {"24/7": 100}

CCB = {
    **dict.fromkeys(("water", "seating", "wifi", "charging", "reading", "reading_glasses"), 1.0),
    "rain_gear": 1.0,
    "first_aid": 1.0,
    "toilet": 0.73,
    "wheelchair": 0.5,
    "ramp": 0.5,
    "nursing_room": 0.15,
    "stroller": 0.1,
    "microwave": 0.35,
    "air_conditioning": 0.9,
    "cash_counter": 0.3,
}
ICBC_EIGHT = dict.fromkeys(
    ("air_conditioning", "seating", "water", "charging", "wifi", "reading_glasses", "cash_counter", "reading"), 1.0
)
ROOM = {
    "water": 1.0,
    "seating": 1.0,
    "charging": 0.95,
    "microwave": 0.85,
    "air_conditioning": 0.9,
    "wifi": 0.8,
    "first_aid": 0.8,
    "medicine": 0.4,
    "rain_gear": 0.5,
    "reading": 0.6,
    "toilet": 0.8,
    "fridge": 0.4,
    "tools": 0.3,
    "pump": 0.3,
    "locker": 0.25,
    "shower": 0.12,
    "screen": 0.3,
    "legal_aid": 0.2,
    "counselling": 0.1,
    "aed": 0.1,
}
PLAIN = {"water": 1.0, "seating": 1.0, "charging": 0.8, "microwave": 0.5, "hot_water": 0.6, "first_aid": 0.5}


@dataclass(frozen=True)
class Chain:
    """`counts` maps the beginning of a district's code to the stations of this chain spread over those districts.

    `title` and `operators` are formats with {city}, {place} and {code}; the first operator that exists runs it.
    `plates` maps a programme to the share that bears its plate; `methods` and `mean` say how and how much it counts.
    """

    title: str
    host_kind: HostKind
    policy: CalendarPolicy
    hours: dict[str, int]
    offers: dict[str, float]
    plates: dict[str, float]
    counts: dict[str, int]
    operators: tuple[str, ...] = ()
    mean: float = 8.0
    methods: dict[str, int] = field(default_factory=lambda: {"tally": 45, "ledger": 40, "scan": 9, "estimate": 6})


OTHER_CITIES = [f"37{number:02d}" for number in (*range(2, 12), *range(13, 18))]
IN_JINAN = {"370102": 14, "370103": 11, "370104": 8, "370105": 8, "370112": 8}
OUT_OF_JINAN = dict.fromkeys(("370113", "370114", "370115", "370116", "370117", "370124", "370126"), 3)
FINANCE, STATUTORY, EVERY_DAY = CalendarPolicy.FINANCE, CalendarPolicy.STATUTORY, CalendarPolicy.EVERY_DAY
H = HostKind

CHAINS = (
    Chain(
        "建行{city}{place}支行劳动者港湾", H.BANK_BRANCH, FINANCE, BANK_HOURS, CCB,
        plates={"ccb_harbor": 1.0, "union_station": 0.7},
        counts=IN_JINAN | OUT_OF_JINAN | dict.fromkeys(OTHER_CITIES, 13),
        operators=("CCB-{code}", "CCB-{city_code}"), mean=9,
    ),
    Chain(
        "工行{city}{place}支行工行驿站", H.BANK_BRANCH, FINANCE, BANK_HOURS,
        ICBC_EIGHT | {"toilet": 0.0, "tools": 0.3},
        plates={"icbc_station": 1.0, "union_station": 0.3},
        counts={"3701": 12, "3702": 4, "3703": 2, "3706": 3, "3707": 3, "3713": 2},
        operators=("ICBC-{city_code}",), mean=6,
    ),
    Chain(
        "工行{city}{place}支行小蜜蜂驿站", H.BANK_BRANCH, FINANCE, BANK_HOURS,
        ICBC_EIGHT | {"pump": 0.5, "toilet": 0.0},
        plates={"icbc_station": 1.0, "little_bee": 1.0},
        counts={"370102": 1, "370112": 1, "3702": 2, "3703": 1, "3706": 1, "3707": 1, "3713": 1},
        operators=("ICBC-{city_code}",), mean=11,
    ),
    Chain(
        "{place}工会驿站", H.UNION_BUILT, EVERY_DAY, UNION_HOURS, ROOM, plates={"union_station": 1.0},
        counts={"370102": 9, "370103": 6, "370104": 4, "370105": 5, "370112": 5, "370114": 3, "3702": 12, "340402": 14},
        operators=("U{code}",), mean=17,
        methods={"tally": 40, "ledger": 20, "scan": 20, "gate": 14, "estimate": 6},
    ),
    Chain(
        "{place}环卫驿站", H.SANITATION_ROOM, EVERY_DAY, STREET_HOURS, PLAIN | {"toilet": 0.95},
        plates={"union_station": 1.0}, counts={"3701": 12, "340402": 14},
        operators=("CG-{code}", "CG-{city_code}"), mean=13,
    ),
    Chain(
        "{place}便民服务中心驿站", H.SERVICE_HALL, STATUTORY, HALL_HOURS, ROOM | {"nursing_room": 0.4},
        plates={"union_station": 1.0}, counts={"3701": 5, "340402": 12}, operators=("U{code}",), mean=6,
    ),
    Chain(
        "{place}警务站爱心驿站", H.POLICE_POST, EVERY_DAY, ROUND_THE_CLOCK, PLAIN | {"first_aid": 1.0},
        plates={"union_station": 1.0}, counts={"370102": 2, "340402": 7}, mean=5,
    ),
    Chain(
        "{place}便利店爱心驿站", H.SHOP, EVERY_DAY, SHOP_HOURS, PLAIN | {"meals": 0.4, "microwave": 0.9},
        plates={"union_station": 0.8}, counts={"3701": 5, "340402": 8}, mean=7,
    ),
    Chain(
        "电信{city}{place}营业厅爱心翼站", H.TELECOM_HALL, EVERY_DAY, SHOP_HOURS,
        PLAIN | {"wifi": 1.0, "power_bank": 0.6},
        plates={"love_wing": 1.0}, counts={"3701": 5, "340402": 4}, operators=("CTC-{province_code}",), mean=6,
    ),
    Chain(
        "中石化{city}{place}加油站司机之家", H.FUEL_STATION, EVERY_DAY, ROUND_THE_CLOCK,
        PLAIN | {"toilet": 1.0, "parking": 1.0, "shower": 0.3, "laundry": 0.2}, plates={"driver_home": 1.0},
        counts={"3701": 5, "340402": 4}, operators=("SINOPEC-{province_code}",), mean=12,
    ),
    Chain(
        "{place}社区卫生服务站驿站", H.HOSPITAL, EVERY_DAY, HALL_HOURS,
        PLAIN | {"aed": 0.9, "medicine": 0.9, "toilet": 1.0},
        plates={"union_station": 1.0}, counts={"3701": 3, "340402": 3}, mean=5,
    ),
    Chain(
        "交警移动暖心驿站", H.MOBILE, STATUTORY, {"Mo-Fr 09:30-16:30": 100}, PLAIN, plates={"union_station": 1.0},
        counts={"370102": 1}, operators=("U{code}",), mean=9,
    ),
    Chain(
        "沪农商行{place}支行心家园", H.BANK_BRANCH, FINANCE, BANK_HOURS, CCB | {"toilet": 0.5},
        plates={"srcb_home": 1.0}, counts={"31": 30}, operators=("SRCB-{code}",), mean=3,
    ),
    Chain(
        "沪农商行{place}支行心家园·新业驿站", H.BANK_BRANCH, FINANCE, {"Mo-Su 09:00-17:00": 100},
        CCB | {"microwave": 1.0, "legal_aid": 1.0}, plates={"srcb_home": 1.0, "new_worker": 1.0},
        counts={"310101": 5}, operators=("SRCB-{code}",), mean=6,
    ),
)  # fmt: skip
