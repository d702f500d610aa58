"""The published map: files that follow from the stations and nothing else."""

import json
import os
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Plate
from services.choices import EntryKind, Method, Source, WorkerGroup
from services.models import StationDay, VisitEntry
from stations.changes import mark_changed
from stations.choices import Access, CalendarPolicy, Health, StationStatus
from stations.models import Amenity, MapChange, MapLeaf, Station, StationAmenity, StationCard
from stations.publishing import quadtree, store
from stations.publishing.publisher import publish_everything, publish_noted
from stations.publishing.quadtree import leaves_of, regions_of
from stations.publishing.run import Run
from stations.publishing.store import Store
from tests.conftest import World
from tests.factories import make_amenity, make_plate, make_programme, make_schedule, make_station

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.PUBLISH_ROOT = tmp_path / "published"
    with time_machine.travel(NOW, tick=False):
        yield settings.PUBLISH_ROOT


@pytest.fixture
def small_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves of at most four stations, so that a few of them make a deep tree."""
    monkeypatch.setattr(quadtree, "MAX_STATIONS", 4)
    monkeypatch.setattr("stations.publishing.run.MAX_STATIONS", 4)


def index(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / "index.json").read_bytes())
    return content


def leaves_in(root: Path) -> list[tuple[str, int, str]]:
    """Quadkey, number of stations and hash of each leaf."""
    quadkeys, counts, hashes, _ways = index(root)["leaves"]
    return list(zip(quadkeys, counts, hashes, strict=True))


def live_files(root: Path) -> Files:
    """The index and every file that it names, with the compressed ones."""
    names = ["index.json", index(root)["catalogue"]]
    for quadkey, _count, digest in leaves_in(root):
        names += [store.leaf_name(quadkey, digest), store.live_name(quadkey)]
    return {name + suffix: (root / (name + suffix)).read_bytes() for name in names for suffix in ("", ".gz", ".br")}


def only_leaf(root: Path) -> dict[str, Any]:
    [(quadkey, _count, digest)] = leaves_in(root)
    content: dict[str, Any] = json.loads((root / store.leaf_name(quadkey, digest)).read_bytes())
    return content


def published(root: Path) -> dict[str, dict[str, Any]]:
    """The stations of the only leaf, by code, with names for their values."""
    leaf = only_leaf(root)
    rows = zip(*leaf["stations"], strict=True)
    return {row[0]: dict(zip(leaf["fields"], row, strict=True)) for row in rows}


def test_a_station_is_published_with_its_facts(db: None, root: Path) -> None:
    station = make_station(schedule=make_schedule(policy=CalendarPolicy.FINANCE), phone="0531-1", pinyin="jxzh")
    for code, access, health in (
        ("water", Access.OPEN, Health.OK),
        ("toilet", Access.NONE, Health.OK),
        ("microwave", Access.ASK_STAFF, Health.OUT_OF_ORDER),
        ("socket", Access.NEARBY, Health.OK),
    ):
        StationAmenity.objects.create(station=station, amenity=make_amenity(code), access=access, health=health)
    make_plate(station, number="00 12:3")
    make_plate(station, make_programme("little_bee"), until=date(2026, 11, 19))

    call_command("publish_map")

    assert published(root)[station.code] == {
        "code": station.code,
        "name": "济西支行劳动者港湾",
        "longitude": 117.02,
        "latitude": 36.66,
        "address": "济南市历下区泉城路1号",
        "phone": "0531-1",
        "host_kind": "bank_branch",
        "entry_mode": "walk_in",
        "schedule": 0,
        "amenities": "microwave:ask_staff:out_of_order socket:nearby toilet:none water",
        "plates": "ccb_harbor:00_12_3",
        "marks": "",
        "division": "370102",
        "pinyin": "jxzh",
        "suspended_until": "",
        "verified_at": "",
    }
    card = StationCard.objects.get()
    usable = Amenity.objects.filter(code__in=["water", "socket"]).values_list("pk", flat=True)
    assert (card.amenities, card.programmes) == (sorted(usable), ["ccb_harbor"])


def test_drafts_and_closed_stations_do_not_appear_and_suspended_ones_say_until_when(db: None, root: Path) -> None:
    make_station(status=StationStatus.DRAFT)
    make_station(status=StationStatus.CLOSED)
    make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 1), longitude=None, latitude=None)
    until = {
        "?": make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 1)),
        "2026-11-25": make_station(
            status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 20), suspended_until=date(2026, 11, 25)
        ),
        "2026-11-21/?": make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 21)),
        "2026-11-30/2026-12-01": make_station(
            status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 30), suspended_until=date(2026, 12, 1)
        ),
        "": make_station(),
    }
    publish_everything()
    assert {row["suspended_until"]: code for code, row in published(root).items()} == {
        text: station.code for text, station in until.items()
    }


def test_a_suspension_is_the_status_from_its_first_day_on(db: None, root: Path) -> None:
    make_station(status=StationStatus.SUSPENDED, suspended_from=date(2026, 11, 21), suspended_until=date(2026, 11, 22))
    told = []
    for day in (20, 21, 22, 23):
        with time_machine.travel(datetime.fromisoformat(f"2026-11-{day}T10:00+08:00"), tick=False):
            publish_everything()
        record = StationCard.objects.get().record
        told.append((record["status"], record["suspended_from"], record["suspended_until"]))
    dates = "2026-11-21", "2026-11-22"
    assert told == [(status, *dates) for status in ("published", "suspended", "suspended", "published")]


def test_an_empty_portal_publishes_an_index_without_leaves(db: None, root: Path) -> None:
    publish_everything()
    assert index(root)["leaves"] == [[], [], [], []]
    assert publish_noted() == 0


def test_the_catalogue_names_things_in_both_languages(db: None, root: Path) -> None:
    make_amenity("water", name="饮水机", icon="drop")
    make_programme()
    publish_everything()
    catalogue = json.loads((root / index(root)["catalogue"]).read_bytes())
    assert catalogue["amenities"] == [
        {"code": "water", "names": {"zh-hans": "饮水机", "en": "Water"}, "tier": "basic", "icon": "drop"}
    ]
    assert catalogue["programmes"][0]["code"] == "ccb_harbor"
    assert catalogue["host_kinds"]["en"]["bank_branch"] == "Bank branch"
    assert set(catalogue["entry_modes"]) == {"zh-hans", "en"}


def test_a_name_changed_in_the_catalogue_is_published_without_a_note(db: None, root: Path) -> None:
    amenity = make_amenity("water")
    publish_everything()
    Amenity.objects.filter(pk=amenity.pk).update(name="开水")
    publish_noted()
    assert "开水" in (root / index(root)["catalogue"]).read_text()


def test_the_same_data_give_the_same_bytes(db: None, root: Path, small_leaves: None) -> None:
    scatter(30, random.Random(1))
    publish_everything()
    first = live_files(root)
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    StationCard.objects.all().delete()
    MapLeaf.objects.all().delete()
    publish_everything()
    assert live_files(root) == first


def scatter(count: int, chance: random.Random) -> list[Station]:
    """Stations in clusters of different density, some at the very same place."""
    schedules = [make_schedule("24/7"), make_schedule("Mo-Fr 08:30-17:30"), None]
    found = []
    for _ in range(count):
        spread = chance.choice([0, 0.001, 0.1, 5])
        found.append(
            make_station(
                longitude=117 + chance.uniform(-spread, spread),
                latitude=36 + chance.uniform(-spread, spread),
                schedule=chance.choice(schedules),
                amenities=tuple(chance.sample(["water", "toilet", "wifi"], 2)),
            )
        )
    return found


def edit_at_random(chance: random.Random) -> None:
    """One change such as the back office makes, noted."""
    station = chance.choice(list(Station.objects.order_by("pk")))
    match chance.choice(["move", "away", "close", "reopen", "rename", "open", "amenity"]):
        case "move":
            station.longitude = 117 + chance.uniform(-0.01, 0.01)
        case "away":
            station.longitude, station.latitude = chance.uniform(80, 130), chance.uniform(20, 50)
        case "close":
            station.status = StationStatus.CLOSED
        case "reopen":
            station.status = StationStatus.PUBLISHED
        case "rename":
            station.name = f"站{chance.random()}"
        case "open":
            StationDay.objects.update_or_create(
                station=station, date=timezone.localdate(), defaults={"opened_at": timezone.now()}
            )
        case "amenity":
            StationAmenity.objects.filter(station=station).update(health=chance.choice(Health.values))
    station.save()
    mark_changed([station.pk])


@pytest.mark.parametrize("seed", range(6))
def test_publishing_changes_ends_in_the_files_of_a_full_run(
    db: None, root: Path, small_leaves: None, seed: int
) -> None:
    chance = random.Random(seed)
    scatter(12, chance)
    publish_everything()
    for _ in range(6):
        for _ in range(chance.randint(1, 5)):
            edit_at_random(chance)
        for station in scatter(chance.randint(0, 4), chance):
            mark_changed([station.pk])
        publish_noted()
        followed = live_files(root)
        publish_everything()
        assert live_files(root) == followed
        assert not MapChange.objects.exists()


def test_every_public_station_is_in_exactly_one_leaf(db: None, root: Path, small_leaves: None) -> None:
    stations = scatter(40, random.Random(3))
    publish_everything()
    codes = []
    for quadkey, count, digest in leaves_in(root):
        leaf = json.loads((root / store.leaf_name(quadkey, digest)).read_bytes())
        assert {len(column) for column in leaf["stations"]} == {count}
        codes += leaf["stations"][0]
    assert sorted(codes) == sorted(station.code for station in stations)


def test_only_the_leaf_that_changed_is_written(db: None, root: Path, small_leaves: None) -> None:
    stations = scatter(30, random.Random(2))
    publish_everything()
    before = live_files(root)
    Station.objects.filter(pk=stations[0].pk).update(name="新名")
    mark_changed([stations[0].pk])
    assert publish_noted() == 1
    new = {name for name in live_files(root).keys() - before.keys() if name.endswith(".json")}
    assert len(new) == 1
    assert "新名" in (root / new.pop()).read_text()


def test_noting_a_station_that_did_not_change_writes_nothing(db: None, root: Path) -> None:
    station = make_station()
    publish_everything()
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*.json")}
    mark_changed([station.pk])
    publish_noted()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.json")} == before


def test_the_live_state_tells_of_the_day_and_leaves_the_leaf_alone(world: World, root: Path) -> None:
    publish_everything()
    before = live_files(root)
    StationDay.objects.create(
        station=world.station, date=timezone.localdate(), opened_at=NOW - timedelta(hours=1), recorded_by=world.keeper
    )
    add_entry(world.station, NOW)
    add_entry(world.sister, NOW - timedelta(days=1))
    mark_changed([world.station.pk, world.sister.pk], live_only=True)
    publish_noted()
    after = live_files(root)
    assert {name for name in after if after[name] != before.get(name)} == {
        "live/r.json",
        "live/r.json.gz",
        "live/r.json.br",
    }
    assert json.loads(after["live/r.json"]) == {
        world.station.code: {
            "opened_at": "2026-11-20T09:00:00+08:00",
            "closed_at": None,
            "seen_at": "2026-11-20T10:00:00+08:00",
            "reported_closed_at": None,
        }
    }


def add_entry(station: Station, at: datetime) -> None:
    VisitEntry.objects.create(
        client_key=f"00000000-0000-0000-0000-{VisitEntry.objects.count():012d}",
        station=station,
        date=timezone.localdate(at),
        group=WorkerGroup.COURIER,
        method=Method.TALLY,
        kind=EntryKind.ADD,
        change=1,
        source=next(iter(Source)),
        at=at,
    )


def test_the_live_state_of_yesterday_is_gone_after_the_nightly_run(world: World, root: Path) -> None:
    StationDay.objects.create(station=world.station, date=timezone.localdate(), opened_at=NOW)
    publish_everything()
    assert json.loads((root / "live/r.json").read_bytes())
    with time_machine.travel(NOW + timedelta(days=1)):
        publish_everything()
    assert json.loads((root / "live/r.json").read_bytes()) == {}


def test_a_plate_that_ends_disappears_with_the_nightly_run(world: World, root: Path) -> None:
    make_plate(world.station, until=timezone.localdate())
    publish_everything()
    assert published(root)[world.station.code]["plates"] == "ccb_harbor"
    with time_machine.travel(NOW + timedelta(days=1)):
        publish_everything()
    assert published(root)[world.station.code]["plates"] == ""
    assert Plate.objects.exists()


def test_the_window_of_hours_moves_on_mondays(world: World, root: Path) -> None:
    publish_everything()
    assert only_leaf(root)["from"] == "2026-11-15"
    with time_machine.travel(NOW + timedelta(days=3)):
        publish_everything()
    assert only_leaf(root)["from"] == "2026-11-22"


def test_a_crash_before_the_switch_leaves_the_old_index_and_the_note(
    world: World, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_everything()
    before = live_files(root)
    Station.objects.filter(pk=world.station.pk).update(name="新名")
    mark_changed([world.station.pk])
    with monkeypatch.context() as patch:
        patch.setattr(Run, "switch", crash)
        with pytest.raises(KeyboardInterrupt):
            publish_noted()
    assert live_files(root) == before
    assert MapChange.objects.count() == 1
    assert publish_noted() == 1
    assert published(root)[world.station.code]["name"] == "新名"


def crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_crash_while_a_file_is_written_leaves_no_half_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Store(root)
    files.write("index.json", b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", crash)
        with pytest.raises(KeyboardInterrupt):
            files.write("index.json", b"new")
    assert (root / "index.json").read_bytes() == b"old"
    assert not list(root.glob(".new-*"))


def test_an_emptied_folder_is_written_anew(world: World, root: Path) -> None:
    publish_everything()
    before = live_files(root)
    for path in root.rglob("*.*"):
        path.unlink()
    publish_noted()
    assert live_files(root) == before


def test_files_that_no_index_names_are_kept_for_a_day(world: World, root: Path) -> None:
    publish_everything()
    old = set(live_files(root))
    age(root, old)
    Station.objects.filter(pk=world.station.pk).update(name="新名")
    publish_everything()
    assert all((root / name).exists() for name in old)
    age(root, old - set(live_files(root)))
    publish_everything()
    assert {path.relative_to(root).as_posix() for path in root.rglob("*.*")} == set(live_files(root))


def age(root: Path, names: set[str]) -> None:
    for name in names:
        os.utime(root / name, (0, 0))


def test_a_station_deleted_outright_leaves_the_map_with_the_nightly_run(world: World, root: Path) -> None:
    publish_everything()
    code = world.elsewhere.code
    Station.objects.filter(pk=world.elsewhere.pk).delete()
    publish_everything()
    assert code not in published(root)


def test_the_number_of_queries_does_not_grow_with_the_stations(db: None, root: Path) -> None:
    schedule = make_schedule()
    stations = [make_station(schedule=schedule, amenities=("water",)) for _ in range(30)]
    publish_everything()
    counts = []
    for number in (2, 30):
        for station in stations[:number]:
            Station.objects.filter(pk=station.pk).update(name=f"{number}-{station.pk}")
        mark_changed([station.pk for station in stations[:number]])
        with CaptureQueriesContext(connection) as queries:
            publish_noted()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_tile_with_too_many_stations_at_one_place_ends_at_the_deepest_zoom() -> None:
    tiles = ["1321000000000000"] * 601
    assert list(leaves_of(tiles)) == [("1321000000000000", 601)]


def test_regions_climb_to_what_has_become_small_enough_and_swallow_each_other() -> None:
    full = {"", "1"}
    tiles = ["1300000000000000", "1200000000000000", "1311111111111111"]
    assert regions_of(tiles, ["130", "131", "12"], full.__contains__) == ["12", "13"]
    assert regions_of(["0" * 16], [], lambda _quadkey: True) == ["0" * 16]
