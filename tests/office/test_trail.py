"""What changed, in words and within one's scope, and the way back from a change."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.history import Traced, with_history
from harbor_portal.trail import search as search_module
from harbor_portal.trail import tables as tables_module
from harbor_portal.trail import views as views_module
from harbor_portal.trail.search import TooMuch, one_line
from harbor_portal.trail.tables import said_fields, tables
from partners.actions.agreements import sign_agreement
from partners.models import AgreementStation
from stations.actions.exceptions import add_exception, change_exception, remove_exception
from stations.actions.honours import add_honour, remove_honour
from stations.actions.merging import merge_stations
from stations.actions.stations import (
    AmenityState,
    close_station,
    publish_station,
    resume_station,
    set_amenities,
    suspend_station,
    update_station,
)
from stations.models import Amenity, FactCheck, MapChange, Station, User
from tests.conftest import World
from tests.factories import make_station
from tests.office.test_matrix import POLICY
from tests.partners.agreeing import draft
from tests.services.conftest import count_visits
from tests.services.telling import tell_story

PAGE = "/admin/changes/"


def as_(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def page(user: User, **asked: str) -> str:
    return as_(user).get(PAGE, asked).content.decode()


def back(user: User, row: Any, table: str = "stations.station") -> Any:
    line = row.history.order_by("-history_id").first()
    return as_(user).post(reverse("admin:take_change_back", args=[table, line.history_id]), follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_what_a_unit_writes_about_a_station_is_not_for_who_keeps_the_station(world: World) -> None:
    story = tell_story(world.officer, world.branch, world.station, title="一碗热汤", body="张阿姨每天都来。")
    agreement = draft(world.officer, world.branch, world.station, title="还没有签的协议")
    supervises = page(world.official)
    assert "张阿姨" not in supervises
    assert "一碗热汤" not in supervises
    assert "还没有签的协议" not in supervises
    assert all(line not in page(world.keeper) for line in ("张阿姨", "还没有签的协议"))
    own = page(world.officer)
    assert "张阿姨" in own
    assert str(AgreementStation._meta.verbose_name) in own
    sign_agreement(agreement=agreement, day=timezone.localdate(), by=world.officer)
    assert "还没有签的协议" in page(world.official)
    line = story.history.latest()
    assert one_line("services.story", line.history_id, world.official) is None
    assert one_line("services.story", line.history_id, world.officer) == line


def test_every_table_that_people_edit_has_a_history_that_says_from_where() -> None:
    edited = {model for model, verbs in POLICY.items() if set(verbs) & set("acd")}
    traced = set(with_history())
    assert edited <= traced
    assert all(issubclass(model.history.model, Traced) for model in traced), "say History, not HistoricalRecords"
    assert set(tables().values()) == traced
    assert all(said_fields(model) for model in traced)


def test_what_changed_stands_there_in_words_in_both_languages(world: World) -> None:
    update_station(by=world.officer, station=world.station, entry_mode="scan", phone="0531-1", reason="换了电话")
    english = page(world.officer, what="stations.station")
    for words in ("李专员", "Entry mode", "<del>Walk in</del>", "<ins>Scan a QR code</ins>", "0531-1", "换了电话"):
        assert words in english, words
    assert reverse("admin:stations_station_change", args=[world.station.pk]) in english
    assert "walk_in" not in english.partition("trail-list")[2]
    chinese = as_(world.officer, "zh-hans").get(PAGE).content.decode()
    assert "扫码" in chinese or "Scan a QR code" in chinese  # as far as the catalogue is compiled here


def test_one_asks_by_person_place_table_field_day_and_word(world: World) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1", reason="换了电话")
    update_station(by=world.admin, station=world.sister, seats=9)
    assert ("0531-1" in page(world.official), page(world.official).count("trail-entry") > 2) == (True, True)

    def found(**asked: str) -> tuple[bool, bool]:
        text = page(world.officer, **asked).partition("trail-list")[2]
        return "0531-1" in text, "<ins>9</ins>" in text

    assert found() == (True, True)
    assert found(person="李专") == (True, False)
    assert found(person="admin") == (False, True)
    assert found(place=world.station.code) == (True, False)
    assert found(place="泉城支行") == (False, True)
    assert found(what="stations.station:phone") == (True, False)
    assert found(what="stations.stationamenity") == (False, False)
    assert found(text="换了") == (True, False)
    assert found(first="2020-01-01", last="2020-01-31") == (False, False)
    assert found(first=timezone.localdate().isoformat()) == (True, True)
    assert "Nothing of this changed" in page(world.officer, text="没有")
    assert as_(world.officer).get(PAGE, {"what": "stations.secret"}).status_code == 400
    wrong: dict[str, str]
    for wrong in (
        {"before": "x"},
        {"before": "0001-01-01T00:00:00+14:00~stations.station~1"},
        {"last": "0001-01-01"},
        {"last": "9999-12-31"},
        {"first": "gestern"},
        {"person": "\0"},
    ):
        assert as_(world.officer).get(PAGE, wrong).status_code == 400
    assert as_(world.officer).get(PAGE, {"before": f"2030-01-01T00:00:00~stations.user~{10**30}"}).status_code == 200


def test_nobody_reads_what_lies_out_of_scope_and_keepers_read_their_own_rows(world: World) -> None:
    update_station(by=world.outsider, station=world.elsewhere, phone="0532-9")
    for person in (world.officer, world.official, world.auditor):
        assert "0532-9" not in page(person)
        assert "0532-9" not in page(person, place=world.elsewhere.code)
        assert back(person, world.elsewhere).status_code == 404
    assert "0532-9" in page(world.admin)
    refused = as_(world.keeper).get(PAGE)
    assert refused.status_code == 403
    assert "read by officers and officials" in refused.content.decode()
    assert Client().get(PAGE)["Location"].startswith("/admin/login/")
    world.elsewhere.refresh_from_db()
    assert world.elsewhere.phone == "0532-9"


def test_pages_follow_one_another_without_gap_or_double(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "PAGE", 4)
    monkeypatch.setattr(views_module, "PAGE", 4)
    for number in range(10):
        update_station(by=world.officer, station=world.station, seats=number + 1)
    client, address, seen = as_(world.officer), f"{PAGE}?what=stations.station:seats", []
    while address:
        context = client.get(address).context
        seen += [entry.line.history_id for entry in context["entries"]]
        address = context["older"] and PAGE + context["older"]
    lines = list(world.station.history.filter(history_type="~").order_by("-history_id").values_list("pk", flat=True))
    assert seen == lines[:10]
    text = page(world.officer, what="stations.station:seats")
    assert '<option value="stations.station:seats" selected>' in text


def test_many_lines_ask_as_little_as_few(world: World, django_assert_max_num_queries: Any) -> None:
    def change(count: int) -> None:
        for number in range(count):
            station = make_station(operator=world.branch)
            update_station(by=world.officer, station=station, seats=number + 1)
            count_visits(world.officer, station, day=timezone.localdate())
            add_exception(by=world.officer, owner=station, first=DAY, last=DAY, hours="off", reason="盘点")
            update_station(by=world.admin, station=station, seats=number + 100)

    change(2)
    client = as_(world.officer)
    client.get(PAGE)
    with django_assert_max_num_queries(65) as few:
        client.get(PAGE)
    change(9)
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)


DAY = date(2026, 12, 24)


def test_one_click_takes_a_change_back_and_that_is_a_change_itself(world: World) -> None:
    schedule = world.station.schedule
    update_station(by=world.admin, station=world.station, phone="0531-1", schedule=None, reason="看错了")
    MapChange.objects.all().delete()
    assert "Take back" in page(world.officer, what="stations.station:phone")
    assert "Taken back" in said(back(world.officer, world.station))
    world.station.refresh_from_db()
    assert (world.station.phone, world.station.schedule) == ("", schedule)
    line = world.station.history.latest()
    assert (line.history_user, line.history_change_reason[:17]) == (world.officer, "taken back: 管理员, ")
    assert MapChange.objects.filter(station=world.station).exists()
    back(world.officer, world.station)
    world.station.refresh_from_db()
    assert world.station.phone == "0531-1"


def test_what_was_changed_again_stays_and_who_did_it_is_said(world: World) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1", seats=4)
    first = world.station.history.latest()
    update_station(by=world.admin, station=world.station, phone="0531-2")
    sentence = "“phone” was changed again by 管理员"
    assert sentence in page(world.officer, what="stations.station:seats")
    answer = as_(world.officer).post(
        reverse("admin:take_change_back", args=["stations.station", first.history_id]), follow=True
    )
    assert sentence in said(answer)
    world.station.refresh_from_db()
    assert (world.station.phone, world.station.seats) == ("0531-2", 4)


@pytest.mark.parametrize("person", ["official", "auditor"])
def test_only_who_may_change_a_station_takes_its_changes_back(world: World, person: str) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1")
    reader = getattr(world, person)
    assert "Take back" not in page(reader, what="stations.station:phone")
    answer = back(reader, world.station)
    assert (answer.status_code, "Only officers may change stations" in answer.content.decode()) == (403, True)
    world.station.refresh_from_db()
    assert world.station.phone == "0531-1"


def test_the_ledger_is_not_taken_back_here(world: World) -> None:
    count_visits(world.keeper, world.station, day=timezone.localdate())
    day = world.station.days.get()
    answer = back(world.officer, day, "services.stationday")
    assert (answer.status_code, "not taken back here" in answer.content.decode()) == (403, True)
    assert as_(world.officer).post("/admin/changes/no.table/1/take-back/").status_code == 404
    assert as_(world.officer).get(f"{PAGE}stations.station/1/take-back/").status_code == 405


def test_the_life_of_a_station_goes_back_only_where_it_may(world: World) -> None:
    station, by = world.station, world.officer
    today = timezone.localdate()
    suspend_station(by=by, station=station, since=today, until=today + timedelta(days=9), reason="装修")
    back(by, station)
    station.refresh_from_db()
    assert (station.status, station.suspended_reason) == ("published", "")
    back(by, station)
    station.refresh_from_db()
    assert (station.status, station.suspended_reason, station.suspended_from) == ("suspended", "装修", today)
    resume_station(by=by, station=station)
    close_station(by=by, station=station, reason="撤站")
    assert "stays closed" in said(back(by, station))
    draft = make_station(operator=world.branch, status="draft")
    publish_station(by=by, station=draft)
    assert "a station can become" in said(back(by, draft))
    assert {*Station.objects.filter(pk__in=[station.pk, draft.pk]).values_list("status", flat=True)} == {
        "closed",
        "published",
    }


def test_equipment_goes_back_whether_changed_added_or_removed(world: World) -> None:
    station, by, water = world.station, world.officer, Amenity.objects.get(code="water")

    def set_to(state: AmenityState | None) -> Any:
        row = station.amenities.filter(amenity=water).first()
        set_amenities(by=by, station=station, amenities={water: state})
        return station.amenities.filter(amenity=water).first() or row

    def access() -> str:
        return "".join(station.amenities.filter(amenity=water).values_list("access", flat=True))

    row = set_to(AmenityState("ask_staff", {"note": "二楼"}))
    back(by, row, "stations.stationamenity")
    assert access() == "open"
    gone = set_to(None)
    line = type(gone).history.filter(station_id=station.pk, history_type="-").latest()
    address = reverse("admin:take_change_back", args=["stations.stationamenity", line.history_id])
    assert "Taken back" in said(as_(by).post(address, follow=True))
    assert access() == "open"
    assert "entered anew" in said(as_(by).post(address, follow=True))
    back(by, station.amenities.get(amenity=water), "stations.stationamenity")
    assert access() == ""


def take(user: User, row: Any, kind: str = "~") -> str:
    """Of a row the last line of this kind, taken back; what the page says then."""
    line = type(row).history.filter(id=row.pk, history_type=kind).latest()
    address = reverse("admin:take_change_back", args=[row._meta.label_lower, line.history_id])
    return said(as_(user).post(address, follow=True))


def test_what_others_changed_beside_it_stays_as_they_left_it(world: World) -> None:
    by, station, water = world.officer, world.station, Amenity.objects.get(code="water")

    def equip(**said_of_it: Any) -> Any:
        state = AmenityState(said_of_it.pop("access"), said_of_it)
        set_amenities(by=by, station=station, amenities={water: state})
        return station.amenities.get(amenity=water)

    row = equip(access="ask_staff")
    line = row.history.latest()
    broken = {"health": "out_of_order", "out_since": DAY}
    equip(access="ask_staff", **broken)
    address = reverse("admin:take_change_back", args=["stations.stationamenity", line.history_id])
    assert "Taken back" in said(as_(by).post(address, follow=True))
    row.refresh_from_db()
    assert (row.access, row.health, row.out_since) == ("open", "out_of_order", DAY)
    line = row.history.filter(health="out_of_order").earliest()
    equip(access="open", due_back=DAY)
    address = reverse("admin:take_change_back", args=["stations.stationamenity", line.history_id])
    assert "“due back” was changed again" in said(as_(by).post(address, follow=True)), "it says one thing with these"

    exception = add_exception(by=by, owner=station, first=DAY, last=DAY, hours="off", reason="盘点")
    usual: Any = {"first": DAY, "last": DAY, "hours": "off"}
    change_exception(by=by, exception=exception, **usual | {"hours": "09:00-12:00"}, reason="盘点")
    line = exception.history.latest()
    change_exception(by=by, exception=exception, **usual | {"hours": "09:00-12:00"}, reason="半天")
    as_(by).post(reverse("admin:take_change_back", args=["stations.hoursexception", line.history_id]))
    exception.refresh_from_db()
    assert (exception.hours, exception.reason) == ("off", "半天")


def test_a_suspension_that_is_over_does_not_begin_again_with_its_former_end(world: World) -> None:
    by, station, today = world.officer, world.station, timezone.localdate()
    suspend_station(by=by, station=station, since=today, until=today + timedelta(days=9), reason="")
    suspend_station(by=by, station=station, since=today, until=None, reason="")
    line = station.history.latest()
    resume_station(by=by, station=station)
    address = reverse("admin:take_change_back", args=["stations.station", line.history_id])
    assert "“status” was changed again" in said(as_(by).post(address, follow=True))
    station.refresh_from_db()
    assert station.status == "published"


def test_after_a_merge_a_change_is_taken_back_at_the_station_that_stays(world: World) -> None:
    by, old, new = world.officer, world.sister, world.station
    toilet = Amenity.objects.get(code="toilet")
    new.amenities.filter(amenity=toilet).delete()
    for state in (AmenityState("open"), AmenityState("ask_staff")):
        set_amenities(by=by, station=old, amenities={toilet: state})
    changed = old.amenities.get(amenity=toilet).history.latest()
    honour = add_honour(by=by, station=old, title="最美驿站", level="city", year=2025)
    remove_honour(by=by, honour=old.honours.get())
    update_station(by=by, station=old, phone="0531-1")
    line = old.history.latest()
    merge_stations(duplicate=old, into=new, reason="同一处", by=by, is_far_confirmed=True)
    assert take(by, honour, "-")[:10] == "Taken back"
    address = reverse("admin:take_change_back", args=["stations.stationamenity", changed.history_id])
    assert "Taken back" in said(as_(by).post(address, follow=True))
    assert new.amenities.get(amenity=toilet).access == "open"
    assert (new.honours.count(), old.honours.count(), old.amenities.count()) == (1, 0, 0)
    address = reverse("admin:take_change_back", args=["stations.station", line.history_id])
    assert "has been merged into" in said(as_(by).post(address, follow=True))


def test_taking_back_is_not_looking(world: World) -> None:
    by, station, water = world.officer, world.station, Amenity.objects.get(code="water")
    update_station(by=by, station=station, phone="0531-1")
    set_amenities(by=by, station=station, amenities={water: AmenityState("ask_staff")})
    FactCheck.objects.all().delete()
    assert "Taken back" in take(by, station)
    assert "Taken back" in take(by, station.amenities.get(amenity=water))
    assert not FactCheck.objects.exists()


def test_the_days_before_end_where_the_days_looked_through_began(world: World) -> None:
    page = as_(world.officer).get(PAGE, {"first": "2026-11-20", "last": "2026-11-20"})
    assert page.context["further"] == "?first=2026-11-19&last=2026-11-19"
    page = as_(world.officer).get(PAGE, {"first": "2026-11-11", "last": "2026-11-20"})
    assert page.context["further"] == "?first=2026-11-01&last=2026-11-10"


def test_exceptions_and_honours_go_back_too(world: World) -> None:
    by, station = world.officer, world.station
    exception = add_exception(by=by, owner=world.branch, first=DAY, last=DAY, hours="off", reason="盘点")
    change_exception(by=by, exception=exception, first=DAY, last=DAY, hours="09:00-12:00", reason="半天")
    back(by, exception, "stations.hoursexception")
    exception.refresh_from_db()
    assert (exception.hours, exception.history.latest().history_change_reason[:10]) == ("off", "taken back")
    line = exception.history.latest()
    remove_exception(by=by, exception=exception)
    gone = type(exception).history.filter(history_id__gt=line.history_id).get()
    as_(by).post(reverse("admin:take_change_back", args=["stations.hoursexception", gone.history_id]))
    anew = world.branch.exceptions.get()
    back(by, anew, "stations.hoursexception")
    assert not world.branch.exceptions.exists()
    honour = add_honour(by=by, station=station, title="最美驿站", level="city", year=2025)
    back(by, honour, "stations.honour")
    assert not station.honours.exists()
    gone = type(honour).history.filter(history_type="-").latest()
    as_(by).post(reverse("admin:take_change_back", args=["stations.honour", gone.history_id]))
    assert station.honours.get().title == "最美驿站"
    remove_honour(by=by, honour=station.honours.get())


@pytest.mark.parametrize("role", ["keeper", "officer", "official", "auditor", "admin"])
def test_no_page_changes_or_removes_a_line_of_history(world: World, role: str) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1")
    line = world.station.history.latest()
    client = as_(getattr(world, role))
    for address in (
        f"/admin/stations/station/{world.station.pk}/history/{line.pk}/",
        f"/admin/stations/historicalstation/{line.pk}/change/",
        f"/admin/stations/historicalstation/{line.pk}/delete/",
    ):
        client.post(address, {"phone": "", "post": "yes"})
    client.post(f"/admin/stations/station/{world.station.pk}/history/", {"action": "delete_selected"})
    assert world.station.history.get(pk=line.pk).phone == "0531-1"
    assert not [model for model in admin.site._registry if issubclass(model, Traced)]


def test_a_large_scope_is_asked_for_by_condition_and_a_small_one_by_its_keys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_station(by=world.officer, station=world.station, phone="0531-1")
    update_station(by=world.outsider, station=world.elsewhere, phone="0532-9")
    for few in (tables_module.FEW, 0):
        monkeypatch.setattr(tables_module, "FEW", few)
        for asked in ({}, {"person": "李专员"}, {"place": world.station.code}):
            text = page(world.officer, **asked)
            assert ("0531-1" in text, "0532-9" in text) == (True, False)


def test_a_question_that_takes_too_long_is_answered_with_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_asked: object) -> None:
        raise TooMuch

    monkeypatch.setattr("harbor_portal.trail.views.find", give_up)
    answer = as_(world.admin).get(PAGE, {"text": "站"})
    assert (answer.status_code, "This takes too long" in answer.content.decode()) == (400, True)


def test_only_catalogues_are_everybodys(world: World) -> None:
    """A new table whose lines name neither station nor unit says by `visible_to` whose they are, or stands here."""
    sight = tables_module.Sight(world.officer)
    assert {key for key, model in tables().items() if not sight.of(model)} == {
        "partners.programme",
        "partners.programmestage",
        "services.answersentence",
        "services.inspectionform",
        "services.inspectionitem",
        "services.supplyitem",
        "stations.amenity",
        "stations.calendarday",
    }
