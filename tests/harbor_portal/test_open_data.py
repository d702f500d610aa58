"""The files for everybody, and the page that explains them."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from harbor_portal.open_data import files
from harbor_portal.open_data.formats import COLUMNS, Csv
from harbor_portal.open_data.hsds import weekly_rules
from harbor_portal.open_data.records import published_stations
from harbor_portal.tasks import write_open_data
from stations.choices import Access, Health, StationStatus, Tier
from stations.models import Station, StationAmenity
from stations.publishing.cards import refresh_cards
from stations.publishing.publisher import publish_everything
from tests.factories import make_amenity, make_keeper, make_plate, make_schedule, make_station

pytestmark = pytest.mark.django_db
NAMES = [f"{name}{end}" for name in ("stations.csv", "stations.geojson", "stations.hsds.json") for end in ("", ".gz")]


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path / "open-data"


def publish() -> None:
    refresh_cards(list(Station.objects.values_list("pk", flat=True)))


@pytest.fixture
def station(root: Path) -> Station:
    found: Station = make_station(
        "=济西支行",
        code="7Q2K9F3M",
        schedule=make_schedule("Mo-Fr 08:30-12:00,13:30-17:30"),
        phone="0531-88888888",
        amenities=("water",),
        checked_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
    )
    StationAmenity.objects.create(
        station=found, amenity=make_amenity("ramp", tier=Tier.ACCESSIBLE), health=Health.OUT_OF_ORDER
    )
    StationAmenity.objects.create(station=found, amenity=make_amenity("toilet"), access=Access.NONE)
    make_plate(found, number="00:1 2")
    make_keeper(found, "secret-keeper", name="王秘密", phone="13900000000")
    publish()
    files.write_open_data()
    return found


def read(root: Path, name: str) -> str:
    return (root / "current" / name).read_text(encoding="utf-8")


def rows(root: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(root, "stations.csv").removeprefix("\ufeff"))))


def services(root: Path) -> Any:
    return json.loads(read(root, "stations.hsds.json"))["contents"]


def test_the_table_opens_in_excel_and_says_what_is_known(root: Path, station: Station) -> None:
    assert (root / "current" / "stations.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = rows(root)
    assert tuple(row) == COLUMNS
    wanted = {
        "code": "7Q2K9F3M",
        "name": "'=济西支行",
        "province": "山东省",
        "city": "济南市",
        "district": "历下区",
        "division": "370102",
        "longitude": "117.02",
        "phone": "0531-88888888",
        "opening_hours": "Mo-Fr 08:30-12:00,13:30-17:30",
        "amenities": "ramp:open:out_of_order toilet:none water",
        "programmes": "ccb_harbor:00_1_2",
        "status": "published",
        "suspended_until": "",
        "url": "http://127.0.0.1:8000/s/7Q2K9F3M/",
    }
    assert {key: row[key] for key in wanted} == wanted


def test_the_map_file_is_geojson(root: Path, station: Station) -> None:
    document = json.loads(read(root, "stations.geojson"))
    assert (document["type"], document["licence"]) == ("FeatureCollection", "CC BY 4.0")
    (feature,) = document["features"]
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [117.02, 36.66]}
    assert set(feature["properties"]) == set(COLUMNS) - {"longitude", "latitude"}
    assert feature["properties"]["name"] == "=济西支行"


REQUIRED = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "program": {"id", "name", "description"},
    "location": {"id", "location_type"},
    "address": {"id", "address_1", "city", "state_province", "postal_code", "country", "address_type"},
    "phone": {"id", "number"},
    "schedule": {"id"},
    "accessibility": {"id"},
}
"""From the JSON schemas of HSDS 3."""


def test_the_services_have_what_the_specification_requires(root: Path, station: Station) -> None:
    page = json.loads(read(root, "stations.hsds.json"))
    assert {key: value for key, value in page.items() if key != "contents"} == {
        "total_items": 1,
        "total_pages": 1,
        "page_number": 1,
        "size": 1,
        "first_page": True,
        "last_page": True,
        "empty": False,
    }
    (service,) = page["contents"]
    (at,) = service["service_at_locations"]
    location = at["location"]
    found = {
        "service": [service],
        "organization": [service["organization"]],
        "program": [service["program"]],
        "location": [location],
        "address": location["addresses"],
        "phone": location["phones"],
        "schedule": at["schedules"],
        "accessibility": location["accessibility"],
    }
    for name, required in REQUIRED.items():
        assert found[name]
        assert all(required <= item.keys() for item in found[name]), name
    assert (service["status"], service["assured_date"]) == ("active", "2026-11-20")
    assert (location["latitude"], location["longitude"]) == (36.66, 117.02)
    assert location["accessibility"][0]["description"] == "ramp（故障）"
    assert service["description"] == "ramp（故障）、water"
    spans = [(rule["byday"], rule["opens_at"], rule["closes_at"]) for rule in at["schedules"]]
    assert spans == [
        ("MO,TU,WE,TH,FR", "08:30+08:00", "12:00+08:00"),
        ("MO,TU,WE,TH,FR", "13:30+08:00", "17:30+08:00"),
    ]


def test_the_same_station_keeps_its_ids(root: Path, station: Station) -> None:
    before = services(root)
    files.write_open_data()
    assert services(root) == before


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ("24/7", [("MO,TU,WE,TH,FR,SA,SU", "00:00+08:00", "23:59+08:00")]),
        ("Fr 20:00-02:00", [("FR", "20:00+08:00", "02:00+08:00")]),
        ("Jun-Aug: Mo-Fr 08:00-18:00; Sep-May: Mo-Fr 08:30-17:30", []),
        ("Feb 08:00-18:00; Mar-Jan 08:30-17:30", []),
        ("Jan 01-Jun 15 08:00-18:00; Jun 16-Dec 31 08:30-17:30", []),
        ('Mo-Fr unknown "工作日"', []),
    ],
)
def test_hours_are_told_as_weekly_rules_or_in_words(hours: str, spans: list[tuple[str, str, str]]) -> None:
    rules = weekly_rules(hours, "every_day", 2026)
    assert [(rule["byday"], rule["opens_at"], rule["closes_at"]) for rule in rules if "freq" in rule] == spans
    assert all(rule["description"] == hours for rule in rules)


def test_a_station_of_which_little_is_known_is_there_as_well(root: Path) -> None:
    make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 1, 1), suspended_until=date(2030, 1, 1))
    make_station("草稿", status=StationStatus.DRAFT)
    publish()
    files.write_open_data()
    (row,) = rows(root)
    assert (row["status"], row["suspended_until"], row["opening_hours"]) == ("suspended", "2030-01-01", "")
    (service,) = services(root)
    assert service["status"] == "temporarily closed"
    assert "program" not in service
    assert service["service_at_locations"][0]["schedules"] == []
    assert {"phones", "accessibility"}.isdisjoint(service["service_at_locations"][0]["location"])


def test_nothing_about_persons_leaves_the_house(root: Path, station: Station) -> None:
    for name in NAMES[::2]:
        text = read(root, name)
        assert "0531-88888888" in text
        assert not any(secret in text for secret in ("王秘密", "13900000000", "secret-keeper"))


def test_each_file_has_a_packed_twin_and_both_their_checksums(root: Path, station: Station) -> None:
    current = root / "current"
    for name in NAMES[::2]:
        assert gzip.decompress((current / f"{name}.gz").read_bytes()) == (current / name).read_bytes()
    manifest = files.current_manifest()
    assert manifest
    assert (manifest.stations, [file.name for file in manifest.files]) == (1, NAMES)
    for line in read(root, "SHA256SUMS").splitlines():
        digest, _, name = line.partition("  ")
        content = (current / name).read_bytes()
        file = manifest.file(name)
        assert file
        assert digest == file.sha256 == hashlib.sha256(content).hexdigest()
        assert file.size == len(content)


def test_the_next_night_takes_the_place_of_the_last(root: Path, station: Station) -> None:
    before = (root / "current").resolve()
    make_station("新站")
    publish()
    assert write_open_data() == 2
    assert (root / "current").resolve() != before
    assert not before.exists()
    assert {row["name"] for row in rows(root)} == {"'=济西支行", "新站"}


def test_a_night_that_fails_leaves_the_last_files(
    root: Path, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: (root / "current" / name).read_bytes() for name in NAMES}

    def fail(_self: Csv) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Csv, "end", fail)
    with pytest.raises(OSError, match="the disk is full"):
        files.write_open_data()
    assert {name: (root / "current" / name).read_bytes() for name in NAMES} == before
    assert len(list(root.glob("run-*"))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_never_write_at_the_same_time(root: Path) -> None:
    other = connections["default"].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [files.LOCK])
        assert write_open_data() == 0
        with pytest.raises(CommandError):
            call_command("write_open_data")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [files.LOCK])
    other.close()
    call_command("write_open_data", verbosity=0, stdout=io.StringIO())
    assert rows(root) == []


def test_stations_are_read_one_by_one_in_two_queries(
    root: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        make_station(f"站{number}")
    publish()
    with django_assert_num_queries(2):
        found = published_stations()
        assert isinstance(found, Iterator)
        assert len(list(found)) == 3


def test_publishing_the_map_does_not_sweep_the_open_data_away(root: Path, station: Station) -> None:
    with time_machine.travel(datetime(2036, 1, 1, tzinfo=UTC)):
        publish_everything()
    assert (root / "current" / "stations.csv").exists()


def test_the_page_names_licence_datum_files_and_fields_without_a_query(
    client: Client, station: Station, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/open-data/", headers={"accept-language": "en"}).content.decode()
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page
    assert "WGS-84" in page
    assert all(f'href="/open-data/{name}"' in page for name in [*NAMES, "SHA256SUMS"])
    told = {name for line in page.split("<dt><code>")[1:] for name in line.split("</code>")[0].split(", ")}
    assert told == set(COLUMNS)
    assert "service_at_location" in page


def test_before_the_first_night_the_page_says_so(client: Client, root: Path) -> None:
    page = client.get("/open-data/", headers={"accept-language": "en"}).content.decode()
    assert "The files will be ready tomorrow morning." in page
    assert client.get("/open-data/stations.csv").status_code == 404


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("stations.csv", "text/csv; charset=utf-8"),
        ("stations.geojson", "application/geo+json"),
        ("stations.hsds.json", "application/json"),
        ("stations.csv.gz", "application/gzip"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_the_files_are_served_whole_and_once(
    client: Client, root: Path, station: Station, name: str, content_type: str
) -> None:
    response = client.get(f"/open-data/{name}")
    assert response["Content-Type"] == content_type
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.getvalue() == (root / "current" / name).read_bytes()
    if tag := response.headers.get("ETag"):
        assert client.get(f"/open-data/{name}", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    "name", ["manifest.json", "../index.json", "stations.xls", "..%2f..%2fsecret_key", "x/stations.csv"]
)
def test_nothing_else_is_served(client: Client, station: Station, name: str) -> None:
    assert client.get(f"/open-data/{name}").status_code == 404
