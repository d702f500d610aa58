"""The formats: each takes the stations one by one and writes text."""

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django.conf import settings

from harbor_portal.lib.tables.columns import neutralised
from harbor_portal.open_data.records import Published
from stations.publishing.leaves import amenity_word, plate_word

Write = Callable[[str], Any]

COLUMNS = (
    *("code", "name", "host_kind", "address", "province", "city", "district", "division", "longitude", "latitude"),
    *("phone", "opening_hours", "calendar_policy", "entry_mode", "amenities", "programmes", "status"),
    *("suspended_from", "suspended_until", "verified_at", "changed_at", "url"),
)


class Format(ABC):
    """`name` is the file's, `content_type` what it is served as."""

    name: str
    content_type: str

    def __init__(self, write: Write) -> None:
        self.write = write
        self.count = 0

    def add(self, station: Published) -> None:
        self._add(station)
        self.count += 1

    def begin(self) -> None:  # noqa: B027  # not every format has a head
        pass

    def end(self) -> None:  # noqa: B027  # nor a foot
        pass

    @abstractmethod
    def _add(self, station: Published) -> None: ...


def to_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Csv(Format):
    """UTF-8 with a byte order mark, so that Excel reads the Chinese; what looks like a formula bears an apostrophe."""

    name = "stations.csv"
    content_type = "text/csv; charset=utf-8"

    def begin(self) -> None:
        self.write("\ufeff")
        self._rows = csv.writer(_Sink(self.write))
        self._rows.writerow(COLUMNS)

    def _add(self, station: Published) -> None:
        values = flat(station)
        self._rows.writerow([_cell(values[name]) for name in COLUMNS])


class _Sink:
    """The file that the csv module wants."""

    def __init__(self, write: Write) -> None:
        self.write = write


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return neutralised(value) if isinstance(value, str) else value


class GeoJson(Format):
    """RFC 7946, which is WGS-84 by definition; one feature a line."""

    name = "stations.geojson"
    content_type = "application/geo+json"

    def begin(self) -> None:
        about = {"licence": settings.OPEN_DATA_LICENCE, "publisher": settings.OPEN_DATA_PUBLISHER}
        self.write(f'{{"type":"FeatureCollection",{to_text(about)[1:-1]},"features":[\n')

    def _add(self, station: Published) -> None:
        properties = flat(station)
        place = {"type": "Point", "coordinates": [properties.pop("longitude"), properties.pop("latitude")]}
        feature = {"type": "Feature", "id": station.code, "geometry": place, "properties": properties}
        self.write(("," if self.count else "") + to_text(feature) + "\n")

    def end(self) -> None:
        self.write("]}\n")


def flat(station: Published) -> dict[str, Any]:
    """The station by `COLUMNS`. What is not known is None, an amenity that nobody knows of is absent."""
    record = station.record
    values = {name: record[name] for name in COLUMNS if name in record}
    values |= dict(zip(("province", "city", "district"), station.places, strict=True))
    values["amenities"] = " ".join(amenity_word(**amenity) for amenity in record["amenities"])
    values["programmes"] = " ".join(plate_word(**plate) for plate in record.get("plates", []))
    return values | {"changed_at": station.changed, "url": station.url}
