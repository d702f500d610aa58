"""The Human Services Data Specification of Open Referral, version 3.

A station is a service at a location with its address, phone and schedules; names and required fields follow the JSON
schemas of the specification (docs.openreferral.org). The file has the shape of a page of its `GET /services`, with all
services on one page. Not covered, since the portal knows nothing of it or it is personal: contacts, funding, cost
options, languages, required documents.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils import timezone

from harbor_portal.open_data.formats import Format, to_text
from harbor_portal.open_data.records import Published
from partners.models import Programme
from stations.choices import Tier
from stations.models import Amenity
from stations.usual_weeks import Week, usual_weeks

OBJECTS = (
    *("service", "organization", "program", "service_at_location", "location", "address", "phone", "schedule"),
    "accessibility",
)
ZONE = "+08:00"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Rule = dict[str, Any]


class Hsds(Format):
    name = "stations.hsds.json"
    content_type = "application/json"

    def begin(self) -> None:
        self._year = timezone.localdate().year
        self._amenities = {amenity.code: amenity for amenity in Amenity.objects.all()}
        self._programmes = {programme.code: programme for programme in Programme.objects.all()}
        publisher = settings.OPEN_DATA_PUBLISHER
        self._organization = {"id": _id("#organization"), "name": publisher, "description": publisher}
        self.write('{"contents":[\n')

    def _add(self, station: Published) -> None:
        self.write(("," if self.count else "") + to_text(self._service(station)) + "\n")

    def end(self) -> None:
        page = {"total_items": self.count, "total_pages": 1, "page_number": 1, "size": self.count}
        self.write(f"],{to_text(page | {'first_page': True, 'last_page': True, 'empty': not self.count})[1:]}\n")

    def _service(self, station: Published) -> dict[str, Any]:
        record, key = station.record, f"/s/{station.code}/"
        service = {
            "id": _id(key),
            "name": record["name"],
            "description": self._offer(record["amenities"]),
            "url": station.url,
            "status": "temporarily closed" if record["status"] == "suspended" else "active",
            "fees_description": "免费",
            "eligibility_description": "户外劳动者",
            "last_modified": station.changed,
            "organization": self._organization,
            "service_at_locations": [
                {
                    "id": _id(f"{key}#at"),
                    "location": self._location(station, key),
                    "schedules": self._schedules(station),
                }
            ],
        }
        if record["verified_at"]:
            service["assured_date"] = record["verified_at"][:10]
        plates = [plate["programme"] for plate in record.get("plates", []) if plate["programme"] in self._programmes]
        if plates:
            service["program"] = self._program(plates[0])
        return service

    def _location(self, station: Published, key: str) -> dict[str, Any]:
        record = station.record
        location = {
            "id": _id(f"{key}#location"),
            "location_type": "physical",
            "name": record["name"],
            "latitude": record["latitude"],
            "longitude": record["longitude"],
            "external_identifier": station.code,
            "external_identifier_type": settings.PUBLIC_URL,
            "addresses": [_address(station, key)],
        }
        if record["phone"]:
            location["phones"] = [{"id": _id(f"{key}#phone"), "number": record["phone"]}]
        if helps := self._accessibility(record["amenities"]):
            location["accessibility"] = [{"id": _id(f"{key}#access"), "description": helps}]
        return location

    def _offer(self, amenities: Iterable[dict[str, str]]) -> str:
        return "、".join(
            self._amenities[item["code"]].name + ("（故障）" if item["health"] != "ok" else "")
            for item in amenities
            if item["access"] != "none" and item["code"] in self._amenities
        )

    def _accessibility(self, amenities: Iterable[dict[str, str]]) -> str:
        return self._offer(
            item
            for item in amenities
            if item["code"] in self._amenities and self._amenities[item["code"]].tier == Tier.ACCESSIBLE
        )

    def _program(self, code: str) -> dict[str, str]:
        programme = self._programmes[code]
        return {
            "id": _id(f"#program-{code}"),
            "name": programme.name,
            "description": programme.name_en or programme.name,
        }

    def _schedules(self, station: Published) -> list[Rule]:
        hours = station.record["opening_hours"]
        rules = weekly_rules(hours, station.record["calendar_policy"], self._year) if hours else ()
        return [{"id": _id(f"/s/{station.code}/#hours-{number}")} | rule for number, rule in enumerate(rules)]


@lru_cache(maxsize=1000)
def weekly_rules(opening_hours: str, calendar_policy: str, year: int) -> tuple[Rule, ...]:
    """The hours as weekly rules; where they change within the year or are not certain, in words only."""
    words = {"description": opening_hours, "notes": f"calendar policy: {calendar_policy}"}
    seasons = usual_weeks(opening_hours, calendar_policy, year)
    spans = _spans(seasons[0].week) if len(seasons) == 1 else {}
    if not spans:
        return (words,)
    return tuple(
        {"freq": "WEEKLY", "byday": ",".join(days), "opens_at": _clock(start), "closes_at": _clock(end), "timezone": 8}
        | words
        for (start, end), days in spans.items()
    )


def _spans(week: Week) -> dict[tuple[int, int], list[str]]:
    """Weekdays by interval; none if a part of the week is not certain."""
    found: dict[tuple[int, int], list[str]] = {}
    for name, day in zip(WEEKDAYS, week, strict=True):
        for item in day:
            if item.state != "open":
                return {}
            found.setdefault((item.start, item.end), []).append(name)
    return found


def _clock(minute: int) -> str:
    """Midnight at the end of a day has no name of its own in the specification."""
    minute = minute - 1 if minute == 1440 else minute % 1440
    return f"{minute // 60:02}:{minute % 60:02}{ZONE}"


def _address(station: Published, key: str) -> dict[str, str]:
    province, city, district = station.places
    return {
        "id": _id(f"{key}#address"),
        "address_1": station.record["address"],
        "city": city or province,
        "region": district,
        "state_province": province,
        "postal_code": "",
        "country": "CN",
        "address_type": "physical",
    }


def _id(path: str) -> str:
    """The same for the same thing, every night."""
    return str(uuid5(NAMESPACE_URL, settings.PUBLIC_URL + path))
