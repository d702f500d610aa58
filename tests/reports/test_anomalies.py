"""Unusual figures: when each rule speaks and when not, that looking again changes nothing, and settling them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from harbor_portal.lib.months import Month
from reports.actions.anomalies import find_anomalies, settle_anomaly
from reports.actions.months import approve_month, submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.anomalies.words import WHY, days_of, told
from reports.choices import AnomalyKind, AnomalyState
from reports.models import Anomaly, StationMonth
from reports.rollups.adding_up import roll_up
from reports.tasks import look_for_anomalies
from services.choices import EntryKind, Method, Source
from services.models import StationDay, Visit, VisitEntry
from stations.actions.merging import merge_stations
from stations.choices import CalendarPolicy, DayKind, Role, StationStatus
from stations.models import CalendarDay, Station
from tests.conftest import World
from tests.factories import make_exception, make_member, make_schedule, make_station
from tests.reports.builders import OCTOBER, count, make_anomaly, mark, october, record

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
UNEVEN = (11, 13, 17, 12, 19, 14, 16, 21, 18, 13, 22, 15)
"""What an honest door looks like."""


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


def look(month: Month = OCTOBER) -> dict[tuple[str, str], dict[str, Any]]:
    """By station and kind the figures found."""
    find_anomalies(month=month, at=NOVEMBER)
    rows = Anomaly.objects.filter(month=month.first).select_related("station")
    return {(row.station.name, row.kind): row.detail for row in rows}


def kinds(world: World) -> set[str]:
    return {kind for name, kind in look() if name == world.station.name}


def days(station: Station, figures: Any, *, first: int = 1, opened: bool = True, **about: Any) -> None:
    for day, visits in enumerate(figures, start=first):
        record(station, october(day), about.get("method", Method.TALLY), opened=opened)
        count(station, october(day), visits, **about)


def fill(station: Station, **fields: Any) -> None:
    Station.objects.filter(pk=station.pk).update(**fields)


def usual_months(station: Station, visits: int, *, months: int = 3, days_recorded: int = 10) -> None:
    for back in range(1, months + 1):
        month = OCTOBER.plus(-back)
        StationMonth.objects.create(
            posting=station.postings.get(),
            month=month.first,
            first_day=month.first,
            last_day=month.last,
            through=month.last,
            days_recorded=days_recorded,
            visits=visits * days_recorded,
        )


def test_an_honest_month_has_nothing_unusual(world: World) -> None:
    days(world.station, UNEVEN)
    fill(world.station, area_m2=30, seats=8)
    usual_months(world.station, 15)
    assert look() == {}


@pytest.mark.parametrize(
    ("figures", "is_found"),
    [
        ((30, 30, 30, 30, 30), True),
        ((30, 30, 30, 30, 31, 30), False),
        ((4, 4, 4, 4, 4, 4, 4), False),
        ((7, 30, 30, 30, 30, 30, 9), True),
    ],
    ids=["five days", "with a break", "a small figure", "in the middle"],
)
def test_the_same_figure_on_five_days_running(world: World, figures: tuple[int, ...], is_found: bool) -> None:
    days(world.station, figures)
    assert (AnomalyKind.SAME_FIGURE in kinds(world)) == is_found


def test_the_longest_run_is_told_with_its_days(world: World) -> None:
    days(world.station, (30,) * 5 + (12,) + (31,) * 6)
    detail = look()[world.station.name, "same_figure"]
    assert detail == {"figure": 31, "days": 6, "first": "2026-10-07", "last": "2026-10-12"}
    assert told("same_figure", detail) == "31 visits on each of 6 days running, 7 Oct to 12 Oct"


@pytest.mark.parametrize(
    ("figures", "is_found"),
    [
        ((20, 30, 10, 40, 50, 20, 13, 17, 19, 14), True),
        ((20, 30, 10, 40, 50, 11, 13, 17, 19, 14), False),
        ((20, 30, 10, 40, 50, 20, 30, 60, 10), False),
    ],
    ids=["six of ten", "five of ten", "too few days"],
)
def test_round_figures(world: World, figures: tuple[int, ...], is_found: bool) -> None:
    days(world.station, figures)
    assert (AnomalyKind.ROUND_FIGURES in kinds(world)) == is_found


Closing = Callable[[World], Any]


@pytest.mark.parametrize(
    ("close", "is_found"),
    [
        (lambda _world: None, True),
        (lambda world: record(world.station, october(3)), False),
        (lambda world: make_exception(world.bank, october(3), october(4), hours="08:00-18:00"), False),
        (lambda world: fill(world.station, schedule=make_schedule("24/7", CalendarPolicy.EVERY_DAY)), False),
        (lambda world: fill(world.station, schedule=None), False),
    ],
    ids=["a weekend", "somebody opened", "open by exception", "always open", "hours unknown"],
)
def test_visits_on_a_closed_weekend(world: World, close: Closing, is_found: bool) -> None:
    close(world)
    for day in (3, 4):  # Saturday and Sunday; a single one may be a slip of the finger
        count(world.station, october(day), 12 + day)
    assert (AnomalyKind.CLOSED_DAY in kinds(world)) == is_found


@pytest.mark.parametrize(
    "close",
    [
        lambda world: make_exception(world.bank, october(6), october(7)),
        lambda world: make_exception(world.station, october(6), october(7)),
        lambda _world: [
            CalendarDay.objects.create(date=october(day), kind=DayKind.REST, name="国庆节") for day in (6, 7)
        ],
        lambda world: fill(
            world.station,
            status=StationStatus.SUSPENDED,
            suspended_from=october(6),
            suspended_until=october(7),
            suspended_reason="装修",
        ),
    ],
    ids=["the bank's exception", "its own exception", "public holidays", "a suspension"],
)
def test_visits_on_weekdays_that_were_closed_for_once(world: World, close: Closing) -> None:
    close(world)
    for day in (6, 7, 8):
        count(world.station, october(day), 12 + day)
    detail = look()[world.station.name, "closed_day"]
    assert (detail["dates"], detail["visits"]) == (["2026-10-06", "2026-10-07"], 37)
    assert days_of("closed_day", detail)[2] == {october(6), october(7)}


def test_a_day_is_held_against_the_hours_and_suspensions_that_held_then(world: World) -> None:
    """Open all week until the 19th, and resting on the 6th and 7th; since then neither is to be seen any more."""
    station = Station.objects.get(pk=world.station.pk)
    told = {"schedule": make_schedule("Mo-Su 08:00-18:00"), "status": StationStatus.SUSPENDED}
    told |= {"suspended_from": october(6), "suspended_until": october(7), "suspended_reason": "装修"}
    usual = {"schedule": station.schedule, "status": StationStatus.PUBLISHED}
    usual |= {"suspended_from": None, "suspended_until": None, "suspended_reason": ""}
    Station.history.all().delete()
    for day, facts in ((1, told), (10, {**usual, "schedule": told["schedule"]}), (20, usual)):
        with time_machine.travel(NOVEMBER.replace(month=10, day=day)):
            for name, value in facts.items():
                setattr(station, name, value)
            station.save()
    for day in (3, 4, 6, 7, 10, 11, 24, 25):  # three weekends, and the two days of rest
        count(world.station, october(day), 12 + day)
    detail = look()[world.station.name, "closed_day"]
    assert detail["dates"] == ["2026-10-06", "2026-10-07", "2026-10-24", "2026-10-25"]


@pytest.mark.parametrize(
    ("fields", "visits", "is_found"),
    [
        # 9 hours, two stays an hour: 8 seats make 144, 30 m² make 15 places and 270.
        ({"seats": 8}, 145, True),
        ({"seats": 8}, 144, False),
        ({"seats": 8, "area_m2": 30}, 270, False),
        ({"area_m2": 30}, 271, True),
        ({"seats": 8, "schedule": None}, 384, False),
        ({}, 9000, False),
    ],
)
def test_more_visits_than_there_is_room_for(world: World, fields: dict[str, Any], visits: int, is_found: bool) -> None:
    fill(world.station, **fields)
    days(world.station, [visits], first=7)
    assert (AnomalyKind.CAPACITY in kinds(world)) == is_found


@pytest.mark.parametrize(
    ("usual", "months", "is_found"), [(5, 3, True), (6, 3, False), (5, 2, False)], ids=["threefold", "less", "new"]
)
def test_a_jump_against_the_months_before(world: World, usual: int, months: int, is_found: bool) -> None:
    days(world.station, UNEVEN)  # 15.9 a day
    usual_months(world.station, usual, months=months)
    assert (AnomalyKind.JUMP in kinds(world)) == is_found


def test_what_all_neighbours_did_alike_is_no_jump(world: World) -> None:
    neighbours = [make_station(f"站{number}", operator=world.branch) for number in range(5)]
    for station in (world.station, *neighbours):
        days(station, UNEVEN)
        usual_months(station, 5)
    assert look() == {}


@pytest.mark.parametrize(("scans", "is_found"), [(10, True), (9, False), (11, False)])
def test_far_more_counted_than_scanned(world: World, scans: int, is_found: bool) -> None:
    days(world.station, [200], first=7)
    count(world.station, october(7), scans, method=Method.SCAN)
    assert (AnomalyKind.SCAN_RATIO in kinds(world)) == is_found


@pytest.mark.parametrize(
    ("pause", "number", "is_found"),
    [(timedelta(minutes=5), 10, True), (timedelta(minutes=5), 9, False), (timedelta(minutes=30), 10, False)],
    ids=["ten days", "nine days", "with pauses"],
)
def test_a_month_written_down_in_one_sitting(world: World, pause: timedelta, number: int, is_found: bool) -> None:
    days(world.station, UNEVEN[:number])
    at = datetime(2026, 11, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    for visit in Visit.objects.order_by("date"):
        at += pause
        VisitEntry.objects.create(
            client_key=f"00000000-0000-4000-8000-{visit.pk:012d}", station=visit.station, date=visit.date,
            group=visit.group, method=visit.method, kind=EntryKind.SET, change=visit.count, source=Source.DAY_SHEET,
            by=world.keeper, at=at,
        )  # fmt: skip
    assert (AnomalyKind.ONE_SITTING in kinds(world)) == is_found


def test_every_kind_is_told_in_words_and_says_why(world: World) -> None:
    details: dict[str, dict[str, Any]] = {
        "round_figures": {"round": 6, "days": 10},
        "closed_day": {"dates": ["2026-10-06"], "days": 1, "visits": 9},
        "capacity": {"date": "2026-10-06", "visits": 9, "room": 8, "places": 4, "days": 1},
        "jump": {"now": 9.0, "usual": 2.0, "months": 3, "times": 4.5, "neighbours": 1.1},
        "scan_ratio": {"counted": 200, "scans": 10, "days": 4},
        "one_sitting": {"days": 12, "of": 20, "at": "2026-11-01T09:00:00+08:00"},
        "same_figure": {"figure": 30, "days": 5, "first": "2026-10-01", "last": "2026-10-05"},
    }
    assert set(details) == set(WHY) == set(AnomalyKind.values)
    for kind, detail in details.items():
        sentence = told(kind, detail)
        assert "%" not in sentence
        assert not any(word in f"{sentence} {WHY[AnomalyKind(kind)]}".lower() for word in ("fraud", "false", "cheat"))


def test_looking_again_changes_nothing_and_what_is_settled_stays_so(world: World) -> None:
    days(world.station, (30,) * 5)
    first = find_anomalies(month=OCTOBER, at=NOVEMBER)
    row = Anomaly.objects.get()
    settle_anomaly(anomaly=row, state=AnomalyState.EXPLAINED, reason="同一班组每天来", by=world.officer)
    again = find_anomalies(month=OCTOBER, at=NOVEMBER)
    row.refresh_from_db()
    assert (first.new, again.new, again.again, again.gone, row.state) == (1, 0, 0, 0, "explained")
    assert row.history.count() == 2


def test_changed_figures_open_it_again_and_figures_put_right_settle_what_is_open(world: World) -> None:
    days(world.station, (30,) * 5)
    find_anomalies(month=OCTOBER, at=NOVEMBER)
    settle_anomaly(anomaly=Anomaly.objects.get(), state=AnomalyState.CONFIRMED, reason="看过", by=world.official)
    count(world.station, october(6), 30)
    StationDay.objects.create(station=world.station, date=october(6), counted_by=Method.TALLY)
    assert find_anomalies(month=OCTOBER, at=NOVEMBER).again == 1
    row = Anomaly.objects.get()
    assert (row.state, row.round, row.detail["days"], row.reason) == ("open", 2, 6, "")
    Visit.objects.filter(date=october(3)).update(count=21)
    assert find_anomalies(month=OCTOBER, at=NOVEMBER).gone == 1
    row.refresh_from_db()
    assert (row.state, row.by) == ("corrected", None)


def test_a_revision_looks_at_the_figures_of_its_stations_once_more(world: World) -> None:
    """Also of a month at which the clock does not look any more."""
    days(world.station, (30,) * 5)
    find_anomalies(month=OCTOBER, at=NOVEMBER)
    elsewhere = make_anomaly(make_station(operator=world.other_bank))
    head = make_member(world.bank, Role.REVIEWER)
    report = submit_month(unit=world.branch, month=OCTOBER, by=world.officer)
    sealed = seal_month(report=approve_month(report=report, by=head), by=head)
    open_for_revision(report=sealed, reason="录错", until=NOVEMBER.date(), by=head)
    Visit.objects.filter(date=october(3)).update(count=21)
    mark(world.station, october(3))
    revision = submit_month(unit=world.branch, month=OCTOBER, by=world.officer)
    row = Anomaly.objects.get(station=world.station)
    assert (row.state, row.by) == ("corrected", None)
    counted = next(row for row in revision.rows if row["section"] == "anomaly")
    assert (counted["found"], counted["open"], counted["corrected"]) == (1, 0, 1)
    elsewhere.refresh_from_db()
    assert elsewhere.state == "open", "nobody looked at other units' stations"


def test_some_units_are_looked_at_as_if_all_were(world: World) -> None:
    for station in (world.station, make_station(operator=world.other_bank)):
        days(station, (30,) * 5)
    assert find_anomalies(month=OCTOBER, at=NOVEMBER, units=[world.branch]).new == 1
    details = dict(Anomaly.objects.values_list("station", "detail"))
    find_anomalies(month=OCTOBER, at=NOVEMBER)
    assert details.items() < dict(Anomaly.objects.values_list("station", "detail")).items()


def test_figures_that_were_put_right_and_are_back_are_to_be_looked_at_again(world: World) -> None:
    days(world.station, (30,) * 5)
    for visits, state in ((30, "open"), (21, "corrected"), (30, "open")):
        Visit.objects.filter(date=october(3)).update(count=visits)
        find_anomalies(month=OCTOBER, at=NOVEMBER)
        assert Anomaly.objects.get().state == state


def test_of_the_running_month_nothing_settled_opens_before_it_is_over(world: World) -> None:
    running = Month(2026, 11)
    for day in range(1, 8):
        count(world.station, date(2026, 11, day), 30)
    look_for_anomalies()
    settle_anomaly(
        anomaly=Anomaly.objects.get(kind="same_figure"), state=AnomalyState.EXPLAINED, reason="班组", by=world.admin
    )
    count(world.station, date(2026, 11, 8), 30)
    assert look_for_anomalies(str(running)) == 2  # the weekend is unusual as well
    assert Anomaly.objects.get(kind="same_figure").state == "explained"
    assert find_anomalies(month=running, at=NOVEMBER + timedelta(days=20)).again >= 1


def test_a_station_that_was_merged_leaves_its_findings_behind(world: World) -> None:
    make_anomaly(world.sister)
    merge_stations(duplicate=world.sister, into=world.station, by=world.officer, reason="同一处")
    assert Anomaly.objects.get().station_id == world.sister.pk


def page(row: Anomaly) -> str:
    return reverse("admin:reports_anomaly_change", args=[row.pk])


def settle(client: Client, row: Anomaly, **fields: Any) -> Any:
    values = {"state": "explained", "reason": "班组每天来", "round": row.round} | fields
    return client.post(reverse("admin:anomaly_settle", args=[row.pk]), values)


def as_(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_page_shows_the_figures_the_days_behind_it_and_the_way_to_the_ledger(world: World) -> None:
    days(world.station, (30,) * 5 + (8,))
    find_anomalies(month=OCTOBER, at=NOVEMBER)
    text = as_(world.official).get(page(Anomaly.objects.get())).content.decode()
    assert "30 visits on each of 5 days running" in text
    assert (text.count("this one"), text.count('<th scope="row">')) == (5, 6)
    assert f"/admin/day-sheet/{world.station.code}/2026-10/" in text
    assert "date__gte=2026-10-01" in text


@pytest.mark.parametrize("role", ["officer", "official", "admin"])
def test_officers_and_officials_say_how_it_is(world: World, role: str) -> None:
    row = make_anomaly(world.station)
    assert settle(as_(getattr(world, role)), row).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.by, row.at, row.reason) == ("explained", getattr(world, role), NOVEMBER, "班组每天来")
    text = as_(world.keeper).get(page(row)).content.decode()
    assert "班组每天来" in text
    assert "It is settled" in text


def test_those_who_may_not_are_refused_and_told_who_may(world: World) -> None:
    row = make_anomaly(world.station)
    assert "Officers and officials" in as_(world.keeper).get(page(row)).content.decode()
    for role, status in (("keeper", 403), ("auditor", 403), ("outsider", 404)):
        assert settle(as_(getattr(world, role)), row).status_code == status, role
    assert Client().post(reverse("admin:anomaly_settle", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": " "}, "Say it in a few words"),
        ({"reason": "长" * 301}, "At most 300"),
        ({"state": "open"}, "Choose from the list"),
        ({"state": "x"}, "Choose from the list"),
        ({"round": 7}, "Somebody else was quicker"),
    ],
)
def test_what_cannot_be_settled_so_is_said(world: World, fields: dict[str, Any], sentence: str) -> None:
    row, client = make_anomaly(world.station), as_(world.officer)
    settle(client, row, **fields)
    assert sentence in client.get(page(row)).content.decode()
    row.refresh_from_db()
    assert row.state == "open"


def test_the_list_begins_with_what_is_open_and_takes_as_many_queries_for_fifty(world: World) -> None:
    make_anomaly(
        world.station,
        kind="jump",
        state="explained",
        at=NOVEMBER,
        detail={"now": 1, "usual": 1, "months": 3, "times": 1, "neighbours": None},
    )
    make_anomaly(world.sister)
    client, address = as_(world.officer), reverse("admin:reports_anomaly_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).context["cl"].result_count == 1
    assert client.get(f"{address}?state=all&unit=CCB-JN&month=2026-10").context["cl"].result_count == 2
    assert client.get(f"{address}?state=explained").context["cl"].result_count == 1
    for number in range(48):
        make_anomaly(make_station(f"站{number}", operator=world.branch))
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).context["cl"].result_count == 49
    assert len(many) == len(few)


def test_a_rolled_up_history_is_what_a_jump_is_held_against(world: World) -> None:
    for back in range(1, 4):
        month = OCTOBER.plus(-back)
        for day in range(1, 7):
            count(world.station, month.first.replace(day=day), 4)
        roll_up(month)
    days(world.station, UNEVEN)
    assert look()[world.station.name, "jump"]["usual"] == 4.0
