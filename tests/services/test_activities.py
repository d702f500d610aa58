"""Activities from plan to report, who signs up, and who came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services import activity_querysets
from services.actions.activities import (
    cancel_activity,
    change_activity,
    copy_activity,
    plan_activity,
    report_activity,
)
from services.actions.attendance import check_in_to, count_attendance, forget_scans
from services.actions.journeys import Vehicle, add_journey, remove_journey, set_seats
from services.actions.sign_ups import Wanted, cancel_sign_up, forget_phones, sign_up
from services.activity_choices import ActivityStatus, SignUpState
from services.choices import Method, WorkerGroup
from services.models import Activity, Attendance, AttendanceScan, Journey, JourneyStop, SignUp
from stations.choices import Role, StationStatus
from stations.models import Keeper, Station
from stations.querysets import named_in_scope
from stations.scope import scope_of
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_keeper,
    make_member,
    make_partner,
    make_station,
    make_unit,
    make_user,
)
from tests.services.conftest import SHANGHAI

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACTS: dict[str, Any] = {"kind": "haircut", "title": "义务理发", "place": "二楼"}


def plan(world: World, *dates: datetime, stations: tuple[Station, ...] = (), **fields: Any) -> list[Activity]:
    moments = [(at, at + 2 * HOUR) for at in dates or (NOW + DAY,)]
    return plan_activity(
        by=world.officer,
        stations=stations or (world.station,),
        dates=moments,
        **FACTS | {"organiser": world.branch} | fields,
    )


def want(activity: Activity, at: datetime = NOW, **fields: Any) -> SignUp:
    return sign_up(activity=activity, wanted=Wanted(**{"client_key": uuid4()} | fields), at=at)


def test_an_officer_plans_at_a_station_and_its_district_is_known(world: World) -> None:
    (activity,) = plan(world)
    assert (activity.status, activity.division_id) == (ActivityStatus.PLANNED, "370102")
    assert list(activity.stations.all()) == [world.station]
    assert {line.history_user for line in activity.history.all()} == {world.officer}
    assert activity.at.get().history.get().history_user == world.officer


def test_what_is_at_no_station_is_where_its_organiser_is(world: World) -> None:
    facts = FACTS | {"organiser": world.district_union}
    (activity,) = plan_activity(by=world.official, stations=[], dates=[(NOW + DAY, NOW + DAY + HOUR)], **facts)
    assert list(Activity.objects.all().in_division("370100")) == [activity]
    changed = change_activity(activity=activity, by=world.official, division=None)
    assert changed.division_id == "370102"


def test_several_dates_are_a_series_and_a_copy_joins_it(world: World) -> None:
    first, second = plan(world, NOW + DAY, NOW + 8 * DAY, sign_up_until=NOW + DAY - HOUR)
    assert (first.series, second.series) == (None, first)
    assert second.sign_up_until == NOW + 8 * DAY - HOUR
    third = copy_activity(activity=second, starts_at=NOW + 15 * DAY, by=world.officer)
    assert (third.series, third.ends_at) == (first, NOW + 15 * DAY + 2 * HOUR)
    assert list(third.stations.all()) == [world.station]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"capacity": 0}, "capacity"),
        ({"sign_up_until": NOW + 9 * DAY}, "sign_up_until"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_what_cannot_be_is_not_planned(world: World, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        plan(world, **fields)
    assert error.value.field == field


def test_a_place_an_end_and_few_dates_are_needed(world: World) -> None:
    facts = FACTS | {"organiser": world.branch}
    with pytest.raises(Invalid, match="ends after"):
        plan_activity(by=world.officer, stations=[world.station], dates=[(NOW, NOW)], **facts)
    with pytest.raises(Invalid, match="at most 92 days"):
        plan_activity(by=world.officer, stations=[], dates=[(NOW, NOW + 100 * DAY)], **facts)
    with pytest.raises(Invalid, match="A moment is written like"):
        plan_activity(by=world.officer, stations=[], dates=[(NOW.replace(year=26), NOW)], **facts)
    with pytest.raises(Invalid, match="Say where"):
        plan_activity(by=world.officer, stations=[], dates=[(NOW, NOW + HOUR)], **facts | {"place": ""})
    with pytest.raises(Invalid, match="at most 60"):
        plan(world, *[NOW + number * DAY for number in range(61)])


def test_units_and_stations_of_others_are_not_chosen(world: World) -> None:
    with pytest.raises(Refused, match="look after its activities"):
        plan(world, organiser=world.other_bank)
    with pytest.raises(Refused, match="run and supervised by other units"):
        plan(world, stations=(world.elsewhere,))
    Station.objects.filter(pk=world.sister.pk).update(status=StationStatus.CLOSED)
    with pytest.raises(Refused, match="is closed"):
        plan(world, stations=(world.sister,))


def test_partners_are_those_that_one_sees(world: World) -> None:
    public, hidden = make_partner(world.bank), make_partner(world.other_bank, is_public=False)
    (activity,) = plan(world, partners=[public])
    assert list(activity.partners.all()) == [public]
    with pytest.raises(Invalid, match="or public ones"):
        change_activity(activity=activity, by=world.officer, partners=[public, hidden])
    assert list(copy_activity(activity=activity, starts_at=NOW + 9 * DAY, by=world.officer).partners.all()) == [public]
    assert not change_activity(activity=activity, by=world.officer, partners=[]).partners.exists()


def test_an_official_plans_for_the_union(world: World) -> None:
    facts = FACTS | {"organiser": world.district_union}
    dates = [(NOW + DAY, NOW + DAY + HOUR)]
    assert plan_activity(by=world.official, stations=[world.station], dates=dates, **facts)
    with pytest.raises(Refused, match="历下区总工会"):
        plan_activity(by=world.officer, stations=[world.station], dates=dates, **facts)


def test_more_places_go_to_who_waits_and_never_fewer_than_are_taken(world: World) -> None:
    (activity,) = plan(world, takes_sign_ups=True, capacity=1)
    first, second = want(activity), want(activity)
    assert (first.state, second.state) == (SignUpState.BOOKED, SignUpState.WAITING)
    change_activity(activity=activity, by=world.officer, stations=[world.sister], capacity=2, reason="加座")
    second.refresh_from_db()
    activity.refresh_from_db()
    assert (second.state, activity.booked_count) == (SignUpState.BOOKED, 2)
    assert list(activity.stations.all()) == [world.sister]
    assert activity.history.latest().history_change_reason == "加座"
    with pytest.raises(Invalid, match="signed up already than there would be places"):
        change_activity(activity=activity, by=world.officer, capacity=1)


def test_it_is_cancelled_with_a_notice_and_then_it_stays_so(world: World) -> None:
    (activity,) = plan(world, takes_sign_ups=True)
    with pytest.raises(Invalid, match="Say why"):
        cancel_activity(activity=activity, notice=" ", by=world.officer)
    cancelled = cancel_activity(activity=activity, notice="高温，改到下周", by=world.officer)
    assert (cancelled.status, cancelled.notice) == (ActivityStatus.CANCELLED, "高温，改到下周")
    with pytest.raises(StaleState):
        cancel_activity(activity=activity, notice="再来", by=world.officer)
    with pytest.raises(StaleState):
        change_activity(activity=activity, by=world.officer, title="别的")
    with pytest.raises(StaleState):
        report_activity(activity=activity, by=world.officer, summary="")
    with pytest.raises(Refused, match="改到下周"):
        want(activity)


def test_a_report_needs_who_came_and_may_be_put_right(world: World) -> None:
    (activity,) = plan(world, NOW - DAY)
    with pytest.raises(Invalid, match="how many people came"):
        report_activity(activity=activity, by=world.officer, summary="很好")
    with pytest.raises(Invalid, match="how many people came"):
        report_activity(activity=activity, by=world.officer, summary="很好", counts={})
    counts = {WorkerGroup.COURIER: 12, WorkerGroup.SANITATION: 8}
    reported = report_activity(activity=activity, by=world.officer, summary="很好", counts=counts, cost=Decimal("80.5"))
    assert (reported.status, reported.participant_count, reported.counted_by) == ("reported", 20, Method.TALLY)
    again = report_activity(activity=activity, by=world.officer, summary="很好", counts={WorkerGroup.COURIER: 0})
    assert (again.participant_count, Attendance.objects.count()) == (0, 0)
    with pytest.raises(Invalid, match="not begun"):
        report_activity(activity=plan(world)[0], by=world.officer, summary="", counts={})


def test_keepers_count_at_their_station_and_others_do_not(world: World) -> None:
    (activity,) = plan(world, NOW - HOUR)
    counts = {WorkerGroup.COURIER: 3}
    held = count_attendance(activity=activity, counts=counts, by=world.keeper)
    assert (held.status, held.participant_count) == (ActivityStatus.HELD, 3)
    with pytest.raises(Refused, match="count who came"):
        count_attendance(activity=activity, counts=counts, by=world.outsider)
    with pytest.raises(Refused, match="count who came"):
        count_attendance(activity=activity, counts=counts, by=world.auditor)
    with pytest.raises(Invalid):
        count_attendance(activity=activity, counts={WorkerGroup.COURIER: -1}, by=world.keeper)
    with pytest.raises(Invalid, match="not begun"):
        count_attendance(activity=plan(world)[0], counts=counts, by=world.keeper)
    assert count_attendance(activity=activity, counts=counts, by=make_member(world.branch, Role.OFFICER))


def test_check_ins_count_until_somebody_counts_by_hand(world: World) -> None:
    (activity,) = plan(world, NOW - HOUR)
    for device in ("a", "a", "b"):
        check_in_to(activity=activity, group=WorkerGroup.COURIER, device=device, at=NOW)
    activity.refresh_from_db()
    assert (activity.participant_count, activity.counted_by) == (2, Method.SCAN)
    count_attendance(activity=activity, counts={WorkerGroup.COURIER: 9}, by=world.officer)
    check_in_to(activity=activity, group=WorkerGroup.TAXI, device="c", at=NOW)
    activity.refresh_from_db()
    assert (activity.participant_count, activity.counted_by) == (9, Method.TALLY)
    assert forget_scans(at=NOW + 40 * DAY, days=30) == 3
    assert not AttendanceScan.objects.exists()


@pytest.mark.parametrize(("starts", "sentence"), [(NOW + DAY, "not begun yet"), (NOW - DAY, "is over")])
def test_nobody_checks_in_early_or_late(world: World, starts: datetime, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check_in_to(activity=plan(world, starts)[0], group=WorkerGroup.COURIER, device="a", at=NOW)


def test_a_locked_month_takes_no_plan_change_cancellation_count_or_report(world: World, locked: str) -> None:
    activity = make_activity(world.branch, world.station, starts_at=NOW - HOUR)
    counts = {WorkerGroup.COURIER: 1}
    for write in (
        lambda: plan(world, NOW + DAY),
        lambda: change_activity(activity=activity, by=world.officer, title="别的"),
        lambda: cancel_activity(activity=activity, notice="下雨", by=world.officer),
        lambda: count_attendance(activity=activity, counts=counts, by=world.officer),
        lambda: report_activity(activity=activity, by=world.officer, summary="", counts=counts),
        lambda: check_in_to(activity=activity, group=WorkerGroup.COURIER, device="a", at=NOW),
    ):
        with pytest.raises(Refused, match=locked):
            write()


def test_a_phone_number_is_sealed_tells_nobody_that_it_signed_up_and_is_erased(world: World) -> None:
    (activity,) = plan(world, takes_sign_ups=True)
    with pytest.raises(Invalid, match="Tick"):
        want(activity, phone="13812345678")
    with pytest.raises(Invalid, match="no phone number"):
        want(activity, phone="abc", has_consented=True)
    row = want(activity, phone="138 1234 5678", has_consented=True)
    row.refresh_from_db()
    assert (row.phone.masked(), row.phone.reveal()) == ("138****5678", "13812345678")
    assert "1381234" not in SignUp._meta.get_field("phone").value_to_string(row)
    again = want(activity, phone="13812345678", has_consented=True)
    assert (again.state, again.phone_print) == (row.state, row.phone_print)
    assert forget_phones(at=activity.ends_at + 31 * DAY) == 2
    row.refresh_from_db()
    assert (row.phone.reveal(), row.phone_print, row.state) == ("", "", SignUpState.BOOKED)


def test_who_cancels_gives_the_place_to_the_first_that_fits(world: World) -> None:
    (activity,) = plan(world, takes_sign_ups=True, capacity=2)
    pair = want(activity, people=2, phone="13812345678", has_consented=True)
    family, single = want(activity, people=3), want(activity)
    gone = cancel_sign_up(sign_up=pair, at=NOW)
    assert (gone.state, str(gone.phone), gone.phone_print) == (SignUpState.CANCELLED, "", "")
    for row, state in ((family, SignUpState.WAITING), (single, SignUpState.BOOKED)):
        row.refresh_from_db()
        assert row.state == state
    activity.refresh_from_db()
    assert activity.booked_count == 1
    assert cancel_sign_up(sign_up=pair, at=NOW).cancelled_at == gone.cancelled_at
    with pytest.raises(StaleState):
        cancel_sign_up(sign_up=single, at=activity.ends_at)


def test_the_same_form_sent_twice_signs_up_once(world: World) -> None:
    first, second = plan(world, NOW + DAY, NOW + 2 * DAY, takes_sign_ups=True)
    key = uuid4()
    assert want(first, client_key=key) == want(first, client_key=key)
    with pytest.raises(Refused, match="load the page"):
        want(second, client_key=key)


def test_sign_up_ends_and_is_not_always_needed(world: World) -> None:
    with pytest.raises(Refused, match="just come"):
        want(plan(world)[0])
    (activity,) = plan(world, takes_sign_ups=True, sign_up_until=NOW + HOUR)
    with pytest.raises(Refused, match="ended"):
        want(activity, at=NOW + HOUR)
    with pytest.raises(Invalid, match="one to five"):
        want(activity, people=6)


def make_bus(world: World, activity: Activity, seats: int = 2) -> JourneyStop:
    stops = [("临沂汽车站", NOW + DAY + 5 * HOUR), ("郯城服务区", NOW + DAY + 6 * HOUR)]
    vehicle = Vehicle("临沂1号车", "济南西站", NOW + DAY, seats, stops)
    found: JourneyStop = add_journey(activity=activity, vehicle=vehicle, by=world.officer).stops.earliest("pk")
    return found


def test_seats_of_a_bus_are_given_out_by_stop_and_never_twice(world: World) -> None:
    (activity,) = plan(world, kind="homeward", takes_sign_ups=True)
    stop = make_bus(world, activity)
    with pytest.raises(Invalid, match="where you get off"):
        want(activity)
    first, second = want(activity, stop=stop, people=2), want(activity, stop=stop)
    assert (first.state, second.state) == (SignUpState.BOOKED, SignUpState.WAITING)
    with pytest.raises(Invalid, match="than there would be seats"):
        set_seats(journey=stop.journey, seats=1, by=world.officer)
    assert set_seats(journey=stop.journey, seats=3, by=world.officer).seats == 3
    second.refresh_from_db()
    stop.journey.refresh_from_db()
    assert (second.state, stop.journey.booked_count) == (SignUpState.BOOKED, 3)
    with pytest.raises(Refused, match="signed up for it"):
        remove_journey(journey=stop.journey, by=world.officer)
    other = make_bus(world, plan(world, kind="homeward", takes_sign_ups=True)[0])
    with pytest.raises(Invalid, match="where you get off"):
        want(activity, stop=other)
    remove_journey(journey=other.journey, by=world.officer)
    assert JourneyStop.objects.count() == 2


def test_a_copy_has_the_same_vehicles_with_all_seats_free(world: World) -> None:
    (activity,) = plan(world, kind="homeward", takes_sign_ups=True)
    stop = make_bus(world, activity)
    want(activity, stop=stop, people=2)
    copy = copy_activity(activity=activity, starts_at=activity.starts_at + 30 * DAY, by=world.officer)
    bus = copy.journeys.get()
    assert (bus.name, bus.departs_from, bus.seats, bus.booked_count) == ("临沂1号车", "济南西站", 2, 0)
    assert bus.departs_at == stop.journey.departs_at + 30 * DAY
    arrivals = list(bus.stops.order_by("at").values_list("name", "at"))
    assert arrivals == [("临沂汽车站", stop.at + 30 * DAY), ("郯城服务区", stop.at + 30 * DAY + HOUR)]
    assert activity.journeys.get().booked_count == 2


@pytest.mark.django_db(transaction=True)
def test_of_several_who_want_the_last_seat_at_once_one_gets_it_and_the_others_wait() -> None:
    branch = make_unit()
    activity = make_activity(branch, make_station(operator=branch), takes_sign_ups=True, capacity=3)
    journey = Journey.objects.create(activity=activity, name="1号车", departs_from="西站", departs_at=NOW, seats=1)
    stop = JourneyStop.objects.create(journey=journey, name="临沂", at=NOW + HOUR)
    at_once = Barrier(4)

    def send(key: UUID) -> str:
        try:
            at_once.wait(30)
            return str(want(activity, client_key=key, stop=stop).state)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        states = sorted(pool.map(send, [uuid4() for _person in range(4)]))
    activity.refresh_from_db()
    journey.refresh_from_db()
    assert states == [SignUpState.BOOKED, *[SignUpState.WAITING] * 3]
    assert activity.booked_count == journey.booked_count == 1


def test_a_journey_goes_forward_in_time(world: World) -> None:
    (activity,) = plan(world, kind="homeward", takes_sign_ups=True)
    vehicle = Vehicle("1号车", "济南西站", NOW + DAY, 9, [("临沂", NOW)])
    with pytest.raises(Invalid, match="later than"):
        add_journey(activity=activity, vehicle=vehicle, by=world.officer)
    want(activity)
    with pytest.raises(Refused, match="without a seat"):
        make_bus(world, activity)


@pytest.mark.parametrize(("few", "many"), [(2000, 10_000), (0, 10_000), (0, 0)])
def test_who_sees_an_activity_does_not_hang_on_how_many_stations_they_have(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int, many: int
) -> None:
    monkeypatch.setattr(activity_querysets, "FEW_STATIONS", few)
    monkeypatch.setattr(activity_querysets, "MANY_STATIONS", many)
    make_activity(world.branch, title="ours elsewhere")
    make_activity(world.other_bank, world.station, world.sister, title="theirs at both")
    make_activity(world.other_bank, world.sister, title="theirs at the sister")
    make_activity(world.other_bank, world.elsewhere, title="theirs")
    former = make_station(operator=world.branch)
    former.postings.update(since=date(2020, 1, 1), until=date(2020, 12, 31))
    make_activity(world.other_bank, former, title="where we were once")
    both = {"theirs at both", "theirs at the sister"}
    seen = {
        world.keeper: {"theirs at both"},
        make_keeper(world.elsewhere, "second"): {"theirs"},
        world.officer: {"ours elsewhere"} | both,
        world.auditor: {"ours elsewhere"} | both,
        world.official: both,
        make_user("nobody"): set(),
    }
    for user, titles in seen.items():
        assert sorted(Activity.objects.all().visible_to(user).values_list("title", flat=True)) == sorted(titles), user


def test_the_stations_named_are_those_in_scope(world: World) -> None:
    Keeper.objects.create(user=world.officer, station=world.sister)
    Keeper.objects.create(user=world.officer, station=world.elsewhere)
    for user in (world.keeper, world.officer, world.official, world.auditor, world.outsider):
        visible = list(Station.objects.all().visible_to(user).order_by("pk").values_list("pk", flat=True))
        assert sorted(named_in_scope(scope_of(user), 10)) == visible
    assert len(named_in_scope(scope_of(world.officer), 1)) == 1
