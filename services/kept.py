"""The stations that a person keeps, with the day as it stands."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from services.models import StationDay
from stations.choices import Health, StationStatus
from stations.models import Station, StationAmenity, User


@dataclass(frozen=True)
class Kept:
    """A station that the person keeps, with the day as it stands."""

    station: Station
    record: StationDay | None
    broken: list[StationAmenity]

    @property
    def is_open(self) -> bool:
        return bool(self.record and self.record.opened_at and not self.record.closed_at)


def kept_by(user: User, today: date) -> list[Kept]:
    """Three queries, however many stations."""
    found: QuerySet[Station] = Station.objects.kept_by(user).exclude(status=StationStatus.CLOSED)
    stations = list(found.order_by("name", "pk"))
    records = {record.station_id: record for record in StationDay.objects.filter(station__in=stations, date=today)}
    broken = defaultdict(list)
    for row in _broken(stations):
        broken[row.station_id].append(row)
    return [Kept(station, records.get(station.pk), broken[station.pk]) for station in stations]


def _broken(stations: list[Station]) -> QuerySet[StationAmenity]:
    rows = StationAmenity.objects.filter(station__in=stations, health=Health.OUT_OF_ORDER)
    return rows.select_related("amenity").order_by("amenity__order", "amenity__code")
