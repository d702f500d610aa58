"""Supplies that are counted, sent to another station, and given out by the code of the day."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.deliveries import call_back_supply, receive_supply, send_supply
from services.actions.shares import forget_shares
from services.actions.supplies import Supply, move_supply, take_stock
from services.choices import SupplyMove, TransferState
from services.daily_codes import daily_code, read_code
from services.models import DailyShare, SupplyItem, SupplyMovement, SupplyStock, SupplyTransfer
from services.tasks import forget_shares as forget_shares_task
from stations.actions.merging import merge_stations
from stations.choices import StationStatus
from stations.models import Station, User
from tests.conftest import World
from tests.factories import make_keeper, make_partner, make_station
from tests.office.test_my_station import as_, send, text_of
from tests.services.conftest import TODAY, _wednesday_noon, locked  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=20)


@pytest.fixture
def water(world: World) -> SupplyItem:
    item = SupplyItem.objects.create(
        code="ice_water", name="冰水", name_en="Ice water", low_at=3, is_shown=True, is_once_a_day=True
    )
    for quantity, expires in ((5, SOON), (7, None)):
        supply = Supply(item, SupplyMove.IN, quantity, expires)
        move_supply(station=world.station, supply=supply, day=TODAY, by=world.keeper)
    return item


def after(user: User, station: Station, what: str, **fields: Any) -> str:
    """What the page says afterwards."""
    client = as_(user)
    send(client, station, what, **({"client_key": str(uuid4())} | fields))
    return text_of(client.get(f"/admin/my-station/{station.code}/"))


def left(station: Station) -> int:
    stock = SupplyStock.objects.filter(station=station).first()
    return stock.quantity if stock else 0


def lines(station: Station) -> list[tuple[str, int]]:
    return list(SupplyMovement.objects.filter(station=station).order_by("pk").values_list("kind", "quantity"))


def carry(world: World, water: SupplyItem, quantity: int = 6, target: Station | None = None) -> SupplyTransfer:
    supply = Supply(water, SupplyMove.SENT, quantity)
    return send_supply(
        origin=world.station, target=target or world.elsewhere, supply=supply, day=TODAY, by=world.keeper
    )


def test_a_count_records_the_difference_with_who_and_why(world: World, water: SupplyItem) -> None:
    assert "Say why" in after(world.keeper, world.station, "count_supply", item=water.pk, counted=10)
    after(world.keeper, world.station, "count_supply", item=water.pk, counted=10, why="两瓶破了")
    after(world.keeper, world.station, "count_supply", item=water.pk, counted=11, why="柜后还有一瓶")
    after(world.keeper, world.station, "count_supply", item=water.pk, counted=11)
    differences = SupplyMovement.objects.exclude(why="").order_by("pk")
    assert list(differences.values_list("kind", "quantity", "why", "by")) == [
        ("missing", 2, "两瓶破了", world.keeper.pk),
        ("found", 1, "柜后还有一瓶", world.keeper.pk),
    ]
    stock = SupplyStock.objects.get()
    assert (stock.quantity, stock.counted_by, stock.counted_at) == (11, world.keeper, timezone.now())


@pytest.mark.parametrize("counted", ["-1", "1000001", "many", ""])
def test_a_count_that_cannot_be_is_refused(world: World, water: SupplyItem, counted: str) -> None:
    after(world.keeper, world.station, "count_supply", item=water.pk, counted=counted, why="x")
    assert left(world.station) == 12


def test_who_records_at_both_moves_supplies_in_one_step(world: World, water: SupplyItem) -> None:
    after(world.officer, world.station, "send_supply", item=water.pk, quantity=6, to=world.sister.code.lower())
    assert (left(world.station), left(world.sister)) == (6, 6)
    assert lines(world.sister) == [("received", 5), ("received", 1)]
    assert lines(world.station)[-1] == ("sent", 6)
    transfer = SupplyTransfer.objects.get()
    assert (transfer.state, transfer.arrived, transfer.settled_by) == (TransferState.ARRIVED, 6, world.officer)
    assert SupplyStock.objects.get(station=world.sister).expires_date == SOON


def test_what_another_station_gets_is_on_the_way_until_they_have_it(world: World, water: SupplyItem) -> None:
    other = make_keeper(world.elsewhere, name="青岛站长")
    assert "on the way to" in after(
        world.keeper, world.station, "send_supply", item=water.pk, quantity=6, to=world.elsewhere.code
    )
    transfer = SupplyTransfer.objects.get()
    assert (left(world.station), left(world.elsewhere)) == (6, 0)
    rows = as_(world.outsider).get("/admin/stations/station/?work=supplies-coming").context["cl"].result_list
    assert list(rows) == [world.elsewhere]
    assert "Say why" in after(other, world.elsewhere, "receive_supply", transfer=transfer.pk, arrived=5)
    assert "5 received" in after(
        other, world.elsewhere, "receive_supply", transfer=transfer.pk, arrived=5, why="路上破了一瓶"
    )
    assert (left(world.station), left(world.elsewhere)) == (6, 5)
    transfer.refresh_from_db()
    assert (transfer.arrived, transfer.why, transfer.settled_by) == (5, "路上破了一瓶", other)
    assert "settled already" in after(other, world.elsewhere, "receive_supply", transfer=transfer.pk, arrived=5)
    with pytest.raises(StaleState):
        call_back_supply(transfer=transfer, day=TODAY, by=world.keeper)


def test_what_is_called_back_is_there_again_with_its_days_of_expiry(world: World, water: SupplyItem) -> None:
    transfer = carry(world, water)
    page = text_of(as_(world.keeper).get(f"/admin/my-station/{world.station.code}/"))
    assert "It is back" in page
    after(world.keeper, world.station, "call_back_supply", transfer=transfer.pk)
    stock = SupplyStock.objects.get(station=world.station)
    assert (stock.quantity, stock.expires_date) == (12, SOON)
    assert lines(world.station)[-2:] == [("received", 5), ("received", 1)]


@pytest.mark.parametrize(
    "fields", [{"to": "NOSUCH00"}, {"to": ""}, {"quantity": "13"}, {"quantity": "0"}, {"client_key": ""}]
)
def test_a_delivery_that_cannot_be_is_refused(world: World, water: SupplyItem, fields: dict[str, str]) -> None:
    values = {"item": water.pk, "quantity": "2", "to": world.sister.code}
    after(world.keeper, world.station, "send_supply", **(values | fields))
    assert not SupplyTransfer.objects.exists()
    assert left(world.station) == 12


def test_nothing_is_sent_to_oneself_to_a_closed_station_or_to_a_draft_of_others(
    world: World, water: SupplyItem
) -> None:
    with pytest.raises(Invalid):
        carry(world, water, target=world.station)
    with pytest.raises(Refused):
        carry(world, water, target=make_station("关", operator=world.branch, status=StationStatus.CLOSED))
    draft = make_station("稿", operator=world.other_bank, status=StationStatus.DRAFT)
    after(world.keeper, world.station, "send_supply", item=water.pk, quantity=2, to=draft.code)
    assert not SupplyTransfer.objects.exists()


def test_more_than_was_sent_does_not_arrive(world: World, water: SupplyItem) -> None:
    transfer = carry(world, water)
    with pytest.raises(Invalid):
        receive_supply(transfer=transfer, arrived=7, day=TODAY, by=world.admin)


def test_nothing_arrives_before_the_day_on_which_it_was_sent(world: World, water: SupplyItem) -> None:
    transfer = carry(world, water)
    with pytest.raises(Invalid, match="or later"):
        receive_supply(transfer=transfer, arrived=6, day=TODAY - timedelta(days=1), by=world.admin)


def test_only_those_of_the_station_write_there(world: World, water: SupplyItem) -> None:
    transfer = carry(world, water)
    forms: dict[str, dict[str, Any]] = {
        "count_supply": {"item": water.pk, "counted": 1, "why": "x"},
        "send_supply": {"item": water.pk, "quantity": 1, "to": world.sister.code},
        "call_back_supply": {"transfer": transfer.pk},
    }
    for what, fields in forms.items():
        fields["client_key"] = str(uuid4())
        assert send(as_(world.outsider), world.station, what, **fields).status_code == 404
        assert send(as_(world.official), world.station, what, **fields).status_code == 403
    assert send(as_(world.officer), world.station, "receive_supply", transfer=transfer.pk, arrived=1).status_code == 404
    assert left(world.station) == 6


def test_a_locked_day_takes_no_count_and_sends_nothing(
    world: World,
    water: SupplyItem,
    locked: str,  # noqa: F811  # the fixture
) -> None:
    for what, fields in (
        ("count_supply", {"item": water.pk, "counted": 1, "why": "x"}),
        ("send_supply", {"item": water.pk, "quantity": 1, "to": world.sister.code}),
    ):
        assert locked in after(world.keeper, world.station, what, **fields)
    assert left(world.station) == 12


def test_what_is_on_the_way_to_a_station_that_is_merged_arrives_at_the_one_that_stays(
    world: World, water: SupplyItem
) -> None:
    twin = make_station("历下驿站", operator=world.branch, supervisor=world.district_union, longitude=117.02009)
    other = make_station("别处", operator=world.other_bank)
    transfer = SupplyTransfer.objects.create(
        origin=other,
        target=twin,
        item=water,
        quantity=2,
        lots={"": 2},
        sent_by=world.outsider,
        sent_at=timezone.now(),
    )
    merge_stations(duplicate=twin, into=world.sister, by=world.officer, reason="Two plates on one door")
    transfer.refresh_from_db()
    assert transfer.target == world.sister


def test_a_code_gets_one_a_day_and_leaves_no_trace_of_anybody(world: World, water: SupplyItem) -> None:
    code, sent = daily_code("a phone", TODAY), {"item": water.pk, "kind": "out", "quantity": "1", "group": "courier"}
    assert "Given out 1" in after(world.keeper, world.station, "supply", **sent, code=code.lower().replace(" ", ""))
    assert "has had its one of today" in after(world.keeper, world.station, "supply", **sent, code=code)
    movement = SupplyMovement.objects.get(kind=SupplyMove.OUT)
    assert (movement.group, movement.is_by_code, left(world.station)) == ("courier", True, 11)
    share = DailyShare.objects.get()
    assert {field.name for field in DailyShare._meta.fields} == {"id", "date", "digest"}
    assert code.replace(" ", "") not in share.digest.upper()
    assert forget_shares(today=TODAY) == 0
    assert forget_shares(today=TODAY + timedelta(days=1)) == 1
    assert forget_shares_task() == 0
    assert not DailyShare.objects.exists()


def test_what_does_not_expire_is_settled_without_reading_what_went_before(world: World) -> None:
    cups = SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups")

    def moved(kind: SupplyMove, quantity: int, expires: date | None = None) -> tuple[int, date | None]:
        supply = Supply(cups, kind, quantity, expires)
        with CaptureQueriesContext(connection) as queries:
            move_supply(station=world.station, supply=supply, day=TODAY, by=world.keeper)
        read = [query for query in queries.captured_queries if query["sql"].startswith("SELECT")]
        replayed.append(any("services_supplymovement" in query["sql"] for query in read))
        return SupplyStock.objects.values_list("quantity", "expires_date").get(item=cups)

    replayed: list[bool] = []
    assert moved(SupplyMove.IN, 9) == (9, None)
    assert moved(SupplyMove.OUT, 4) == (5, None)
    assert moved(SupplyMove.IN, 3, SOON) == (8, SOON)
    assert moved(SupplyMove.OUT, 2) == (6, SOON)
    assert moved(SupplyMove.OUT, 2) == (4, None)
    assert moved(SupplyMove.OUT, 1) == (3, None)
    assert replayed == [False, False, False, True, True, False]


def test_a_scanned_code_opens_the_keepers_page_with_the_code_filled_in(world: World, water: SupplyItem) -> None:
    code, page = daily_code("a phone", TODAY).replace(" ", ""), f"/admin/my-station/{world.station.code}/"
    client = as_(world.keeper)
    filled = client.get(page, {"give": code}).text
    assert (f'value="{code}"' in filled, 'id="give" open' in filled) == (True, True)
    wrong = client.get(page, {"give": "ABCDEFGH"}).text
    assert ("not a code of today" in wrong, 'value="ABCDEFGH"' in wrong) == (True, False)
    assert 'id="give" open' not in client.get(page).text
    assert "give" in Client().get(page, {"give": code})["Location"]
    assert as_(world.outsider).get(page, {"give": code}).status_code == 404


@pytest.mark.parametrize("code", ["", "ABCD EFGH", "x", "K7Q2M3XDK7Q2", "１２３４５６７８"])
def test_a_code_that_nobody_was_given_gets_nothing(world: World, water: SupplyItem, code: str) -> None:
    after(world.keeper, world.station, "supply", item=water.pk, kind="out", quantity="1", code=code)
    assert left(world.station) == 12


def test_a_code_counts_for_one_piece_of_what_is_given_once_a_day_and_today_only(
    world: World, water: SupplyItem
) -> None:
    code = daily_code("a phone", TODAY)
    cups = SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups")
    yesterday = TODAY - timedelta(days=1)
    for item, quantity, day in ((water, 2, TODAY), (cups, 1, TODAY), (water, 1, yesterday)):
        with pytest.raises(Invalid):
            move_supply(
                station=world.station,
                supply=Supply(item, SupplyMove.OUT, quantity, code=code),
                day=day,
                by=world.keeper,
            )
    assert left(world.station) == 12
    assert read_code(code, yesterday) is None


def test_a_refused_piece_leaves_the_code_good(world: World, water: SupplyItem) -> None:
    take_stock(station=world.station, item=water, counted=0, day=TODAY, by=world.keeper, why="用完")
    supply = Supply(water, SupplyMove.OUT, 1, code=daily_code("a phone", TODAY))
    with pytest.raises(Refused):
        move_supply(station=world.station, supply=supply, day=TODAY, by=world.keeper)
    assert not DailyShare.objects.exists()


def test_the_figures_of_a_month_count_what_moved_by_item_group_and_code(world: World, water: SupplyItem) -> None:
    given: list[dict[str, Any]] = [{"code": daily_code("a phone", TODAY)}, {"group": "courier"}]
    for fields in given:
        send(
            as_(world.keeper),
            world.station,
            "supply",
            item=water.pk,
            kind="out",
            quantity="1",
            client_key=str(uuid4()),
            **fields,
        )
    found = as_(world.officer).get("/admin/figures/", {"of": "supplies"}).context["tables"]
    cells = {
        (table.key, cell.key): cell
        for table in found
        for line in table.lines
        if line.name in {"济南分行", "2026-11"}
        for cell in line.cells
    }
    expected = {
        ("units", "move_in"): "12",
        ("units", "move_out"): "2",
        ("units", "by_code"): "1",
        ("units", "code_share"): "50 %",
        ("items_in", "in_ice_water"): "12",
        ("items_out", "out_ice_water"): "2",
        ("groups", "group_courier"): "1",
        ("months", "move_in"): "12",
    }
    assert {key: cells[key].text for key in expected} == expected
    for key, rows in (("in_ice_water", 2), ("out_ice_water", 2)):
        url = next(cell.url for (_table, name), cell in cells.items() if name == key)
        assert len(as_(world.officer).get(url).context["cl"].result_list) == rows


def test_what_a_partner_gave_is_known_as_theirs(world: World, water: SupplyItem) -> None:
    donor = make_partner(world.bank, name="快递协会")
    fields: dict[str, Any] = {"item": water.pk, "kind": "in", "quantity": "4"}
    assert "快递协会" in after(world.keeper, world.station, "supply", **fields, donor=donor.pk)
    assert SupplyMovement.objects.get(donor=donor).quantity == 4
    stranger = make_partner(world.other_bank, is_public=False)
    key = str(uuid4())
    answer = send(as_(world.keeper), world.station, "supply", **fields, donor=stranger.pk, client_key=key)
    assert answer.status_code == 404
    supply = Supply(water, SupplyMove.OUT, 1, donor=donor)
    with pytest.raises(Invalid):
        move_supply(station=world.station, supply=supply, day=TODAY, by=world.keeper)
    client = as_(world.officer)
    found = client.get("/admin/figures/", {"of": "supplies"}).context["tables"]
    donors = next(table for table in found if table.key == "donors")
    cells = {cell.key: cell for line in donors.lines if line.name == "济南分行" for cell in line.cells}
    assert [cells[key].text for key in ("given", f"donor_{donor.code}")] == ["4", "4"]
    rows = client.get(cells[f"donor_{donor.code}"].url).context["cl"].result_list
    assert [row.donor for row in rows] == [donor]
    listed = "/admin/services/supplymovement/?donor="
    assert stranger.name not in client.get(listed + stranger.code).content.decode()


def test_out_of_its_season_nobody_is_told_that_something_runs_low(world: World, water: SupplyItem) -> None:
    take_stock(station=world.station, item=water, counted=1, day=TODAY, by=world.keeper, why="用了")
    for season, count in (("all_year", 1), ("winter", 1), ("summer", 0)):
        SupplyItem.objects.update(season=season)
        assert SupplyStock.objects.all().low(TODAY).count() == count
    page = text_of(as_(world.keeper).get(f"/admin/my-station/{world.station.code}/"))
    assert "runs low" not in page
