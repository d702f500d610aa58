"""Supplies in and out, on "My station" and in the lists behind the first page."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harbor_portal.lib.errors import Refused
from services.actions.supplies import Supply, lots_left, move_supply
from services.choices import SupplyMove
from services.models import SupplyItem, SupplyMovement, SupplyStock
from stations.models import Station, User
from tests.conftest import World
from tests.office.test_my_station import as_, send, text_of
from tests.services.conftest import TODAY, _wednesday_noon, locked  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
SOON, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=200)


@pytest.fixture
def vials() -> SupplyItem:
    return SupplyItem.objects.create(code="vials", name="藿香正气水", name_en="Heatstroke remedy", low_at=3)


def move(  # a shorthand
    station: Station, item: SupplyItem, kind: SupplyMove, quantity: int, by: User, expires: date | None = None
) -> SupplyMovement:
    return move_supply(station=station, supply=Supply(item, kind, quantity, expires), day=TODAY, by=by)


def post(world: World, supply: SupplyItem, **fields: Any) -> Any:
    values: dict[str, Any] = {"item": supply.pk, "kind": "in", "quantity": "5", "client_key": str(uuid4())}
    return send(as_(world.keeper), world.station, "supply", **(values | fields))


def left(world: World) -> tuple[int, date | None]:
    stock = SupplyStock.objects.get(station=world.station)
    return stock.quantity, stock.expires_date


def test_what_came_in_is_given_out_and_what_expires_first_goes_first(world: World, vials: SupplyItem) -> None:
    post(world, vials, quantity="5", expires_date=LATER.isoformat())
    post(world, vials, quantity="2", expires_date=SOON.isoformat())
    assert left(world) == (7, SOON)
    post(world, vials, kind="out", quantity="2", expires_date="ignored where nothing comes in")
    assert left(world) == (5, LATER)
    post(world, vials, kind="discard", quantity="5")
    assert left(world) == (0, None)
    assert SupplyMovement.objects.count() == 4


def test_what_has_expired_is_not_given_out_and_what_is_still_good_is(world: World, vials: SupplyItem) -> None:
    """By hand, through the page and for a day that is over alike; what is left is thrown away."""
    gone = TODAY - timedelta(days=2)
    early = Supply(vials, SupplyMove.IN, 5, gone)
    move_supply(station=world.station, supply=early, day=gone, by=world.keeper)
    move(world.station, vials, SupplyMove.IN, 3, world.keeper, SOON)
    with pytest.raises(Refused, match="of 8 left only 3 are still good"):
        move(world.station, vials, SupplyMove.OUT, 4, world.keeper)
    post(world, vials, kind="out", quantity="4")
    assert left(world) == (8, gone)
    move(world.station, vials, SupplyMove.OUT, 2, world.keeper)
    assert left(world) == (6, gone)
    move_supply(station=world.station, supply=Supply(vials, SupplyMove.OUT, 4), day=gone, by=world.keeper)
    assert left(world) == (2, gone)
    move(world.station, vials, SupplyMove.DISCARD, 1, world.keeper)
    assert left(world) == (1, SOON)
    move(world.station, vials, SupplyMove.OUT, 1, world.keeper)
    assert left(world) == (0, None)


def test_the_page_names_what_expires_and_what_runs_low(world: World, vials: SupplyItem) -> None:
    page = f"/admin/my-station/{world.station.code}/"
    assert "Nothing is recorded yet" in text_of(as_(world.keeper).get(page))
    post(world, vials, quantity="3", expires_date=SOON.isoformat())
    text = text_of(as_(world.keeper).get(page))
    assert "Heatstroke remedy" in text
    assert "runs low" in text
    assert "expires 2026-12-08" in text
    SupplyStock.objects.update(expires_date=TODAY - timedelta(days=1), quantity=4)
    text = text_of(as_(world.keeper).get(page))
    assert "expired 2026-11-17" in text
    assert "runs low" not in text


def test_a_movement_sent_twice_moves_once(world: World, vials: SupplyItem) -> None:
    key = str(uuid4())
    for _twice in range(2):
        post(world, vials, client_key=key)
    assert left(world) == (5, None)


def test_no_more_goes_out_than_there_is(world: World, vials: SupplyItem) -> None:
    client = as_(world.keeper)
    for kind in ("out", "discard"):
        send(client, world.station, "supply", item=vials.pk, kind=kind, quantity="1", client_key=str(uuid4()))
    assert "only 0 left" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert not SupplyMovement.objects.exists()
    move(world.station, vials, SupplyMove.IN, 2, world.keeper)
    with pytest.raises(Refused):
        move(world.station, vials, SupplyMove.OUT, 3, world.officer)
    assert left(world) == (2, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": "0"},
        {"quantity": "-1"},
        {"quantity": "10001"},
        {"quantity": "few"},
        {"kind": "lost"},
        {"expires_date": "2026-11-17"},
        {"expires_date": "soon"},
        {"client_key": ""},
        {"client_key": "mine"},
    ],
)
def test_a_movement_that_cannot_be_is_refused(world: World, vials: SupplyItem, fields: dict[str, str]) -> None:
    assert post(world, vials, **fields).status_code == 302
    assert not SupplyMovement.objects.exists()


def test_what_is_not_in_the_catalogue_is_not_there(world: World, vials: SupplyItem) -> None:
    assert post(world, vials, item=vials.pk + 1).status_code == 404


def test_a_locked_day_takes_no_supplies(world: World, vials: SupplyItem, locked: str) -> None:  # noqa: F811  # the fixture
    client = as_(world.keeper)
    send(client, world.station, "supply", item=vials.pk, kind="in", quantity="1", client_key=str(uuid4()))
    text = text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert locked in text
    assert "Came in, given out" not in text
    assert not SupplyMovement.objects.exists()


def test_the_lists_show_what_expires_and_what_runs_low(world: World, vials: SupplyItem) -> None:
    move(world.station, vials, SupplyMove.IN, 3, world.keeper, SOON)
    move(world.sister, vials, SupplyMove.IN, 30, world.officer, LATER)
    client = as_(world.officer)
    for need in ("low", "expiring"):
        rows = client.get(f"/admin/services/supplystock/?need={need}").context["cl"].result_list
        assert [row.station for row in rows] == [world.station]
        rows = client.get(f"/admin/stations/station/?work=supplies-{need}").context["cl"].result_list
        assert list(rows) == [world.station]
    assert client.get("/admin/services/supplystock/").context["cl"].result_count == 2


MOVES = st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.none() | st.dates(SOON, LATER)))


@settings(max_examples=40)
@given(MOVES)
def test_what_is_left_is_what_came_in_less_what_went_out(moves: list[tuple[bool, int, date | None]]) -> None:
    movements, balance = [], 0
    for comes_in, quantity, expires in moves:
        if not comes_in and quantity > balance:
            continue
        balance += quantity if comes_in else -quantity
        kind = SupplyMove.IN if comes_in else SupplyMove.OUT
        movements.append(SupplyMovement(kind=kind, quantity=quantity, expires_date=expires if comes_in else None))
    lots = lots_left(movements)
    assert sum(lots.values()) == balance
    assert all(count > 0 for count in lots.values())
    assert settled_one_by_one(movements) == (balance, min((day for day in lots if day), default=None))
    assert set(lots) <= {movement.expires_date for movement in movements if movement.kind == SupplyMove.IN}


def settled_one_by_one(movements: list[SupplyMovement]) -> tuple[int, date | None]:
    """As the row of the stock remembers it, where only what expires is read again from the beginning."""
    quantity, expires = 0, None
    for number, movement in enumerate(movements, 1):
        before: dict[date | None, int] = {None: quantity} if quantity else {}
        lots = lots_left(movements[:number]) if expires else lots_left([movement], before)
        quantity, expires = sum(lots.values()), min((day for day in lots if day), default=None)
    return quantity, expires
