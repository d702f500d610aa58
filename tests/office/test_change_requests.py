"""A keeper proposes facts, an officer answers fact by fact, and until then the public reads what stood there."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from stations.actions.change_requests import propose_changes
from stations.actions.stations import close_station, update_station
from stations.fact_values import shown, values_of
from stations.models import ChangeRequest, FactCheck, MapChange, ProposedFact, Station, StationAmenity
from tests.conftest import World
from tests.factories import make_amenity, make_keeper, make_station
from tests.office.desk import as_
from tests.pictures import picture_file

NEW_HOURS = {"opening_hours": "Mo-Su 07:00-21:00", "calendar_policy": "every_day"}


def page(station: Station, name: str) -> str:
    return reverse(f"admin:stations_station_{name}", args=[station.pk])


def form_of(client: Client, station: Station, **changes: str) -> dict[str, Any]:
    """What the browser sends: what the page showed, and what was changed."""
    form = client.get(page(station, "propose")).context["form"]
    shown_values = {field.html_name: field.value() for field in form if field.name != "photo"}
    return {name: "" if value is None else value for name, value in shown_values.items()} | changes


def send(client: Client, station: Station, **changes: Any) -> Any:
    return client.post(page(station, "propose"), form_of(client, station, **changes))


def propose(world: World, **proposed: Any) -> ChangeRequest:
    facts = {name.replace("amenity_", "amenity:"): value for name, value in proposed.items()}
    return propose_changes(station=world.station, proposed=facts, reason="搬迁", by=world.keeper)


def decide(client: Client, request: ChangeRequest, *, follow: bool = True, **posted: str) -> Any:
    """Post the page's form with these choices, named by fact: `phone="approve"`, `answer_phone="…"`."""
    station = Station.objects.get(pk=request.station_id)
    now = values_of(station)
    fields: dict[str, str] = {}
    for fact in request.facts.all():
        fields[f"seen-{fact.pk}"] = shown(fact.what, now.get(fact.what))
        key = fact.what.replace(":", "_")
        fields[f"decision-{fact.pk}"] = posted.pop(key, "")
        fields[f"answer-{fact.pk}"] = posted.pop(f"answer_{key}", "")
    address = reverse("admin:stations_changerequest_decide", args=[request.pk])
    return client.post(address, fields | posted, follow=follow)


def decisions(request: ChangeRequest) -> dict[str, str]:
    return dict(request.facts.values_list("what", "decision"))


def test_only_what_differs_is_proposed_and_nothing_changes_until_it_is_approved(world: World) -> None:
    make_amenity("wifi")
    before = values_of(world.station)
    client = as_(world.keeper)
    answer = send(
        client,
        world.station,
        **{"opening_hours": "每天7:00-21:00", "amenity:wifi": "ask_staff", "amenity:toilet": "", "reason": "新时间"},
    )
    assert answer.status_code == 302
    request = ChangeRequest.objects.get()
    assert (request.by, request.reason, request.settled_at) == (world.keeper, "新时间", None)
    assert {fact.what: (fact.before, fact.proposed) for fact in request.facts.all()} == {
        "hours": (before["hours"], {"opening_hours": "07:00-21:00", "calendar_policy": "finance"}),
        "amenity:wifi": (None, "ask_staff"),
        "amenity:toilet": ("open", None),
    }
    assert values_of(Station.objects.get(pk=world.station.pk)) == before
    assert not MapChange.objects.exists()


def test_an_officer_decides_each_fact_and_both_names_stand_in_the_history(world: World) -> None:
    make_amenity("wifi")
    request = propose(world, hours=NEW_HOURS, phone="0531-7654321", name="新名字", amenity_wifi="open")
    client = as_(world.officer)
    answer = decide(client, request, hours="approve", amenity_wifi="approve", name="refuse", answer_name="名字没变")
    assert "3 facts are decided." in answer.text
    assert decisions(request) == {
        "hours": "approved", "amenity:wifi": "approved", "name": "refused", "phone": "open",
    }  # fmt: skip
    station = Station.objects.get(pk=world.station.pk)
    assert station.schedule is not None
    assert (station.schedule.opening_hours, station.phone, station.name) == (
        "Mo-Su 07:00-21:00", "", world.station.name
    )  # fmt: skip
    assert StationAmenity.objects.get(station=station, amenity__code="wifi").access == "open"
    line = station.history.latest()
    assert (line.history_user, line.history_change_reason) == (world.officer, "Proposed by 王站长: 搬迁")
    assert set(FactCheck.objects.values_list("what", "by")) == {
        ("hours", world.officer.pk), ("amenity:wifi", world.officer.pk),
    }  # fmt: skip
    assert MapChange.objects.filter(station=station).exists()
    refused = request.facts.get(what="name")
    assert (refused.answer, refused.decided_by) == ("名字没变", world.officer)
    decide(client, request, rest="refuse", answer="打不通")
    request.refresh_from_db()
    assert request.settled_at is not None
    assert request.facts.get(what="phone").answer == "打不通"
    for address in (page(world.station, "facts"), reverse("admin:my_station", args=[world.station.code])):
        assert "名字没变" in as_(world.keeper).get(address).text


def test_the_rest_is_approved_in_one_go(world: World) -> None:
    place = {"longitude": 117.0301, "latitude": 36.6702}
    request = propose(world, place=place, address="济南市历下区新街2号", seats=12, area_m2="20.5", entry_mode="scan")
    decide(as_(world.officer), request, seats="refuse", answer_seats="只有八个", rest="approve")
    assert set(decisions(request).values()) == {"approved", "refused"}
    station = Station.objects.get(pk=world.station.pk)
    assert values_of(station) == values_of(world.station) | {
        "place": place, "address": "济南市历下区新街2号", "area_m2": "20.5", "entry_mode": "scan",
    }  # fmt: skip
    assert set(FactCheck.objects.values_list("what", flat=True)) == {"place", "entry"}


def test_what_was_changed_meanwhile_is_shown_three_times_and_never_overwritten_unseen(world: World) -> None:
    request = propose(world, phone="0531-1111111")
    client = as_(world.officer)
    fact = request.facts.get()
    unseen = {f"decision-{fact.pk}": "approve", f"seen-{fact.pk}": "not told"}
    update_station(by=world.officer, station=world.station, phone="0531-2222222")
    shown_page = client.get(reverse("admin:stations_changerequest_change", args=[request.pk])).text
    for words in ("Before", "0531-1111111", "0531-2222222", "Somebody changed this fact since it was proposed"):
        assert words in shown_page
    address = reverse("admin:stations_changerequest_decide", args=[request.pk])
    assert "it says “0531-2222222” now" in client.post(address, unseen, follow=True).text
    assert decisions(request) == {"phone": "open"}
    decide(client, request, phone="approve")
    assert Station.objects.get(pk=world.station.pk).phone == "0531-1111111"


def test_what_stands_there_already_counts_as_checked_when_it_is_approved(world: World) -> None:
    request = propose(world, phone="0531-1111111")
    update_station(by=world.officer, station=world.station, phone="0531-1111111")
    FactCheck.objects.all().delete()
    client = as_(world.officer)
    assert "stands there already" in client.get(f"/admin/stations/changerequest/{request.pk}/change/").text
    decide(client, request, phone="approve")
    assert list(FactCheck.objects.values_list("what", "by")) == [("phone", world.officer.pk)]


def test_a_second_proposal_of_the_same_fact_takes_the_place_of_the_first(world: World) -> None:
    first = propose(world, phone="0531-1111111", seats=9)
    client = as_(make_keeper(world.station, name="二站长"))
    assert "王站长 has proposed already" in client.get(page(world.station, "propose")).text
    send(client, world.station, phone="0531-2222222", reason="换号")
    assert decisions(first) == {"phone": "replaced", "seats": "open"}
    send(client, world.station, seats="7", reason="数错")
    first.refresh_from_db()
    assert first.settled_at is not None
    assert ProposedFact.objects.filter(decision="open").count() == 2


def test_a_keeper_withdraws_what_is_still_open(world: World) -> None:
    request = propose(world, phone="0531-1111111", seats=9)
    decide(as_(world.officer), request, seats="approve")
    withdraw = reverse("admin:stations_changerequest_withdraw", args=[request.pk])
    assert "is withdrawn" in as_(world.keeper).post(withdraw, follow=True).text
    assert decisions(request) == {"phone": "withdrawn", "seats": "approved"}
    assert "answered already" in as_(world.keeper).post(withdraw, follow=True).text
    assert "Somebody else has decided" in decide(as_(world.officer), request, phone="approve").text


IMPOSSIBLE = [
    ("opening_hours", "看情况", "看情况"),
    ("name", "", "This field is required"),
    ("reason", "", "This field is required"),
    ("longitude", "181", "go together"),
    ("latitude", "", "go together"),
    ("entry_mode", "window", "Select a valid choice"),
    ("amenity:water", "perhaps", "Select a valid choice"),
    ("seats", "-3", "greater than or equal to 0"),
]


def test_what_cannot_be_is_refused_beside_its_field(world: World) -> None:
    client = as_(world.keeper)
    for field, value, sentence in IMPOSSIBLE:
        answer = send(client, world.station, **{"reason": "错了", "phone": "1", field: value})
        assert answer.status_code == 400, field
        errors = answer.context["form"].errors["longitude" if field == "latitude" else field]
        assert sentence in " ".join(errors), field
    assert not ChangeRequest.objects.exists()


def test_a_proposal_without_a_difference_or_a_picture_that_is_none_is_refused(world: World) -> None:
    client = as_(world.keeper)
    assert "Nothing differs" in send(client, world.station, reason="没错").text
    broken = SimpleUploadedFile("door.jpg", b"no picture")
    assert "no picture that can be read" in send(client, world.station, reason="错", phone="1", photo=broken).text
    assert not ChangeRequest.objects.exists()


def test_a_photo_beside_a_proposal_is_for_staff_who_see_the_station(
    world: World, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert send(as_(world.keeper), world.station, reason="门牌", phone="1", photo=picture_file()).status_code == 302
    request = ChangeRequest.objects.get()
    address = reverse("admin:stations_changerequest_photo", args=[request.pk])
    assert as_(world.officer).get(address).content[8:12] == b"WEBP"
    assert as_(world.outsider).get(address).status_code == 404
    request.photo.delete()
    assert as_(world.officer).get(address).status_code == 404


def test_who_may_propose_and_who_may_answer(world: World) -> None:
    request = propose(world, phone="0531-1111111")
    fact = request.facts.get()
    propose_page, answer = page(world.station, "propose"), {f"decision-{fact.pk}": "approve"}
    decide_page = reverse("admin:stations_changerequest_decide", args=[request.pk])
    withdraw_page = reverse("admin:stations_changerequest_withdraw", args=[request.pk])
    for address in (propose_page, decide_page, withdraw_page):
        assert Client().post(address, answer)["Location"].startswith("/admin/login/")
        assert as_(world.outsider).post(address, answer).status_code == 404
        assert as_(world.auditor).post(address, answer).status_code == 403
    refusal = as_(world.officer).get(propose_page)
    assert refusal.status_code == 403
    assert "Officers change the facts" in refusal.text
    assert as_(world.keeper).post(decide_page, answer).status_code == 403
    assert as_(world.officer).post(withdraw_page).status_code == 403
    assert "李专员" in as_(world.keeper).get(f"/admin/stations/changerequest/{request.pk}/change/").text
    assert decisions(request) == {"phone": "open"}


def test_nothing_is_proposed_or_approved_of_a_closed_station(world: World) -> None:
    request = propose(world, phone="0531-1111111")
    close_station(by=world.officer, station=world.station, reason="搬走")
    refusal = as_(world.keeper).get(page(world.station, "propose"))
    assert refusal.status_code == 403
    assert "closed for good" in refusal.text
    assert "closed for good" in decide(as_(world.officer), request, phone="approve").text
    assert not ChangeRequest.objects.waiting().exists()
    decide(as_(world.officer), request, phone="refuse", answer_phone="已关闭")
    assert decisions(request) == {"phone": "refused"}


def test_a_refusal_says_why_and_a_choice_is_needed(world: World) -> None:
    request = propose(world, phone="0531-1111111")
    client = as_(world.officer)
    assert "Say why" in decide(client, request, phone="refuse").text
    assert "Choose at least one" in decide(client, request).text
    assert "At most 200" in decide(client, request, phone="refuse", answer_phone="长" * 201).text
    assert decisions(request) == {"phone": "open"}


def test_a_list_of_requests_asks_as_much_for_many_as_for_few(world: World) -> None:
    client = as_(world.officer)
    line: Any = {"operator": world.branch, "supervisor": world.district_union}

    def queries(count: int) -> int:
        for number in range(count):
            station = make_station(f"站{number}", **line)
            keeper = make_keeper(station)
            propose_changes(station=station, proposed={"phone": "1", "seats": 3}, reason="新", by=keeper)
        with CaptureQueriesContext(connection) as counted:
            client.get("/admin/stations/changerequest/")
        return len(counted)

    few = queries(2)
    assert queries(20) == few
