"""The stations of the large world, with their postings, amenities and plates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random

from harbor_portal.demo.kinds import ENTRY_MODES, KINDS, PROGRAMME_OF, Kind, draw_offers, hours_of
from harbor_portal.demo.loading import ids_of, load, load_lines, rows_of
from harbor_portal.demo.places import Town, Township, read_towns, scatter, share_out
from harbor_portal.demo.scale_units import BANKS, FIRMS, Operators, grow_units, short
from harbor_portal.demo.words import house, joined_initials, station_code, street
from partners.models import Plate, Programme
from stations.choices import CalendarPolicy, HostKind, StationStatus
from stations.models import Amenity, Posting, Schedule, Station, StationAmenity

STATUSES = {
    StationStatus.PUBLISHED: 950,
    StationStatus.SUSPENDED: 15,
    StationStatus.DRAFT: 20,
    StationStatus.CLOSED: 15,
}
BANK_SHARES = {"ccb": 30, "icbc": 30, "abc": 18, "boc": 10, "psbc": 12}
UNKNOWN_HOURS = 0.15
DOUBLE_PLATE = 0.4
BATCH = 20_000
SINCE = date(2024, 1, 1)
KIND_WEIGHTS = [kind.share for kind in KINDS]


@dataclass(frozen=True)
class Drawn:
    """A station with what its other rows are made from."""

    station: Station
    kind: Kind
    operator: int
    programme: str
    town: Town
    township: Township


class Surveyor:
    """Draws stations one after the other; the same `Random` gives the same ones."""

    def __init__(self, random: Random, operators: Operators, today: date) -> None:
        self.random = random
        self.operators = operators
        self.today = today
        self.schedules = make_schedules()
        self.ids = ids_of(Station)

    def draw(self, towns: list[Town], wanted: int) -> Iterator[Drawn]:
        for town, share in zip(towns, share_out(wanted, [town.weight for town in towns]), strict=True):
            weights = [3 if township.is_street else 1 for township in town.townships]
            places = town.townships or [Township(town.code, town.name, town.longitude, town.latitude, is_street=True)]
            for township in self.random.choices(places, weights or None, k=share):
                yield self._station(town, township)

    def _station(self, town: Town, township: Township) -> Drawn:
        kind = self.random.choices(KINDS, KIND_WEIGHTS)[0]
        operator, host, programme, plate = self._host(kind, town)
        road = street(self.random)
        name = [host, short(town.city), road, kind.place, plate]
        where = scatter(self.random, township.longitude, township.latitude, 0.004 if township.is_street else 0.012)
        status = self.random.choices(list(STATUSES), list(STATUSES.values()))[0]
        pk = next(self.ids)
        station = Station(
            id=pk,
            code=station_code(pk),
            name="".join(name),
            pinyin=joined_initials(name),
            host_kind=kind.host_kind,
            address=f"{town.city}{town.name}{township.name}{house(self.random, road)}",
            entry_mode=self.random.choices(list(ENTRY_MODES), list(ENTRY_MODES.values()))[0],
            schedule_id=self._schedule(kind),
            status=status,
            suspended_from=self.today - timedelta(days=9) if status == StationStatus.SUSPENDED else None,
            seats=self.random.randint(2, 16),
            opened_date=SINCE + timedelta(days=self.random.randrange(600)),
        )
        if status != StationStatus.DRAFT:
            station.longitude, station.latitude = where
        return Drawn(station, kind, operator, programme, town, township)

    def _host(self, kind: Kind, town: Town) -> tuple[int, str, str, str]:
        """The operating unit, the word that the name begins with, the programme, and the word that it ends with."""
        if kind.host_kind == HostKind.BANK_BRANCH:
            code = self.random.choices(list(BANK_SHARES), list(BANK_SHARES.values()))[0]
            bank = BANKS[code]
            return self.operators.branches[code, town.city_code], bank.short, bank.programme, bank.plate
        if kind.host_kind in FIRMS:
            firm, word = FIRMS[kind.host_kind]
            return self.operators.branches[firm, town.city_code], word, PROGRAMME_OF[kind.plate], kind.plate
        return self.operators.unions[town.code], "", PROGRAMME_OF[kind.plate], kind.plate

    def _schedule(self, kind: Kind) -> int | None:
        if self.random.random() < UNKNOWN_HOURS:
            return None
        return self.random.choice(self.schedules[kind.policy])


def make_stations(wanted: int, random: Random, today: date) -> None:
    """Load that many stations, spread over the country's districts by the number of their streets and townships."""
    surveyor = Surveyor(random, grow_units(), today)
    programmes = dict(Programme.objects.values_list("code", "pk"))
    amenities = dict(Amenity.objects.values_list("code", "pk"))
    drawn = surveyor.draw(read_towns(random), wanted)
    posting_ids, plate_ids = ids_of(Posting), ids_of(Plate)
    while batch := list(islice(drawn, BATCH)):
        load(Station, (item.station for item in batch))
        load(Posting, postings(batch, surveyor.operators, posting_ids))
        load(Plate, plates(batch, random, programmes, plate_ids))
        columns = ("station_id", "amenity_id", "access", "health", "note")
        load_lines(StationAmenity, columns, rows_of(offers(batch, random, amenities)))


def make_schedules() -> dict[CalendarPolicy, list[int]]:
    """The ids of the schedules of each policy, made where they are missing."""
    wanted = [(text, policy) for policy in CalendarPolicy for text in hours_of(policy)]
    Schedule.objects.bulk_create(
        [Schedule(opening_hours=text, calendar_policy=policy) for text, policy in wanted], ignore_conflicts=True
    )
    ids = {(row.opening_hours, row.calendar_policy): row.pk for row in Schedule.objects.all()}
    return {policy: [ids[text, policy] for text in hours_of(policy)] for policy in CalendarPolicy}


def postings(batch: Iterable[Drawn], operators: Operators, ids: Iterator[int]) -> Iterator[Posting]:
    for item in batch:
        yield Posting(
            id=next(ids),
            station_id=item.station.pk,
            operator_id=item.operator,
            supervisor_id=operators.unions[item.town.code],
            division_id=item.township.code,
            since=SINCE,
        )


def plates(batch: Iterable[Drawn], random: Random, programmes: dict[str, int], ids: Iterator[int]) -> Iterator[Plate]:
    """The plate of the station's own programme, often with the union's beside it."""
    for item in batch:
        borne = [item.programme]
        if item.programme != "union_station" and random.random() < DOUBLE_PLATE:
            borne.append("union_station")
        for programme in borne:
            number = f"{item.town.code}-{item.station.pk % 10_000:04d}"
            yield Plate(
                id=next(ids),
                station_id=item.station.pk,
                programme_id=programmes[programme],
                number=number,
                since=SINCE,
            )


def offers(
    batch: Iterable[Drawn], random: Random, amenities: dict[str, int]
) -> Iterator[tuple[int, int, str, str, str]]:
    for item in batch:
        for code, access, health in draw_offers(random, item.kind.host_kind, item.kind.offers):
            yield item.station.pk, amenities[code], access.value, health.value, ""
