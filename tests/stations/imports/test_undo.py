"""What a list did can be taken back, all of it, until something later depends on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from harbor_portal.lib.errors import StaleState
from harbor_portal.lib.months import Month
from partners.models import Plate
from reports.rollups.adding_up import roll_up
from stations.actions import uploads
from stations.actions.stations import update_station
from stations.actions.uploads import ask_to_enter, ask_to_undo, keep_upload, work_on
from stations.choices import Health, UploadState
from stations.imports.of_stations import STATIONS
from stations.models import (
    FactCheck,
    Freshness,
    Keeper,
    MapChange,
    Posting,
    Station,
    StationAmenity,
    Unit,
    Upload,
    User,
)
from stations.policies import SPAN_LOCKS
from stations.publishing.publisher import publish_everything
from tests.conftest import World
from tests.factories import check, make_keeper, make_plate, make_unit
from tests.services.conftest import count_visits
from tests.stations.imports.lists import NAME, ROW, csv_list

pytestmark = pytest.mark.usefixtures("city", "catalogue")

NEW = ROW | {
    "运营单位": "中国建设银行/济南分行/新支行",
    "设施": "饮水机",
    "挂牌": "工会驿站:1",
    "启用日期": "2020-01-01",
}
MODELS: list[type[Model]] = [Station, Posting, StationAmenity, Plate, Unit]


def entered(by: User, *rows: dict[str, Any]) -> Upload:
    upload = keep_upload(by=by, kind=STATIONS, name="list.csv", data=csv_list(*rows))
    work_on(upload.pk)
    ask_to_enter(by=by, upload=upload)
    assert work_on(upload.pk) == UploadState.ENTERED
    upload.refresh_from_db()
    return upload


def undo(by: User, upload: Upload) -> Upload:
    ask_to_undo(by=by, upload=upload)
    work_on(upload.pk)
    upload.refresh_from_db()
    return upload


def everything() -> list[list[dict[str, Any]]]:
    rows = [list(model._base_manager.order_by("pk").values()) for model in MODELS]
    for row in rows[0]:
        row.pop("updated_at")
    return rows


def changing(world: World) -> dict[str, Any]:
    """A row that changes everything of a station that is there, and moves it to a unit that is new."""
    make_plate(world.station)
    return NEW | {
        "站点编码": world.station.code, "站点名称": "改名", "地址": "新址", "设施": "饮水机(附近)、空调",
        "挂牌": "劳动者港湾:7、工会驿站:1", "开放时间": "24小时", "状态": "暂停", "暂停原因": "装修", "座位数": "9",
    }  # fmt: skip


def test_everything_that_a_list_did_is_taken_back(world: World) -> None:
    change = changing(world)
    Posting.objects.filter(station=world.sister).update(since=timezone.localdate())
    before = everything()
    moved = {"站点编码": world.sister.code, "站点名称": "乙", "地址": "丙", "运营单位": NEW["运营单位"]}
    upload = entered(world.officer, change, NEW, moved)
    assert everything() != before
    made = Station.objects.get(name=NAME)
    roll_up(Month.of(timezone.localdate()))
    publish_everything()
    MapChange.objects.all().delete()
    assert undo(world.officer, upload).state == UploadState.UNDONE
    assert everything() == before
    line = Station.history.filter(id=made.pk).latest("history_id")
    assert (line.history_type, line.history_user, line.history_change_reason) == (
        "-", world.officer, f"Import of list.csv taken back [{upload.pk.hex[:8]}]"
    )  # fmt: skip
    assert world.station.history.latest("history_id").history_change_reason == line.history_change_reason
    assert MapChange.objects.filter(station=None).exists()


def test_a_list_that_only_changed_is_taken_back_and_its_stations_published_anew(world: World) -> None:
    row = {"站点编码": world.station.code, "站点名称": "改名", "地址": "新址"}
    upload = entered(world.officer, row)
    MapChange.objects.all().delete()
    undo(world.officer, upload)
    world.station.refresh_from_db()
    assert world.station.name == "济西支行劳动者港湾"
    assert list(MapChange.objects.values_list("station", flat=True)) == [world.station.pk]


def test_the_checks_of_a_list_go_with_it_and_those_before_it_stay(world: World) -> None:
    check(world.station, timezone.now() - timedelta(7))
    before = list(FactCheck.objects.order_by("pk").values())
    was = Freshness.objects.get(station=world.station)
    changes = {"站点编码": world.station.code, "电话": "0531-1", "开放时间": "24小时", "设施": "卫生间(询问工作人员)"}
    upload = entered(world.officer, ROW | changes)
    told = FactCheck.objects.filter(station=world.station, at__gt=was.checked_at, by=world.officer)
    assert sorted(told.values_list("what", flat=True)) == ["amenity:toilet", "hours", "phone", "place"]
    undo(world.officer, upload)
    assert list(FactCheck.objects.order_by("pk").values()) == before
    assert Freshness.objects.get(station=world.station).due_date == was.due_date


def test_a_station_without_history_is_taken_back_to_what_it_was(world: World) -> None:
    Station.history.all().delete()
    upload = entered(world.officer, {"站点编码": world.station.code, "站点名称": "改名", "地址": "新址"})
    assert undo(world.officer, upload).state == UploadState.UNDONE
    assert Station.objects.get(pk=world.station.pk).name == "济西支行劳动者港湾"


def _unit() -> Unit:
    unit: Unit = Unit.objects.get(name="新支行")
    return unit


LATER: dict[str, tuple[Callable[[World, Station], object], str]] = {
    "a change": (
        lambda world, _new: update_station(by=world.officer, station=_again(world.station), seats=4),
        "station “改名” was changed since by 李专员.",
    ),
    "a visit": (
        lambda world, new: count_visits(world.admin, new, 3, day=timezone.localdate()),
        "has station days now.",
    ),
    "a keeper": (lambda _world, new: make_keeper(new), f"“{NAME}” has keepers now."),
    "a unit below": (lambda _world, _new: make_unit("柜台", _unit()), "“柜台” was put below it."),
    "a station of its unit": (
        lambda world, _new: Posting.objects.filter(station=world.sister).update(operator=_unit()),
        "“新支行” has postings now.",
    ),
}


def _again(station: Station) -> Station:
    station.refresh_from_db()
    return station


@pytest.mark.parametrize("name", LATER)
def test_what_something_depends_on_stays_and_the_reason_is_said(world: World, name: str) -> None:
    later, sentence = LATER[name]
    upload = entered(world.officer, changing(world), NEW)
    later(world, Station.objects.get(name=NAME))
    after = everything()
    assert undo(world.officer, upload).state == UploadState.ENTERED
    assert "other things depend on it" in upload.failure
    assert sentence in upload.failure
    assert everything() == after


def test_a_month_that_counted_the_moved_station_keeps_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = entered(world.officer, changing(world))
    asked: list[tuple[Any, ...]] = []

    def lock(*span: Any) -> str:
        asked.append(span)
        return "Locked by the report."

    monkeypatch.setattr("stations.policies.SPAN_LOCKS", [*SPAN_LOCKS, lock])
    assert undo(world.officer, upload).failure == "Locked by the report."
    assert Station.objects.get(pk=world.station.pk).name == "改名"
    assert asked


def test_broken_equipment_reported_since_keeps_the_list(world: World) -> None:
    upload = entered(world.officer, NEW)
    row = StationAmenity.objects.get(station__name=NAME)
    row.health = Health.OUT_OF_ORDER
    row.save()
    assert "was changed since" in undo(world.officer, upload).failure


def test_taking_back_is_asked_for_once_and_by_whom_it_concerns(world: World) -> None:
    upload = entered(world.officer, NEW)
    with pytest.raises(StaleState):
        ask_to_undo(by=world.outsider, upload=upload)
    ask_to_undo(by=world.admin, upload=upload)
    with pytest.raises(StaleState):
        ask_to_undo(by=world.officer, upload=upload)
    work_on(upload.pk)
    assert Station.history.latest("history_id").history_user == world.admin


def test_the_page_takes_back_and_says_so(client: Client, world: World) -> None:
    upload = entered(world.officer, NEW)
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    address = f"/admin/imports/{upload.pk}/"
    assert "Take all of it back" in client.get(address).content.decode()
    keeper = make_keeper(Station.objects.get(name=NAME))
    refused = client.post(f"{address}undo/", follow=True).content.decode()
    assert "has keepers now" in refused
    Keeper.objects.filter(user=keeper).delete()
    text = client.post(f"{address}undo/", follow=True).content.decode()
    assert "Everything that this list did was taken back." in text
    assert "Taken back at" in text
    assert "Somebody was quicker" in client.post(f"{address}undo/", follow=True).content.decode()


def test_only_who_entered_it_takes_it_back(client: Client, world: World) -> None:
    upload = entered(world.officer, NEW)
    address = f"/admin/imports/{upload.pk}/undo/"
    assert client.post(address).status_code == 302
    for person, status in ((world.outsider, 404), (world.keeper, 404), (world.auditor, 404)):
        client.force_login(person)
        assert client.post(address).status_code == status
    world.officer.memberships.all().delete()
    Keeper.objects.create(user=world.officer, station=world.station)
    client.force_login(world.officer)
    assert client.post(address).status_code == 403
    assert client.get(address).status_code == 405
    upload.refresh_from_db()
    assert upload.state == UploadState.ENTERED


def test_a_list_that_could_not_be_taken_back_stays_entered_and_can_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = entered(world.officer, NEW)
    with monkeypatch.context() as failing:
        failing.setattr(uploads, "Undoing", lambda *_args: 1 // 0)
        undo(world.officer, upload)
    assert (upload.state, upload.failure != "") == (UploadState.ENTERED, True)
    assert Station.objects.filter(name=NAME).exists()
    assert undo(world.officer, upload).state == UploadState.UNDONE
