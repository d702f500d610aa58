"""The demo's stations: fictional ones in real districts, marked as examples in name and address."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from harbor_portal.demo.chains import CHAINS, Chain
from harbor_portal.demo.kinds import ENTRY_MODES, draw_offers
from harbor_portal.demo.loading import ids_of, load
from harbor_portal.demo.scale_units import short
from harbor_portal.demo.words import station_code
from partners.models import Plate, Programme
from stations.choices import CalendarPolicy, EntryMode, Health, HostKind, StationStatus
from stations.models import Amenity, Division, Posting, Schedule, Station, StationAmenity, Unit
from stations.pinyin import initials
from stations.seeds import FOLDER

NAME_MARK = "（示例）"
ADDRESS_MARK = "（示例数据）"
CODES_FROM = 700_000_000
"""Where the demo's run of codes starts, far from those of the large world."""
TO_BE_PLACED, CLOSED, SUSPENDED = 0.045, 0.015, 0.03
FIRST_HARBOURS = date(2019, 4, 24)
REASONS = ("设备检修", "网点装修", "道路施工，暂停开放", "冬季供暖改造")
FEW_SHARED = 12
"""A district's streets are used again, as "第二", only after so many tries to find a fresh one."""

PILOT, PILOTS_SINCE = "little_bee", date(2023, 5, 15)
"""The programme whose first eight stations were a trial."""


@dataclass(frozen=True)
class Sample:
    """A station with what its other rows, and its visits, are made from."""

    station: Station
    chain: Chain
    operator: Unit | None
    supervisor: Unit
    division: str
    """The street or town in which it stands."""
    since: date
    checked_at: datetime | None


class Surveyor:
    """Draws the demo's stations, chain by chain."""

    def __init__(self, random: Random, units: dict[str, Unit], now: datetime) -> None:
        self.random, self.units, self.now = random, units, now
        self.divisions = {place.code: place for place in Division.objects.all()}
        self.streets: dict[str, list[Division]] = defaultdict(list)
        for place in self.divisions.values():
            if len(place.code) == 9:
                self.streets[str(place.parent_id)].append(place)
        self.spots = read_spots()
        self.schedules = Schedules()
        self.ids = ids_of(Station)
        self.taken: Counter[str] = Counter()

    def draw(self) -> Iterator[Sample]:
        for chain in CHAINS:
            for prefix, wanted in chain.counts.items():
                districts = [code for code in self.spots if code.startswith(prefix)]
                for number in range(wanted):
                    yield self._sample(chain, districts[number % len(districts)])

    def _sample(self, chain: Chain, district: str) -> Sample:
        place = self.divisions[district]
        name, street = self._name(chain, place)
        pk = next(self.ids)
        since = FIRST_HARBOURS + timedelta(days=self.random.randrange(1900))
        station = Station(
            id=pk,
            code=station_code(CODES_FROM + pk),
            name=name,
            pinyin=initials(name),
            host_kind=chain.host_kind,
            address=f"{self._path(place)}{street.name}{self.random.randint(1, 199)}号{ADDRESS_MARK}",
            phone=f"0000-{self.random.randint(1000000, 9999999)}" if self.random.random() < 0.4 else "",
            seats=self.random.choice((4, 6, 6, 8, 8, 10, 12, 16, 20)),
            area_m2=self.random.choice((8, 10, 12, 15, 18, 20, 25, 30, 45)),
            opened_date=since,
        )
        self._open(station, chain)
        checked_at = self._settle(station, self.spots[district].pop())
        operator = self._operator(chain, place)
        return Sample(station, chain, operator, self.units[f"U{district}"], street.code, since, checked_at)

    def _name(self, chain: Chain, district: Division) -> tuple[str, Division]:
        for _ in range(FEW_SHARED):
            street = self.random.choice(self.streets[district.code])
            city = short(self.divisions[str(district.parent_id)].name)
            place = street.name.removesuffix("街道").removesuffix("镇").removesuffix("乡").removesuffix("回族")
            title = chain.title.format(city=city, place=place)
            if title not in self.taken:
                break
        self.taken[title] += 1
        ordinal = f"·{'一二三四五六七八九'[self.taken[title] - 1]}号" if self.taken[title] > 1 else ""
        return f"{title}{ordinal}{NAME_MARK}", street

    def _path(self, district: Division) -> str:
        """安徽省淮南市大通区, 上海市黄浦区."""
        city = self.divisions[str(district.parent_id)]
        province = f"{self.divisions[str(city.parent_id)].name}" if city.parent_id else ""
        return f"{province}{city.name}{district.name}"

    def _operator(self, chain: Chain, district: Division) -> Unit | None:
        codes = {
            "code": district.code,
            "city_code": district.parent_id,
            "province_code": f"{district.code[:2]}0000",
        }
        candidates = (self.units.get(pattern.format(**codes)) for pattern in chain.operators)
        return next(filter(None, candidates), None)

    def _open(self, station: Station, chain: Chain) -> None:
        """Hours and way in: what is open round the clock has a lock to scan or a code, and is a smart station."""
        hours = self.random.choices(list(chain.hours), list(chain.hours.values()))[0]
        station.schedule_id = self.schedules.id_of(hours, chain.policy) if hours else None
        station.entry_mode = self.random.choices(list(ENTRY_MODES), list(ENTRY_MODES.values()))[0]
        if hours == "24/7" and chain.host_kind == HostKind.UNION_BUILT:
            station.is_smart = True
            station.entry_mode = self.random.choice((EntryMode.SCAN, EntryMode.SCAN, EntryMode.CODE, EntryMode.FACE))

    def _settle(self, station: Station, spot: tuple[float, float]) -> datetime | None:
        """Status and place: most are on the map, some wait for their place, some are suspended or closed.

        Answers when somebody looked at everything that is told of it.
        """
        draw = self.random.random()
        today = self.now.date()
        if draw < TO_BE_PLACED:
            station.status = StationStatus.DRAFT
            return None
        station.longitude, station.latitude = spot
        days_ago = self.random.randrange(3, 240)
        station.status = StationStatus.PUBLISHED
        if draw < TO_BE_PLACED + CLOSED:
            station.status = StationStatus.CLOSED
        elif draw < TO_BE_PLACED + CLOSED + SUSPENDED:
            station.status = StationStatus.SUSPENDED
            station.suspended_from = today - timedelta(days=self.random.randrange(2, 40))
            if self.random.random() < 0.6:
                station.suspended_until = today + timedelta(days=self.random.randrange(3, 45))
            station.suspended_reason = self.random.choice(REASONS)
        return self.now - timedelta(days=days_ago)


class Schedules:
    """The ids of schedules, made when first asked for."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}

    def id_of(self, hours: str, policy: CalendarPolicy) -> int:
        key = (hours, policy.value)
        if key not in self._ids:
            self._ids[key] = Schedule.objects.get_or_create(opening_hours=hours, calendar_policy=policy)[0].pk
        return self._ids[key]


def read_spots() -> dict[str, list[tuple[float, float]]]:
    """Places to stand on, by district; the first of a district's is taken first."""
    spots: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (FOLDER / "spots.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spots[row["district"]].insert(0, (float(row["longitude"]), float(row["latitude"])))
    return spots


def load_stations(samples: list[Sample], random: Random, today: date) -> None:
    load(Station, (sample.station for sample in samples))
    load(Posting, _postings(samples))
    load(Plate, _plates(samples, random))
    load(StationAmenity, _amenities(samples, random, today))


def _postings(samples: list[Sample]) -> list[Posting]:
    return [
        Posting(
            id=pk,
            station_id=sample.station.pk,
            operator=sample.operator,
            supervisor=sample.supervisor,
            division_id=sample.division,
            since=sample.since,
        )
        for pk, sample in zip(ids_of(Posting), samples, strict=False)
    ]


def _plates(samples: list[Sample], random: Random) -> list[Plate]:
    """Plates numbered by programme, one or two on a station."""
    programmes = dict(Programme.objects.values_list("code", "pk"))
    numbers: Counter[str] = Counter()
    ids = ids_of(Plate)
    plates = []
    for sample in samples:
        for code, share in sample.chain.plates.items():
            if random.random() < share:
                numbers[code] += 1
                number = f"{numbers[code]:04d}" if random.random() < 0.85 else ""
                since = PILOTS_SINCE if code == PILOT else sample.since
                fields: dict[str, Any] = {"number": number, "since": since}
                plates.append(
                    Plate(id=next(ids), station_id=sample.station.pk, programme_id=programmes[code], **fields)
                )
    return plates


def _amenities(samples: list[Sample], random: Random, today: date) -> list[StationAmenity]:
    amenities = dict(Amenity.objects.values_list("code", "pk"))
    ids = ids_of(StationAmenity)
    rows = []
    for sample in samples:
        for code, access, health in draw_offers(random, sample.chain.host_kind, sample.chain.offers):
            row = StationAmenity(
                id=next(ids), station=sample.station, amenity_id=amenities[code], access=access, health=health
            )
            if health == Health.OUT_OF_ORDER:
                row.out_since = today - timedelta(days=random.randrange(1, 20))
                row.due_back = today + timedelta(days=random.randrange(2, 15)) if random.random() < 0.6 else None
            rows.append(row)
    return rows
