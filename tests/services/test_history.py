"""What counts has a history: who came, with whom, where, and what became of papers, journeys and deliveries."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partners.actions.partner_merging import merge_partners
from partners.actions.special import update_special
from partners.actions.terms import change_promise
from partners.models import SpecialStation
from services.actions.activities import change_activity, report_activity
from services.actions.activity_files import add_activity_file, remove_activity_file
from services.actions.attendance import check_in_to, count_attendance
from services.actions.deliveries import send_supply
from services.actions.journeys import Vehicle, add_journey, remove_journey, set_seats
from services.actions.supplies import Supply, move_supply
from services.choices import Method, SupplyMove, WorkerGroup
from services.models import Activity, ActivityFile, Attendance, Journey, JourneyStop, SupplyItem, SupplyTransfer
from stations.actions.merging import merge_stations
from stations.models import User
from tests.conftest import World
from tests.factories import make_activity, make_partner, make_photo, make_special, make_station
from tests.partners.agreeing import agree, promise_cups

YESTERDAY = timedelta(days=-1)


@pytest.fixture
def held(world: World) -> Activity:
    return make_activity(world.branch, world.station, starts_at=timezone.now() + YESTERDAY)


def trail(user: User, **asked: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get("/admin/changes/", asked).content.decode()


def lines(model: Any) -> list[Any]:
    return list(model.history.order_by("history_id"))


def test_partners_that_were_replaced_stand_in_the_history_and_in_the_search_over_it(world: World) -> None:
    red, blue = make_partner(name="红十字会"), make_partner(name="蓝天救援队")
    activity = make_activity(world.branch, world.station)
    change_activity(activity=activity, partners=[red], by=world.officer)
    change_activity(activity=activity, partners=[blue], by=world.officer)
    last = activity.history.latest()
    assert [row.partner for row in last.partners.all()] == [blue]
    assert last.history_user == world.officer
    first = activity.history.filter(historicalactivity_partners__partner=red).latest()
    assert [change.field for change in last.diff_against(first).changes] == ["partners"]
    text = trail(world.officer, what="services.activity")
    for words in ("红十字会", "<ins>蓝天救援队</ins>"):
        assert words in text


def test_who_came_is_known_from_each_report(world: World, held: Activity) -> None:
    couriers, cleaners = WorkerGroup.COURIER, WorkerGroup.SANITATION
    count_attendance(activity=held, counts={couriers: 5, cleaners: 2}, by=world.officer)
    report_activity(activity=held, counts={couriers: 9}, summary="好", by=world.officer)
    report_activity(activity=held, counts={couriers: 9}, summary="很好", by=world.officer)
    told = [(line.history_type, line.group, line.count, line.history_user) for line in lines(Attendance)]
    assert sorted(told[:2]) == [("+", "courier", 5, world.officer), ("+", "sanitation", 2, world.officer)]
    assert told[2:] == [("-", "sanitation", 2, world.officer), ("~", "courier", 9, world.officer)]
    assert Attendance.objects.get().count == 9
    assert "<ins>9</ins>" in trail(world.officer, what="services.attendance")


def test_who_checks_in_leaves_the_check_in_and_no_line(world: World, held: Activity) -> None:
    Activity.objects.update(ends_at=timezone.now())
    for device in ("one", "two"):
        check_in_to(activity=held, group=WorkerGroup.COURIER, device=device, at=timezone.now())
    row = Attendance.objects.get()
    assert (row.count, row.method, row.history.count()) == (2, Method.SCAN, 0)


def test_journeys_and_their_stops_are_remembered_when_they_are_gone(world: World) -> None:
    activity = make_activity(world.branch, world.station)
    at = activity.starts_at
    vehicle = Vehicle("临沂一号车", "济南", at, 40, [("临沂", at + timedelta(hours=3))])
    journey = add_journey(activity=activity, vehicle=vehicle, by=world.officer)
    set_seats(journey=journey, seats=50, by=world.officer)
    remove_journey(journey=journey, by=world.officer)
    assert [(line.history_type, line.seats) for line in lines(Journey)] == [("+", 40), ("~", 50), ("-", 50)]
    assert [(line.history_type, line.name) for line in lines(JourneyStop)] == [("+", "临沂"), ("-", "临沂")]
    assert {line.history_user for line in (*lines(Journey), *lines(JourneyStop))} == {world.officer}
    assert "临沂一号车" in trail(world.officer, what="services.journey")


def test_a_paper_that_was_removed_is_remembered(world: World, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    activity = make_activity(world.branch, world.station)
    upload = SimpleUploadedFile("发票.pdf", b"%PDF-1.7 invoice")
    file = add_activity_file(activity=activity, upload=upload, by=world.officer)
    remove_activity_file(file=file, by=world.officer)
    assert [(line.history_type, line.name) for line in lines(ActivityFile)] == [("+", "发票.pdf"), ("-", "发票.pdf")]
    assert "发票.pdf" in trail(world.officer, what="services.activityfile")
    assert "发票.pdf" not in trail(world.outsider, what="services.activityfile")


def test_a_delivery_is_remembered_from_its_sending_to_its_arrival(world: World) -> None:
    water = SupplyItem.objects.create(code="water", name="瓶装水", name_en="Bottled water", unit="瓶", unit_en="bottle")
    today, target = timezone.localdate(), make_station(operator=world.branch)
    move_supply(station=world.station, supply=Supply(water, SupplyMove.IN, 9), day=today, by=world.officer)
    supply = Supply(water, SupplyMove.SENT, 6)
    send_supply(origin=world.station, target=target, supply=supply, day=today, by=world.officer)
    told = [(line.history_type, line.state, line.arrived, line.history_user) for line in lines(SupplyTransfer)]
    assert told == [("+", "on_the_way", None, world.officer), ("~", "arrived", 6, world.officer)]
    assert "Bottled water" in trail(world.officer, what="services.supplytransfer")


def test_where_a_promise_is_to_be_kept_stands_in_its_history_also_when_stations_are_merged(world: World) -> None:
    agreement = agree(world.officer, world.branch)
    twin = make_station(operator=world.branch)
    promise = promise_cups(agreement, world.officer, stations=[world.station])
    names = ("what", "metric", "detail", "quantity", "period", "since", "until")
    terms: Any = {name: getattr(promise, name) for name in names}
    change_promise(obligation=promise, stations=[twin], by=world.officer, **terms)
    assert [row.station for row in promise.history.latest().stations.all()] == [twin]
    merge_stations(duplicate=twin, into=world.station, by=world.officer, reason="同一处")
    last = promise.history.latest()
    assert ([row.station for row in last.stations.all()], last.history_user) == ([world.station], world.officer)
    assert set(promise.stations.all()) == {world.station}


def test_which_photos_show_a_theme_stands_in_its_history(world: World) -> None:
    special, photo = make_special(world.station), make_photo(world.station)
    update_special(special=special, photos=[photo], by=world.officer)
    last = SpecialStation.history.latest()
    assert ([row.photo for row in last.photos.all()], last.history_user) == ([photo], world.officer)


def test_merged_partners_leave_a_line_with_each_activity(world: World) -> None:
    old, kept = make_partner(world.branch), make_partner(world.branch)
    activity = make_activity(world.branch, world.station)
    change_activity(activity=activity, partners=[old], by=world.officer)
    merge_partners(duplicate=old, into=kept, reason="同一家", by=world.officer)
    last = activity.history.latest()
    assert ([row.partner for row in last.partners.all()], last.history_change_reason) == ([kept], "同一家")
