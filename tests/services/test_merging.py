"""Merging a station that stands twice: what goes along, what stays, and what is refused."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.history import is_history
from partners.models import Plate
from services.actions.days import choose_method, nil_return, open_day
from services.actions.desk import write_note
from services.actions.inspections import finish_inspection
from services.actions.supplies import Supply, lots_left, move_supply, take_stock
from services.actions.visits import set_visits
from services.choices import InspectionKind, Method, SupplyMove
from services.facets import supplies_today
from services.models import (
    Feedback,
    Inspection,
    KeeperNote,
    LedgerChange,
    StationDay,
    SupplyItem,
    SupplyMovement,
    SupplyStock,
    Visit,
    VisitEntry,
)
from stations.actions.change_requests import propose_changes
from stations.actions.merging import merge_stations, preview_merge
from stations.choices import Access, Decision, StationStatus
from stations.fact_lines import lines_of
from stations.merging import MOVERS, Line
from stations.models import (
    ChangeRequest,
    FactCheck,
    HoursException,
    Keeper,
    MapChange,
    Posting,
    Station,
    StationAmenity,
    User,
)
from stations.moved import kept_of
from tests.conftest import World
from tests.factories import (
    check,
    make_amenity,
    make_exception,
    make_honour,
    make_keeper,
    make_photo,
    make_plate,
    make_programme,
    make_station,
)
from tests.services.conftest import TODAY, bucket, count_visits, sender
from tests.services.feedback import tell
from tests.services.inspecting import answer, begin, inspect

WHY = "Two plates on one door"
EARLIER = date(2026, 11, 12)


@pytest.fixture
def twin(world: World) -> Station:
    """Eight metres from the world's station, under the same units."""
    return make_station(
        "历下驿站", operator=world.branch, supervisor=world.district_union, longitude=117.02009, amenities=("water",)
    )


def merge(duplicate: Station, into: Station, by: User, **values: object) -> list[Line]:
    return merge_stations(**({"duplicate": duplicate, "into": into, "by": by, "reason": WHY} | values))  # type: ignore[arg-type]  # a test's shorthand


def told(lines: list[Line]) -> set[tuple[str, int, bool]]:
    return {(str(line.what), line.count, line.stays) for line in lines}


def test_every_table_that_points_to_a_station_says_what_becomes_of_its_rows_in_a_merge() -> None:
    pointing = {
        model
        for model in apps.get_models(include_auto_created=True)
        if not is_history(model) and any(field.related_model is Station for field in model._meta.concrete_fields)
    }
    answered = [model for mover in MOVERS for model in mover.models]
    assert set(answered) == pointing
    assert len(answered) == len(set(answered)), "two movers answer for one table"


def test_the_duplicate_is_closed_and_names_the_station_that_stays(world: World, twin: Station) -> None:
    merge(twin, world.station, world.officer)
    twin.refresh_from_db()
    assert (twin.status, twin.merged_into) == (StationStatus.CLOSED, world.station)
    for station, line in (
        (twin, f"Merged into {world.station.code}: {WHY}"),
        (world.station, f"Took in {twin.code}: {WHY}"),
    ):
        last = station.history.latest()
        assert (last.history_user, last.history_change_reason) == (world.officer, line)
    assert set(MapChange.objects.values_list("station", flat=True)) >= {twin.pk, world.station.pk}


def test_chains_lead_to_the_last_station(world: World, twin: Station) -> None:
    merge(twin, world.sister, world.officer)
    merge(world.sister, world.station, world.officer)
    twin.refresh_from_db()
    assert kept_of(twin) == world.station


def test_days_lines_and_buckets_go_along_with_their_keys(world: World, twin: Station) -> None:
    entry = count_visits(world.officer, twin, 7, day=EARLIER)
    lines = merge(twin, world.station, world.officer)
    entry.refresh_from_db()
    assert entry.station == world.station
    assert Visit.objects.get().station == world.station
    day = StationDay.objects.get()
    assert (day.station, day.counted_by) == (world.station, Method.TALLY)
    assert day.history.latest().history_change_reason.startswith("Merged into")
    assert told(lines) >= {("days on record", 1, False), ("visits, by all methods", 7, False)}
    months = set(LedgerChange.objects.values_list("station", "month"))
    assert months >= {(twin.pk, date(2026, 11, 1)), (world.station.pk, date(2026, 11, 1))}


def test_a_day_recorded_at_both_becomes_one_whose_buckets_are_the_sums_of_their_lines(
    world: World, twin: Station
) -> None:
    count_visits(world.officer, twin, 7, day=EARLIER)
    count_visits(world.officer, twin, 4, day=EARLIER, method=Method.LEDGER)
    count_visits(world.officer, world.station, 5, day=EARLIER)
    lines = merge(twin, world.station, world.officer)
    figures = dict(Visit.objects.filter(station=world.station).values_list("method", "count"))
    assert figures == {Method.TALLY: 12, Method.LEDGER: 4}
    assert sum(VisitEntry.objects.filter(station=world.station).values_list("change", flat=True)) == 16
    assert StationDay.objects.get().counted_by == Method.TALLY
    assert StationDay.history.filter(station_id=twin.pk, history_type="-").exists()
    assert str(next(line for line in lines if str(line.what) == "days on record").note).startswith("1 of them")
    counting = next(line for line in lines if "that count" in str(line.what))
    assert (counting.count, str(counting.note)) == (12, "until now 5 at the one that stays and 7 at the other")


def test_of_a_day_at_both_the_first_opening_counts_and_nobody_came_only_if_nobody_was_counted(
    world: World, twin: Station
) -> None:
    open_day(
        station=twin, day=TODAY, by=world.officer, at=datetime(2026, 11, 18, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    nil_return(station=twin, day=TODAY, by=world.officer)
    open_day(station=world.station, day=TODAY, by=world.keeper)
    count_visits(world.keeper, world.station, 2)
    merge(twin, world.station, world.officer)
    day = StationDay.objects.get()
    assert day.opened_at is not None
    assert (day.opened_at.astimezone(ZoneInfo("Asia/Shanghai")).hour, day.closed_at, day.is_nil) == (8, None, False)
    assert day.recorded_by == world.keeper


def test_a_method_that_a_person_chose_at_one_of_them_counts(world: World, twin: Station) -> None:
    count_visits(world.officer, twin, 7, day=EARLIER)
    count_visits(world.officer, twin, 4, day=EARLIER, method=Method.LEDGER)
    choose_method(station=twin, day=EARLIER, method=Method.LEDGER, by=world.officer)
    count_visits(world.officer, world.station, 5, day=EARLIER)
    merge(twin, world.station, world.officer)
    day = StationDay.objects.get()
    assert (day.counted_by, day.is_method_chosen) == (Method.LEDGER, True)


def test_a_figure_that_is_sent_again_after_a_merge_is_known(world: World, twin: Station) -> None:
    count_visits(world.officer, world.station, 5, day=EARLIER)
    once = sender(world.officer)
    sent = set_visits(bucket=bucket(twin, day=EARLIER), count=7, sender=once)
    merge(twin, world.station, world.officer)
    assert set_visits(bucket=bucket(world.station, day=EARLIER), count=7, sender=once) == sent
    assert Visit.objects.get().count == 12


def test_a_day_that_one_counted_by_the_hour_and_the_other_as_a_whole_stays(world: World, twin: Station) -> None:
    count_visits(world.officer, twin, 7, day=EARLIER, hour=9)
    count_visits(world.officer, world.station, 5, day=EARLIER)
    lines = merge(twin, world.station, world.officer)
    assert ("days on record", 1, True) in told(lines)
    assert Visit.objects.get(station=twin).count == 7


def test_a_locked_month_stays_with_the_old_station(world: World, twin: Station, locked: str) -> None:
    StationDay.objects.create(station=twin, date=EARLIER)
    Visit.objects.create(station=twin, date=EARLIER, group="courier", method="tally", count=7)
    Visit.objects.create(station=twin, date=date(2026, 10, 30), group="courier", method="tally", count=3)
    lines = merge(twin, world.station, world.officer)
    assert Visit.objects.get(station=twin).count == 7
    assert Visit.objects.get(station=world.station).count == 3
    assert StationDay.objects.get().station == twin
    assert "2026-11 has been handed in" in {str(line.note) for line in lines if line.stays}


def test_days_on_which_nobody_ran_the_station_that_stays_stay(world: World, twin: Station) -> None:
    Posting.objects.filter(station=world.station).update(since=date(2026, 11, 15))
    count_visits(world.officer, twin, 7, day=EARLIER)
    merge(twin, world.station, world.officer)
    assert Visit.objects.get().station == twin


def test_nothing_new_is_recorded_at_a_merged_station(world: World, twin: Station) -> None:
    merge(twin, world.station, world.officer)
    with pytest.raises(Refused, match="record there"):
        count_visits(world.officer, twin, 1)


def test_what_the_station_that_stays_knows_holds_and_what_it_does_not_know_is_filled(
    world: World, twin: Station
) -> None:
    make = {"station": twin, "access": Access.ASK_STAFF}
    StationAmenity.objects.create(amenity=make_amenity("microwave"), **make)
    StationAmenity.objects.filter(station=twin, amenity__code="water").update(access=Access.NONE)
    lines = merge(twin, world.station, world.officer)
    known = dict(world.station.amenities.values_list("amenity__code", "access"))
    assert known == {"water": Access.OPEN, "toilet": Access.OPEN, "microwave": Access.ASK_STAFF}
    assert told(lines) >= {("amenities of a station", 1, False), ("amenities of a station", 1, True)}


def test_a_look_at_everything_at_one_door_is_none_at_what_stood_behind_the_other(world: World, twin: Station) -> None:
    StationAmenity.objects.create(station=twin, amenity=make_amenity("microwave"))
    StationAmenity.objects.create(station=twin, amenity=make_amenity("charging"))
    FactCheck.objects.all().delete()
    check(twin, timezone.now() - timedelta(30), ["amenity:microwave"])
    check(world.station, timezone.now() - timedelta(5))
    merge(twin, world.station, world.officer)
    ago = {line.what: line.last and (timezone.now() - line.last.at).days for line in lines_of(world.station, TODAY)}
    assert (ago["amenity:microwave"], ago["amenity:charging"]) == (30, None)
    assert (ago["amenity:water"], ago["entry"]) == (5, 5)


def test_a_look_at_everything_at_the_old_door_was_one_at_what_goes_along(world: World, twin: Station) -> None:
    StationAmenity.objects.create(station=twin, amenity=make_amenity("microwave"))
    FactCheck.objects.all().delete()
    check(twin, timezone.now() - timedelta(30))
    merge(twin, world.station, world.officer)
    ago = {line.what: line.last and (timezone.now() - line.last.at).days for line in lines_of(world.station, TODAY)}
    assert (ago["amenity:microwave"], ago["amenity:water"]) == (30, None)


def test_proposals_that_wait_go_along_unless_the_same_fact_is_proposed_of_the_other(
    world: World, twin: Station
) -> None:
    Keeper.objects.create(station=twin, user=world.keeper)

    def propose(station: Station, **facts: str) -> ChangeRequest:
        return propose_changes(station=station, proposed=facts, reason="改号", by=world.keeper)

    along, half, _own = (
        propose(twin, address="新路1号"),
        propose(twin, phone="0531-1"),
        propose(world.station, phone="2"),
    )
    lines = merge(twin, world.station, world.officer)
    along.refresh_from_db()
    half.refresh_from_db()
    assert (along.station, along.settled_at, half.station) == (world.station, None, twin)
    assert half.settled_at is not None
    assert half.facts.get().decision == Decision.REPLACED
    assert told(lines) >= {("change requests", 1, False), ("change requests", 1, True)}


def test_days_with_scans_at_both_are_asked_about_in_as_many_queries_as_one(world: World) -> None:
    def queries(days: int, duplicate: Station) -> int:
        for ago in range(1, days + 1):
            for station in (duplicate, world.station):
                count_visits(world.officer, station, 2, day=TODAY - timedelta(ago), method=Method.SCAN)
                count_visits(world.officer, station, 9, day=TODAY - timedelta(ago))
        with CaptureQueriesContext(connection) as captured:
            preview_merge(duplicate=duplicate, into=world.station, by=world.officer)
        return len(captured)

    twins = [
        make_station(name, operator=world.branch, supervisor=world.district_union, longitude=117.02009)
        for name in ("历下驿站", "历山驿站")
    ]
    assert queries(2, twins[0]) == queries(7, twins[1])


def test_plates_move_unless_the_same_programme_hangs_there(world: World, twin: Station) -> None:
    bee = make_programme("little_bee", "小蜜蜂驿站")
    old = make_plate(twin, since=date(2020, 1, 1), until=date(2021, 1, 1))
    make_plate(twin)
    make_plate(twin, bee, until=date(2026, 12, 31))
    make_plate(world.station)
    merge(twin, world.station, world.officer)
    assert world.station.plates.count() == 3
    assert set(Plate.objects.filter(station=world.station).values_list("programme__code", flat=True)) == {
        "ccb_harbor",
        "little_bee",
    }
    assert old.pk in world.station.plates.values_list("pk", flat=True)


def test_photos_follow_behind_and_honours_and_exceptions_unless_it_has_the_same(world: World, twin: Station) -> None:
    own, other = make_photo(world.station, order=3), make_photo(twin, order=0)
    for station in (twin, world.station):
        make_honour(station)
    make_honour(twin, title="红旗驿站")
    make_exception(twin, date(2026, 11, 1))
    make_exception(twin, date(2026, 11, 30))
    make_exception(twin, date(2026, 12, 24))
    make_exception(world.station, date(2026, 11, 29), date(2026, 12, 1), reason="大风")
    merge(twin, world.station, world.officer)
    assert list(world.station.photos.order_by("order").values_list("pk", flat=True)) == [own.pk, other.pk]
    assert world.station.honours.count() == 2
    assert set(HoursException.objects.filter(station=world.station).values_list("first", flat=True)) == {
        date(2026, 11, 29),
        date(2026, 12, 24),
    }


def test_more_photos_than_a_station_shows_stay(world: World, twin: Station) -> None:
    for order in range(11):
        make_photo(world.station, order=order)
    first, second = make_photo(twin, order=0), make_photo(twin, order=1)
    lines = merge(twin, world.station, world.officer)
    assert list(twin.photos.values_list("pk", flat=True)) == [second.pk]
    assert world.station.photos.get(pk=first.pk).order == 11
    assert ("photos", 1, True) in told(lines)


def test_keepers_of_one_keep_the_one_that_stays_and_notes_reports_and_supplies_go_along(
    world: World, twin: Station
) -> None:
    other = make_keeper(twin)
    Keeper.objects.create(station=twin, user=world.keeper)
    note = write_note(station=twin, text="纸杯快用完了", by=other)
    report = tell(twin, text="门锁着")
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water")
    for station, quantity in ((twin, 9), (world.station, 4)):
        supply = Supply(item=item, kind=SupplyMove.IN, quantity=quantity, expires_date=date(2026, 12, 1))
        move_supply(station=station, supply=supply, day=TODAY, by=world.officer)
    merge(twin, world.station, world.officer)
    assert set(Keeper.objects.values_list("user", "station")) == {
        (world.keeper.pk, world.station.pk),
        (other.pk, world.station.pk),
    }
    assert KeeperNote.objects.get(pk=note.pk).station == world.station
    assert Feedback.objects.get(pk=report.pk).station == world.station
    stock = SupplyStock.objects.get()
    assert (stock.station, stock.quantity, stock.expires_date) == (world.station, 13, date(2026, 12, 1))
    assert SupplyMovement.objects.filter(station=world.station).count() == 2
    assert SupplyMovement.objects.filter(station=twin).count() == 2


def test_what_is_left_of_supplies_keeps_its_days_of_expiry(world: World, twin: Station) -> None:
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water")
    soon, late = date(2026, 12, 1), date(2027, 6, 1)

    def moved(station: Station, kind: SupplyMove, quantity: int, expires: date | None = None) -> None:
        supply = Supply(item=item, kind=kind, quantity=quantity, expires_date=expires)
        move_supply(station=station, supply=supply, day=TODAY, by=world.officer)

    moved(world.station, SupplyMove.IN, 4, soon)
    moved(twin, SupplyMove.IN, 9, late)
    moved(twin, SupplyMove.OUT, 5)
    lines = merge(twin, world.station, world.officer)
    assert lots_left(SupplyMovement.objects.filter(station=world.station).order_by("pk")) == {soon: 4, late: 4}
    assert lots_left(SupplyMovement.objects.filter(station=twin).order_by("pk")) == {}
    assert told(lines) >= {("movements of supplies", 2, True)}
    with pytest.raises(Refused, match="record there"):
        moved(twin, SupplyMove.IN, 1)


@pytest.mark.parametrize("stays_has_some", [True, False])
def test_what_visitors_read_of_today_goes_along(world: World, twin: Station, stays_has_some: bool) -> None:
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water", is_shown=True)
    long_ago = timezone.now() - timedelta(days=9)
    for station in [twin, *[world.station] * stays_has_some]:
        supply = Supply(item=item, kind=SupplyMove.IN, quantity=9)
        move_supply(station=station, supply=supply, day=TODAY, by=world.officer)
        take_stock(station=station, item=item, counted=9, day=TODAY, by=world.officer)
    SupplyStock.objects.filter(station=world.station).update(counted_at=long_ago, seen_at=None)
    seen = SupplyStock.objects.get(station=twin)
    merge(twin, world.station, world.officer)
    stock = SupplyStock.objects.get()
    assert stock.station == world.station
    assert (stock.seen_at, stock.counted_by) == (seen.seen_at, world.officer)
    assert stock.counted_at == (long_ago if stays_has_some else seen.counted_at)
    assert supplies_today([world.station.pk])[world.station.pk]["supplies"].keys() == {"ice_water"}


def test_drafts_of_inspections_go_along_without_a_line_of_history(world: World, twin: Station) -> None:
    finished = inspect(world.officer, twin)
    draft = begin(world.officer, twin, InspectionKind.UNANNOUNCED)
    lines = merge(twin, world.station, world.officer)
    assert Inspection.objects.get(pk=draft.pk).station == world.station
    assert set(Inspection.history.values_list("id", flat=True)) == {finished.pk}
    assert ("inspections", 1, False) in told(lines)


def test_a_draft_that_stays_since_there_is_one_at_both_is_not_finished_at_the_old_station(
    world: World, twin: Station
) -> None:
    begin(world.officer, world.station)
    draft = answer(begin(world.officer, twin), world.officer)
    merge(twin, world.station, world.officer)
    with pytest.raises(Refused, match="go on with your draft there"):
        finish_inspection(inspection=draft, by=world.officer)


def test_what_was_under_way_to_a_merged_station_arrives_at_the_one_that_stays(world: World, twin: Station) -> None:
    key = uuid4()
    sent = tell(Station.objects.get(pk=twin.pk), client_key=key)
    merge(twin, world.station, world.officer)
    twin.merged_into = None  # as read before
    assert tell(twin, client_key=key) == sent
    assert tell(twin).station == world.station
    with pytest.raises(Refused, match="closed for good"):
        begin(world.officer, Station(pk=twin.pk, status=StationStatus.PUBLISHED))


def test_facts_that_the_officer_picks_are_taken_over(world: World, twin: Station) -> None:
    Station.objects.filter(pk=twin.pk).update(phone="0531-8888", seats=6)
    merge(twin, world.station, world.officer, taking=["phone", "longitude"])
    world.station.refresh_from_db()
    assert (world.station.phone, world.station.longitude, world.station.seats) == ("0531-8888", 117.02009, None)
    with pytest.raises(Invalid):
        merge(world.sister, world.station, world.officer, taking=["code"])


def test_a_preview_says_what_a_merge_does_and_changes_nothing(world: World, twin: Station) -> None:
    count_visits(world.officer, twin, 7, day=EARLIER)
    previewed = preview_merge(duplicate=twin, into=world.station, by=world.officer)
    twin.refresh_from_db()
    assert (twin.merged_into, Visit.objects.get().station) == (None, twin)
    assert told(merge(twin, world.station, world.officer)) == told(previewed)


@pytest.mark.parametrize(
    "change",
    [{"longitude": 117.03}, {"longitude": None, "latitude": None, "status": "draft"}],
    ids=["far apart", "without a place"],
)
def test_stations_that_may_be_two_places_are_refused(world: World, twin: Station, change: dict[str, object]) -> None:
    Station.objects.filter(pk=twin.pk).update(**change)
    with pytest.raises(Refused, match="the same place all the same"):
        merge(twin, world.station, world.officer)


@pytest.mark.parametrize("status", ["draft", "closed"])
def test_the_station_that_stays_is_one_in_use(world: World, twin: Station, status: str) -> None:
    Station.objects.filter(pk=twin.pk).update(status=status)
    with pytest.raises(Refused, match="cannot be the one that stays"):
        merge(world.station, twin, world.officer)


def test_a_station_is_merged_once_and_not_with_itself(world: World, twin: Station) -> None:
    with pytest.raises(Refused, match="one and the same"):
        merge(twin, twin, world.officer)
    merge(twin, world.sister, world.officer)
    for pair in ((twin, world.station), (world.station, twin)):
        with pytest.raises(StaleState, match="already"):
            merge(*pair, world.officer)


def test_both_stations_are_in_the_care_of_the_officer(world: World, twin: Station) -> None:
    for pair in ((twin, world.elsewhere), (world.elsewhere, twin)):
        with pytest.raises(Refused, match="other units than yours"):
            merge(*pair, world.officer)


@pytest.mark.parametrize("reason", [" ", "x" * 80])
def test_a_merge_has_a_reason_that_fits_into_the_history(world: World, twin: Station, reason: str) -> None:
    with pytest.raises(Invalid):
        merge(twin, world.station, world.officer, reason=reason)


def test_stations_far_apart_are_merged_when_somebody_says_that_they_are_one(world: World, twin: Station) -> None:
    Station.objects.filter(pk=twin.pk).update(longitude=117.03)
    merge(twin, world.station, world.officer, is_far_confirmed=True)
    twin.refresh_from_db()
    assert twin.merged_into == world.station
