"""Agreements from draft to end or renewal, and the plates that hang by them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from partners import covering, tasks
from partners.actions import agreement_plates
from partners.actions.agreements import (
    change_agreement,
    drop_agreement,
    end_agreement,
    renew_agreement,
    sign_agreement,
)
from partners.actions.partner_merging import merge_partners
from partners.actions.terms import drop_station, name_station
from partners.agreement_choices import AgreementState
from partners.compliance import sheet_of
from partners.facets import plates as plates_on_map
from partners.models import Agreement, Plate
from stations.actions.merging import merge_stations
from stations.actions.stations import close_station
from stations.models import MapChange, Posting, Station
from stations.scope import one_scope_each
from tests.conftest import World
from tests.factories import make_partner, make_plate, make_programme, make_station, make_unit
from tests.partners.agreeing import FIRST, LAST, agree, draft, promise_cups, recognise

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=SHANGHAI), tick=False) as traveller:
        yield traveller


def at(clock: Any, day: date, hour: int = 12) -> date:
    clock.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI))
    return day


def state(agreement: Agreement, day: date = TODAY) -> str:
    rows: Any = Agreement.objects.all()
    found: str = rows.with_state(day).get(pk=agreement.pk).state
    return found


def hanging(day: date = TODAY) -> set[int]:
    """The stations at which a plate of 工会驿站 hangs on that day."""
    rows: Any = Plate.objects.filter(programme__code="union_station")
    return set(rows.on(day).values_list("station", flat=True))


def facts(agreement: Agreement, **other: Any) -> dict[str, Any]:
    names = (
        "kind",
        "title",
        "number",
        "unit",
        "partner",
        "programme",
        "own_programme",
        "covered_unit",
        "since",
        "until",
    )
    return {name: getattr(agreement, name) for name in names} | {"summary": "", "remark": ""} | other


def test_where_an_agreement_stands_follows_from_its_dates(world: World) -> None:
    agreement = draft(world.officer, world.branch)
    assert state(agreement) == AgreementState.DRAFT
    sign_agreement(agreement=agreement, day=TODAY, by=world.officer)
    days = (FIRST - timedelta(1), FIRST, LAST - timedelta(61), LAST - timedelta(60), LAST, LAST + timedelta(1))
    assert [state(agreement, day) for day in days] == ["signed", "active", "active", "expiring", "expiring", "ended"]
    successor = renew_agreement(agreement=agreement, until=LAST + timedelta(365), by=world.officer)
    assert (state(agreement, LAST), state(successor)) == ("expiring", "draft")
    sign_agreement(agreement=successor, day=TODAY, by=world.officer)
    assert [state(agreement, day) for day in days[-2:]] == ["active", "renewed"]
    assert (successor.since, successor.covered_unit, state(successor)) == (LAST + timedelta(1), world.branch, "signed")
    rows: Any = Agreement.objects.all()
    assert list(rows.expiring(TODAY)) == list(rows.in_state("expiring", TODAY)) == []


def test_a_recognition_plates_all_stations_of_a_unit_and_takes_the_plates_down_after_its_last_day(
    world: World, clock: Any
) -> None:
    agreement = recognise(world.officer, world.branch)
    ours = {world.station.pk, world.sister.pk}
    assert (hanging(), hanging(FIRST), hanging(LAST), hanging(LAST + timedelta(1))) == (ours, ours, ours, set())
    plate = Plate.objects.filter(agreement=agreement).first()
    assert plate is not None
    assert (plate.granted_by, plate.until) == (world.branch, LAST)
    line = plate.history.get()
    assert (line.history_user, line.history_change_reason) == (world.officer, "granted by “标识互挂互认协议”")
    assert {*MapChange.objects.values_list("station", flat=True)} == ours
    assert tasks.settle_agreements() == 0, "nothing to do the second time"
    MapChange.objects.all().delete()

    # The machine was away over New Year: what it finds when it is back is put right, for the right day.
    at(clock, LAST + timedelta(9))
    assert plates_on_map(list(ours)) == {}, "the map never waits for the task"
    assert tasks.settle_agreements() == 2
    assert {*MapChange.objects.values_list("station", flat=True)} == ours
    plate.refresh_from_db()
    assert (plate.until, plate.history.count()) == (LAST, 2)
    assert plate.history.latest().history_change_reason == "ended with “标识互挂互认协议”"
    assert tasks.settle_agreements() == 0


def test_a_plate_that_hung_before_stays_and_none_is_hung_beside_it(world: World, clock: Any) -> None:
    theirs = make_programme("union_station")
    own = make_plate(world.station, theirs, number="0007")
    shorter = make_plate(world.sister, theirs, until=date(2026, 3, 31))
    agreement = recognise(world.officer, world.branch)
    (granted,) = Plate.objects.filter(agreement=agreement)
    assert (granted.station, granted.since, granted.until) == (world.sister, date(2026, 4, 1), LAST)
    at(clock, LAST + timedelta(1))
    tasks.settle_agreements()
    own.refresh_from_db()
    shorter.refresh_from_db()
    assert (own.until, shorter.until) == (None, date(2026, 3, 31))
    assert hanging(LAST + timedelta(1)) == {world.station.pk}


def test_who_joins_the_unit_later_is_in_from_that_day_and_who_leaves_is_out_after_it(world: World, clock: Any) -> None:
    agreement = recognise(world.officer, world.branch)
    outlet = make_unit("历山路支行", world.branch)
    Posting.objects.filter(station=world.sister).update(until=TODAY + timedelta(4))
    Posting.objects.create(station=world.sister, operator=world.other_bank, since=TODAY + timedelta(5))
    new = make_station("新站", operator=outlet)
    Posting.objects.filter(station=new).update(since=TODAY + timedelta(2))
    at(clock, TODAY + timedelta(9))
    tasks.settle_agreements()
    rows = Plate.objects.filter(agreement=agreement).values_list("station", "since", "until")
    assert set(rows) == {
        (world.station.pk, FIRST, LAST),
        (world.sister.pk, FIRST, TODAY + timedelta(4)),
        (new.pk, TODAY + timedelta(2), LAST),
    }
    close_station(by=world.officer, station=Station.objects.get(pk=world.station.pk), reason="拆迁")
    tasks.settle_agreements()
    assert hanging(TODAY + timedelta(8)) == {world.station.pk, new.pk}
    assert hanging(TODAY + timedelta(9)) == {new.pk}


def test_named_stations_come_and_go_with_days_of_their_own(world: World) -> None:
    agreement = recognise(world.officer, world.branch, world.station)
    assert hanging() == {world.station.pk}
    row = name_station(agreement=agreement, station=world.sister, by=world.officer, since=TODAY + timedelta(1))
    assert (hanging(), hanging(LAST)) == ({world.station.pk}, {world.station.pk, world.sister.pk})
    name_station(agreement=agreement, station=world.sister, by=world.officer, since=LAST + timedelta(5))
    assert hanging(LAST) == {world.station.pk}, "a plate that never hung is gone"
    with pytest.raises(Refused, match="give it a last day"):
        drop_station(row=row, by=world.officer)
    with pytest.raises(Invalid, match="run and supervised by other units"):
        name_station(agreement=agreement, station=world.elsewhere, by=world.officer)
    later = draft(world.officer, world.branch, world.station, since=TODAY + timedelta(3))
    drop_station(row=later.stations.get(), by=world.officer)
    with pytest.raises(Refused, match="covers no station"):
        sign_agreement(agreement=later, day=TODAY, by=world.officer)
    whole = draft(world.officer, world.branch)
    with pytest.raises(Refused, match="covers all stations"):
        name_station(agreement=whole, station=world.station, by=world.officer)


def test_an_agreement_that_ends_early_takes_its_plates_along_and_one_that_is_prolonged_keeps_them(world: World) -> None:
    agreement = recognise(world.officer, world.branch)
    prolonged = change_agreement(
        agreement=agreement, by=world.officer, more_partners=[], **facts(agreement, until=LAST + timedelta(31))
    )
    assert hanging(LAST + timedelta(31)) == {world.station.pk, world.sister.pk}
    for last, reason, sentence in (
        (TODAY, " ", "Say why"),
        (TODAY - timedelta(2), "换牌", "yesterday or later"),
        (LAST + timedelta(99), "换牌", "within the days"),
    ):
        with pytest.raises(Invalid, match=sentence):
            end_agreement(agreement=prolonged, last=last, reason=reason, by=world.officer)
    end_agreement(agreement=prolonged, last=TODAY - timedelta(1), reason="换牌", by=world.officer)
    assert (hanging(TODAY - timedelta(1)), hanging()) == ({world.station.pk, world.sister.pk}, set())
    assert state(agreement) == "ended"
    with pytest.raises(Refused, match="stays as it was"):
        end_agreement(agreement=agreement, last=TODAY, reason="换牌", by=world.officer)


def test_a_renewed_plate_keeps_its_number_and_hangs_on_without_a_day_between(world: World) -> None:
    agreement = recognise(world.officer, world.branch, world.station)
    Plate.objects.filter(agreement=agreement).update(number="0012")
    successor = renew_agreement(agreement=agreement, until=None, by=world.officer)
    assert hanging(LAST + timedelta(1)) == set()
    sign_agreement(agreement=successor, day=TODAY, by=world.officer)
    plate = Plate.objects.get(agreement=successor)
    assert (plate.number, plate.since, plate.until) == ("0012", LAST + timedelta(1), None)
    with pytest.raises(StaleState):
        renew_agreement(agreement=agreement, until=None, by=world.officer)
    with pytest.raises(Refused, match="has a last day"):
        renew_agreement(agreement=successor, until=None, by=world.officer)


def test_what_is_renewed_takes_its_standing_obligations_and_partners_along(world: World) -> None:
    partner, other = make_partner(world.branch), make_partner(world.branch)
    agreement = agree(world.officer, world.branch, world.station, partner=partner, more_partners=[other, partner])
    promise_cups(agreement, world.officer, what="只在七月")
    promise_cups(agreement, world.officer, since=None, until=None, stations=[world.station])
    successor = renew_agreement(agreement=agreement, until=LAST + timedelta(365), by=world.officer)
    (copy,) = successor.obligations.all()
    assert (copy.what, list(copy.stations.all()), successor.partner) == ("每天送出冰水", [world.station], partner)
    assert list(successor.more_partners.all()) == [other]
    with pytest.raises(Invalid, match="ends on or after"):
        renew_agreement(agreement=agree(world.officer, world.branch), until=FIRST, by=world.officer)


def test_what_both_sides_signed_stays(world: World) -> None:
    agreement = recognise(world.officer, world.branch)
    changes: dict[str, Any] = {
        "kind": "service",
        "programme": make_programme(),
        "covered_unit": None,
        "since": TODAY,
        "until": TODAY - timedelta(1),
        "own_programme": agreement.programme,
    }
    for name, value in changes.items():
        with pytest.raises(Invalid) as refusal:
            change_agreement(
                agreement=agreement, by=world.officer, more_partners=[], **facts(agreement, **{name: value})
            )
        assert refusal.value.field == name
    with pytest.raises(StaleState):
        sign_agreement(agreement=agreement, day=TODAY, by=world.officer)
    with pytest.raises(Refused, match="end it instead"):
        drop_agreement(agreement=agreement, by=world.officer)


def test_a_draft_may_be_thrown_away_and_cannot_be_signed_tomorrow_nor_ended(world: World) -> None:
    agreement = draft(world.officer, world.branch, world.station)
    promise_cups(agreement, world.officer)
    with pytest.raises(Invalid, match="today or before"):
        sign_agreement(agreement=agreement, day=TODAY + timedelta(1), by=world.officer)
    with pytest.raises(Refused, match="delete it"):
        end_agreement(agreement=agreement, last=TODAY, reason="x", by=world.officer)
    drop_agreement(agreement=agreement, by=world.officer)
    assert not Agreement.objects.exists()
    with pytest.raises(StaleState):
        sign_agreement(agreement=agreement, day=TODAY, by=world.officer)


@pytest.mark.parametrize("role", ["keeper", "official", "auditor", "outsider"])
def test_only_officers_of_the_unit_make_sign_and_end_agreements(world: World, role: str) -> None:
    by = getattr(world, role)
    agreement = recognise(world.officer, world.branch)
    with pytest.raises(Refused):
        draft(by, world.branch)
    with pytest.raises(Refused, match="kept by its officers"):
        end_agreement(agreement=agreement, last=TODAY, reason="x", by=by)
    with pytest.raises(Refused):
        renew_agreement(agreement=agreement, until=None, by=by)


def test_a_unit_makes_agreements_for_itself_and_those_below_it(world: World) -> None:
    with pytest.raises(Invalid, match="units below it"):
        draft(world.admin, world.branch, covered_unit=world.other_bank)
    with pytest.raises(Invalid, match="of which programme"):
        draft(world.officer, world.branch, kind="recognition")
    with pytest.raises(Invalid, match="on or after the day it begins"):
        draft(world.officer, world.branch, until=FIRST - timedelta(1))


def test_one_agreement_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = recognise(world.officer, world.branch, world.station)
    recognise(world.officer, world.branch, world.sister)
    Plate.objects.all().delete()
    covered = covering.covered

    def fail(agreement: Agreement) -> Any:
        if agreement == broken:
            raise ValueError
        return covered(agreement)

    monkeypatch.setattr(agreement_plates, "covered", fail)
    with pytest.raises(ExceptionGroup) as failed:
        tasks.settle_agreements()
    assert failed.value.exceptions[0].__notes__ == [f"while doing {broken!r}"]
    assert hanging() == {world.sister.pk}


def test_who_sees_an_agreement(world: World) -> None:
    of_bank = agree(world.admin, world.bank)
    of_one = agree(world.officer, world.branch, world.sister)
    mine = draft(world.officer, world.branch)
    theirs = agree(world.outsider, world.other_bank)
    rows: Any = Agreement.objects.all()
    seen = {role: set(rows.visible_to(getattr(world, role))) for role in ("keeper", "officer", "official", "auditor")}
    assert seen == {
        "keeper": {of_bank},
        "officer": {of_bank, of_one, mine},
        "official": {of_bank, of_one},
        "auditor": {of_bank, of_one, mine},
    }
    assert set(rows.visible_to(world.outsider)) == {theirs}


def test_two_stations_and_fifty_are_plated_with_as_many_queries(world: World) -> None:
    def queries() -> int:
        agreement = draft(
            world.officer, world.branch, kind="recognition", programme=make_programme(f"p{Agreement.objects.count()}")
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            sign_agreement(agreement=agreement, day=TODAY, by=world.officer)
        return len(captured)

    few = queries()
    for number in range(48):
        make_station(f"站{number}", operator=world.branch)
    assert queries() == few


def test_a_place_and_a_party_that_were_merged_are_told_once(world: World) -> None:
    kept, twice = make_partner(world.branch, name="快递协会"), make_partner(world.branch, name="省快递协会")
    agreement = agree(world.officer, world.branch, partner=kept, more_partners=[twice])
    merge_partners(by=world.officer, duplicate=twice, into=kept, reason="同一家")
    merge_stations(by=world.officer, duplicate=world.station, into=world.sister, reason="同一处")
    sheet = sheet_of(Agreement.objects.get(pk=agreement.pk), timezone.localdate(), is_linked=False)
    assert (sheet.partners, sheet.station_count, sheet.stations) == (["快递协会"], 1, [world.sister])


def test_the_postings_of_a_scope_are_read_once_in_a_request(world: World) -> None:
    agree(world.admin, world.bank)
    rows: Any = Agreement.objects.all()
    with CaptureQueriesContext(connection) as captured, one_scope_each():
        for _time in range(3):
            assert rows.visible_to(world.officer).count() == 1
        assert rows.visible_to(world.outsider).count() == 0
    assert sum(" UNION " in query["sql"] for query in captured) == 2


def test_a_sheet_reads_once_what_is_covered_for_all_obligations(world: World) -> None:
    agreement = agree(world.officer, world.branch)
    for _time in range(3):
        promise_cups(agreement, world.officer)
    agreement.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        assert len(sheet_of(agreement, TODAY, is_linked=False).obligations) == 3
    assert sum('FROM "stations_posting"' in query["sql"][:200] for query in captured) == 1
