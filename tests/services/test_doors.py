"""The signed code on a station's door."""

import pytest
from django.utils.crypto import get_random_string
from pytest_django import Settings

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.doors import renew_door_code
from services.doors import checkin_address, door_key, door_serial, judge
from services.models import DoorCode
from tests.conftest import World


def key_of(address: str) -> str:
    return address.partition("?k=")[2]


def test_the_address_on_the_door_holds_for_its_own_station_only(world: World, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    address = checkin_address(world.station, door_serial(world.station))
    assert address.startswith(f"https://portal.example/s/{world.station.code}/checkin/?k=1-")
    assert judge(world.station, key_of(address)) == "holds"
    assert judge(world.sister, key_of(address)) == "missing"


@pytest.mark.parametrize(
    "key", ["", "1", "1-", "x-abc", "-1-abc", "１-abc", "9" * 5000 + "-abc", "1-ABCDEFGHIJ", "²-a"]
)
def test_nothing_else_holds(world: World, key: str) -> None:
    assert judge(world.station, key) == "missing"


def test_a_key_is_neither_shorter_nor_longer_nor_of_another_serial_number(world: World) -> None:
    key = door_key(world.station, 1)
    for other in (key[:-1], f"{key}x", f"0{key}", key.replace("1-", "2-", 1), key.swapcase()):
        assert judge(world.station, other) == "missing"


def test_a_renewed_code_replaces_the_former_one(world: World) -> None:
    former = door_key(world.station, door_serial(world.station))
    renew_door_code(station=world.station, by=world.keeper, reason="照片在群里流传")
    assert judge(world.station, former) == "replaced"
    assert judge(world.station, door_key(world.station, door_serial(world.station))) == "holds"
    renew_door_code(station=world.station, by=world.officer, reason="又一次")
    lines = DoorCode.objects.get().history.order_by("pk")
    assert [(line.serial, line.history_user, line.history_change_reason) for line in lines] == [
        (2, world.keeper, "照片在群里流传"),
        (3, world.officer, "又一次"),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 101])
def test_renewing_needs_a_reason_of_a_line(world: World, reason: str) -> None:
    with pytest.raises(Invalid):
        renew_door_code(station=world.station, by=world.keeper, reason=reason)
    assert door_serial(world.station) == 1


@pytest.mark.parametrize("person", ["official", "auditor", "outsider"])
def test_only_those_who_record_there_renew_it(world: World, person: str) -> None:
    with pytest.raises(Refused):
        renew_door_code(station=world.station, by=getattr(world, person), reason="试试")
    assert not DoorCode.objects.exists()


def test_posters_outlive_a_new_secret_key_while_the_former_is_kept(world: World, settings: Settings) -> None:
    key = door_key(world.station, 1)
    former, settings.SECRET_KEY = settings.SECRET_KEY, get_random_string(60)
    assert judge(world.station, key) == "missing"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert judge(world.station, key) == "holds"
