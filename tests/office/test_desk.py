"""The first page of the back office: what waits for whom, with every number a link to exactly the rows it counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from harbor_portal.desk.page import Desk
from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import Month
from harbor_portal.lib.remember import forget_everything
from reports.models import MonthReport, RollupRun, StationMonth
from services.actions.desk import write_note
from services.actions.findings import mend_finding
from services.actions.stories import submit_story
from services.actions.supplies import Supply, move_supply
from services.admin.ledger import StationDayAdmin
from services.choices import FeedbackKind, SupplyMove
from services.models import Feedback, Finding, SupplyItem
from stations.actions.change_requests import propose_changes
from stations.actions.checks import confirm_stations
from stations.choices import Access, CalendarPolicy, Health, Role
from stations.models import (
    FactCheck,
    Freshness,
    MapChange,
    PossibleDuplicate,
    Posting,
    Station,
    StationAmenity,
    Unit,
    Upload,
    User,
)
from tests.conftest import World
from tests.factories import make_amenity, make_honour, make_keeper, make_member, make_schedule, make_station, make_unit
from tests.office.desk import NOON, ROLES, TODAY, as_, desk, figures, shown
from tests.partners.agreeing import agree, promise_cups
from tests.reports.builders import make_anomaly, record
from tests.services.feedback import tell
from tests.services.inspecting import begin, find_fault
from tests.services.telling import tell_story
from tests.services.wishing import nominate

DIGEST = "0" * 64


@pytest.fixture(autouse=True)
def _wednesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def busy(world: World, settings: Settings, tmp_path: Any) -> World:
    """A bit of everything that waits, in and out of everybody's scope."""
    settings.PUBLISH_ROOT = tmp_path
    for operator, supervisor in [(world.branch, world.district_union), (world.other_bank, None)]:
        line: Any = {"operator": operator, "supervisor": supervisor}
        for days in (3, 30):
            until = TODAY + timedelta(days)
            make_station("停", status="suspended", suspended_from=TODAY, suspended_until=until, **line)
        make_station("草稿", status="draft", **line)
        nominate(world.admin, operator, needed_by=TODAY + timedelta(2))
        submit_story(story=tell_story(world.admin, operator, shows_person=False), by=world.admin)
        make_station("无位置", status="draft", longitude=None, latitude=None, **line)
        make_station("新查", checked_at=timezone.now(), **line)
        make_station("旧查", checked_at=timezone.now() - timedelta(200), **line)
        mobile = make_station("流动", host_kind="mobile", checked_at=timezone.now() - timedelta(40), **line)
        make_honour(mobile, expires_date=TODAY + timedelta(20))
        make_honour(mobile, title="先进", expires_date=TODAY + timedelta(30))
        opened = make_station("开着", schedule=make_schedule("24/7", CalendarPolicy.EVERY_DAY), **line)
        record(opened, TODAY, "tally")
    vials = SupplyItem.objects.create(code="vials", name="藿香正气水", name_en="Remedy")
    cups = SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups", low_at=5)
    for station in (world.station, world.elsewhere):
        break_down(station, "wifi", due_back=TODAY - timedelta(1))
        break_down(station, "microwave", due_back=TODAY)
        record(station, TODAY - timedelta(1))
        record(station, TODAY - timedelta(2), "tally")
        record(station, TODAY - timedelta(3), nil=True)
        record(station, TODAY - timedelta(9))
        write_note(station=station, text="缺纸杯", by=world.admin)
        for supply in (Supply(vials, SupplyMove.IN, 30, TODAY + timedelta(20)), Supply(cups, SupplyMove.IN, 30)):
            move_supply(station=station, supply=supply, day=TODAY, by=world.admin)
        for kind in (FeedbackKind.ARRIVED_BUT_CLOSED, FeedbackKind.IDEA, FeedbackKind.REFUSED):
            tell(station, kind)
    move_supply(station=world.station, supply=Supply(cups, SupplyMove.OUT, 26), day=TODAY, by=world.admin)
    propose_changes(station=world.station, proposed={"phone": "1"}, reason="换号", by=world.keeper)
    due = {FeedbackKind.IDEA: TODAY, FeedbackKind.REFUSED: TODAY - timedelta(1)}
    for kind, day in due.items():
        Feedback.objects.filter(kind=kind).update(due_date=day)
    for by, station in ((world.officer, world.station), (world.outsider, world.elsewhere)):
        inspect_busily(by, station)
        unit = by.memberships.get().unit
        promise_cups(agree(by, unit), by, until=None)
    hand_in_some(world)
    RollupRun.objects.create(month=date(2026, 11, 1), started_at=timezone.now())
    call_command("publish_map")
    return world


def inspect_busily(by: User, station: Station) -> None:
    """A draft, and three findings: one to mend, one overdue and laid before the unit, one to be looked at again."""
    late, mended, _fresh = (find_fault(by, station) for _number in range(3))
    up = {"escalated_to": by.memberships.get().unit, "escalated_at": timezone.now()}
    Finding.objects.filter(pk=late.pk).update(due_date=TODAY - timedelta(1), **up)
    Feedback.objects.filter(station=station, kind=FeedbackKind.REFUSED).update(**up)
    mend_finding(finding=mended, text="修好", by=by)
    begin(by, station)


def break_down(station: Station, code: str, **fields: Any) -> None:
    StationAmenity.objects.create(
        station=station,
        amenity=make_amenity(code),
        access=Access.OPEN,
        health=Health.OUT_OF_ORDER,
        out_since=date(2026, 11, 1),
        **fields,
    )


def hand_in_some(world: World) -> None:
    for station in (world.station, world.elsewhere):
        make_anomaly(station)
    for unit in (world.branch, world.district_union, world.other_bank):
        hand_in(unit, Month(2026, 9), "submitted")
        hand_in(unit, Month(2026, 8), "approved")
        hand_in(unit, Month(2026, 7), "draft", returned_reason="缺")


def hand_in(unit: Unit, month: Month, state: str, **fields: Any) -> None:
    MonthReport.objects.create(unit=unit, month=month.first, state=state, digest=DIGEST, **fields)


@pytest.mark.parametrize("role", ROLES)
def test_every_number_is_a_link_to_exactly_as_many_rows(busy: World, role: str) -> None:
    client = as_(getattr(busy, role))
    page: Desk = client.get("/admin/").context["desk"]
    for figure in page.work:
        assert shown(client, figure.url) == figure.count, figure.url
    assert shown(client, page.overview.on_map_url) == page.overview.on_map > 0
    assert shown(client, page.overview.open_now_url) == page.overview.open_now
    for line in page.units:
        assert shown(client, line.stations_url) == line.on_map, line.unit
        assert shown(client, line.unrecorded_url) == line.unrecorded, line.unit


def test_days_without_a_record_are_listed_to_the_end_however_long_the_ledger(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StationDayAdmin, "list_per_page", 1)
    for back in (1, 2, 3):
        record(world.station, TODAY - timedelta(back))
    client = as_(world.officer)
    assert shown(client, "/admin/services/stationday/?record=missing") == figures(world.officer)["record=missing"] == 3
    assert shown(client, "/admin/services/stationday/") == 1


def test_an_officer_sees_the_days_work_of_the_stations_in_scope(busy: World) -> None:
    assert figures(busy.officer) == {
        "work=unopened": 5,
        "work=unrecorded": 4,
        "work=notes": 1,
        "work=unchecked": 5,
        "work=broken": 1,
        "work=repair-overdue": 1,
        "work=supplies-expiring": 1,
        "work=supplies-low": 1,
        "work=supplies-coming": 0,
        "work=suspension-ends": 1,
        "work=honour-expires": 1,
        "work=to-be-placed": 1,
        "work=drafts": 2,
        "record=missing": 1,
        "/admin/services/feedback/": 3,
        "due=today": 1,
        "due=overdue": 1,
        "state=waiting": PossibleDuplicate.objects.visible_to(busy.officer).waiting().count(),
        "finding?state=open": 2,
        "finding?due=overdue": 1,
        "finding?state=mended": 1,
        "finding?escalated=us": 1,
        "escalated=us": 1,
        "state=mine": 1,
        "work=soon": 0,
        "work=report": 0,
        "/admin/stations/changerequest/": 1,
        "work=check": 1,
        "work=returned": 0,
        "work=offered": 0,
        "work=urgent": 1,
        "work=confirm": 0,
        "state=to-review": 1,
        "/admin/reports/anomaly/": 1,
        "state=expiring": 1,
        "pace=behind": 1,
        "stage=behind": 0,
        "month=2026-10&only=missing": 0,
        "standing=behind": 0,
        "work=freeze": 0,
        "work=honour": 0,
        "work=falling": 0,
        "work=lowered": 0,
        "work=objections": 0,
        "state=to-decide": 0,
        "link=dead": 0,
        "work=decide": 0,
        "work=pay": 0,
        "work=account": 0,
        "report=2026-10": 1,
        "waiting=judge": 0,
        "waiting=seal": 0,
        "waiting=returned": 1,
    }


def test_a_keeper_sees_the_stations_kept_with_what_is_broken_and_what_expires(busy: World) -> None:
    assert figures(busy.keeper) == {
        "month=2026-10&only=missing": 0,
        "record=missing": 1,
        "finding?state=open": 2,
        "finding?due=overdue": 1,
        "state=mine": 0,
        "work=soon": 0,
        "work=report": 0,
        "work=unchecked": 1,
        "work=broken": 1,
        "work=repair-overdue": 1,
        "work=supplies-expiring": 1,
        "work=supplies-low": 1,
        "work=supplies-coming": 0,
        "work=honour-expires": 0,
    }
    text = as_(busy.keeper).get("/admin/").content.decode()
    assert f"/admin/my-station/{busy.station.code}/" in text
    assert "Wifi" in text.split("overview-title")[0]


def test_an_official_sees_the_months_that_wait_for_the_union(busy: World) -> None:
    chair = make_member(busy.union, Role.REVIEWER)
    none = {"work=check": 0, "state=to-review": 0, "/admin/reports/anomaly/": 1, "work=decide": 0, "work=pay": 0}
    none |= {"month=2026-10&only=missing": 0, "state=expiring": 1, "pace=behind": 1}
    none |= {
        "work=soon": 0,
        "work=report": 0,
        "standing=behind": 0,
        "work=freeze": 0,
        "work=honour": 0,
        "work=objections": 0,
        "state=to-decide": 0,
    }
    months = {"report=2026-10": 2, "waiting=judge": 1, "waiting=seal": 1, "waiting=returned": 1}
    assert figures(chair) == none | months
    assert figures(busy.official) == none | months | {"report=2026-10": 1, "waiting=judge": 0, "waiting=seal": 0}
    MonthReport.objects.update(submitted_by=chair)
    assert figures(chair) == none | months | {"waiting=judge": 0, "waiting=seal": 0}


def test_a_unit_owes_a_month_in_which_it_had_a_station_until_it_hands_it_in(busy: World) -> None:
    last = Month.of(TODAY).plus(-1)
    MonthReport.objects.all().delete()
    chair = make_member(busy.union, Role.REVIEWER)
    assert figures(chair)["report=2026-10"] == shown(as_(chair), "/admin/stations/unit/?report=2026-10") == 2
    MonthReport.objects.create(unit=busy.district_union, month=last.first, state="submitted", digest=DIGEST)
    assert figures(chair)["report=2026-10"] == 1
    Posting.objects.update(since=TODAY)
    assert figures(chair)["report=2026-10"] == 0


def test_months_that_nobody_handed_in_stay_on_the_desk_the_oldest_first(busy: World) -> None:
    last = Month.of(TODAY).plus(-1)
    MonthReport.objects.all().delete()
    Posting.objects.update(since=last.plus(-11).first)
    for back in (4, 2, 13):
        RollupRun.objects.create(month=last.plus(-back).first, state="done", started_at=NOON, is_full=True)
    MonthReport.objects.create(unit=busy.branch, month=last.plus(-2).first, state="submitted", digest=DIGEST)
    june = last.plus(-4)
    days = {"first_day": june.first, "last_day": june.last, "through": june.last, "days_expected": 9, "days_missing": 9}
    StationMonth.objects.create(posting=busy.station.postings.get(), month=june.first, **days)
    found = figures(busy.officer)
    owing = [key for key in found if key.startswith("report=")]
    assert owing == ["report=2026-06", "report=2026-10"], "no figures are known of the others"
    assert found["report=2026-06"] == shown(as_(busy.officer), "/admin/stations/unit/?report=2026-06") == 1
    assert shown(as_(busy.officer), "/admin/stations/unit/?report=2026-05") > 0, "which is no choice"
    assert (found["month=2026-06&only=missing"], figures(busy.keeper)["month=2026-06&only=missing"]) == (1, 1)
    MonthReport.objects.create(unit=busy.branch, month=last.plus(-4).first, state="submitted", digest=DIGEST)
    for person in (busy.officer, busy.keeper):
        assert not {"report=2026-06", "month=2026-06&only=missing"} & set(figures(person))


def test_an_auditor_reads_how_things_stand_and_is_given_no_work(busy: World) -> None:
    page = desk(busy.auditor)
    assert (page.work, page.uploads) == ([], [])
    assert [line.unit.code for line in page.units] == ["CCB", "CCB-JN"]


def test_the_administrator_reads_999_plus_of_the_country_and_which_roll_ups_run(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harbor_portal.desk.figure.COUNTED_UP_TO", 2)
    page = desk(busy.admin)
    assert {figure.shown for figure in page.work if "unopened" in figure.url} == {"2+"}
    (running,) = [figure.count for figure in page.work if "rolluprun" in figure.url]
    assert running == RollupRun.objects.filter(state="started").count() == 1
    assert page.units == []


def test_each_unit_has_its_own_records_and_a_station_of_two_lines_counts_once_for_each(busy: World) -> None:
    own, below = desk(make_member(busy.bank, Role.REVIEWER)).units
    assert (own.on_map, own.unrecorded, own.share, own.is_own) == (6, 4, 33, True)
    assert (below.on_map, below.unrecorded, below.is_own) == (6, 4, False)
    make_station(operator=busy.branch, supervisor=busy.branch)
    assert desk(busy.auditor).units[0].on_map == 7


def test_the_report_of_last_month_stands_beside_each_unit(world: World) -> None:
    hand_in(world.branch, Month(2026, 10), "submitted")
    client = as_(world.auditor)
    text = client.get("/admin/").content.decode()
    assert "Submitted" in text
    assert "Not submitted" in text
    own, below = client.get("/admin/").context["desk"].units
    assert own.report is None
    assert below.report.state == "submitted"
    assert client.get(own.report_url).status_code == 200


def test_lists_sent_and_not_entered_wait_for_who_sent_them(world: World) -> None:
    sent = Upload.objects.create(user=world.officer, name="站点.xlsx", content=b"x", sha256=DIGEST)
    Upload.objects.create(user=world.outsider, name="外.xlsx", content=b"x", sha256=DIGEST)
    assert desk(world.officer).uploads == [sent]
    assert f"/admin/imports/{sent.pk}/" in as_(world.officer).get("/admin/").content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_two_stations_and_fifty_cost_the_same_number_of_queries(
    world: World, role: str, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    client = as_(getattr(world, role))
    with django_assert_max_num_queries(71) as few:
        client.get("/admin/")
    for number in range(48):
        unit = make_unit(f"网点{number}", world.branch)
        station = make_station(operator=unit, supervisor=world.district_union, amenities=("water",))
        make_keeper(station)
        world.keeper.keeperships.create(station=station)
        tell(station)
        break_down(station, "wifi")
        record(station, TODAY - timedelta(1))
    cache.clear()
    forget_everything()
    with django_assert_num_queries(len(few)):
        client.get("/admin/")


def test_nobody_reads_the_desk_without_logging_in(world: World) -> None:
    answer = Client().get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_filter_by_a_unit_out_of_scope_finds_nothing(world: World) -> None:
    client = as_(world.officer)
    assert shown(client, "/admin/stations/station/?unit=ICBC") == 0
    assert shown(client, "/admin/stations/station/?unit=CCB-JN") == 2


def mark_checked(user: User, *stations: Station) -> str:
    """What the list of stations says after the person has marked these as checked."""
    chosen = {"action": "confirm", "_selected_action": [station.pk for station in stations]}
    return as_(user).post("/admin/stations/station/", chosen, follow=True).content.decode()


def test_an_officer_marks_stations_as_checked_and_they_leave_the_queue(world: World) -> None:
    assert figures(world.officer)["work=unchecked"] == 2
    with CaptureQueriesContext(connection) as captured:
        assert "1 station is marked as checked." in mark_checked(world.officer, world.station)
    held = [one["sql"] for one in captured if "FOR UPDATE" in one["sql"] and 'FROM "stations_station"' in one["sql"]]
    assert ['ORDER BY "stations_station"."id"' in sql for sql in held] == [True], "in the order of everybody"
    assert figures(world.officer)["work=unchecked"] == 1
    assert Freshness.objects.get(station=world.station).checked_at == timezone.now()
    checks = FactCheck.objects.filter(by=world.officer, how="staff", at=timezone.now())
    assert list(checks.values_list("station", "what")) == [(world.station.pk, "all")]
    assert MapChange.objects.filter(station=world.station).exists()


@pytest.mark.parametrize("role", ["keeper", "official", "auditor", "outsider"])
def test_nobody_but_an_officer_of_the_station_marks_it_as_checked(world: World, role: str) -> None:
    mark_checked(getattr(world, role), world.station)
    Client().post("/admin/stations/station/", {"action": "confirm", "_selected_action": [world.station.pk]})
    with pytest.raises(Refused):
        confirm_stations(stations=[world.station], by=getattr(world, role))
    assert not FactCheck.objects.exists()


def test_one_station_of_other_units_keeps_all_from_being_marked(world: World) -> None:
    both = make_member(world.branch, Role.OFFICER)
    both.memberships.create(unit=world.other_bank, role=Role.AUDITOR)
    assert "run and supervised by other units" in mark_checked(both, world.station, world.elsewhere)
    assert not FactCheck.objects.exists()
