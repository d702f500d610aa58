"""Keeping the calendar of public holidays."""

from datetime import date
from typing import Any

import pytest

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.calendar import announce_days, forget_day
from stations.calendar_years import missing_years
from stations.choices import DayKind, DayStatus, Role
from stations.models import CalendarDay, MapChange
from tests.conftest import World
from tests.factories import make_member

FIRST, LAST = date(2027, 10, 1), date(2027, 10, 7)
SAID: dict[str, Any] = {"kind": DayKind.REST, "name": "国庆节", "status": DayStatus.ANNOUNCED}


def test_an_official_announces_a_holiday_and_all_leaves_are_written_anew_once(world: World) -> None:
    announce_days(by=world.official, first=FIRST, last=LAST, **SAID)
    rows = CalendarDay.objects.order_by("date")
    assert [(row.date.day, row.kind, row.name) for row in rows] == [(day, "rest", "国庆节") for day in range(1, 8)]
    assert {row.history.get().history_user for row in rows} == {world.official}
    assert [change.station_id for change in MapChange.objects.all()] == [None]


def test_days_that_are_there_are_changed_and_equal_ones_left_alone(world: World) -> None:
    announce_days(by=world.official, first=FIRST, last=FIRST, **SAID)
    MapChange.objects.all().delete()
    announce_days(by=world.admin, first=FIRST, last=FIRST, **SAID)
    assert not MapChange.objects.exists()
    announce_days(by=world.admin, first=FIRST, last=date(2027, 10, 2), **SAID | {"kind": DayKind.MAKEUP})
    first, second = CalendarDay.objects.order_by("date")
    assert (first.kind, first.history.count(), second.history.count()) == ("makeup", 2, 1)
    assert MapChange.objects.count() == 1


def test_a_day_becomes_an_ordinary_one_again(world: World) -> None:
    [day] = announce_days(by=world.official, first=FIRST, last=FIRST, **SAID)
    forget_day(by=world.official, day=day)
    assert not CalendarDay.objects.exists()
    last = CalendarDay.history.latest()
    assert (last.history_type, last.history_user, last.date) == ("-", world.official, FIRST)
    assert MapChange.objects.count() == 2


def test_a_reviewer_of_a_bank_does_not_write_the_calendar_of_all(world: World) -> None:
    reviewer = make_member(world.bank, Role.REVIEWER)
    for by in (reviewer, world.officer):
        with pytest.raises(Refused, match="union officials"):
            announce_days(by=by, first=FIRST, last=LAST, **SAID)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("last", [date(2027, 9, 30), date(2028, 10, 7)])
def test_a_slip_in_the_dates_is_refused(world: World, last: date) -> None:
    with pytest.raises(Invalid, match="within a month"):
        announce_days(by=world.official, first=FIRST, last=last, **SAID)


def test_what_is_no_kind_of_day_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        announce_days(by=world.official, first=FIRST, last=LAST, **SAID | {"kind": "party"})
    assert refused.value.field == "kind"


@pytest.mark.parametrize("name", ["keeper", "officer", "auditor", "outsider"])
def test_nobody_else_keeps_it(world: World, name: str) -> None:
    day = CalendarDay.objects.create(date=FIRST, kind=DayKind.REST, name="国庆节")
    with pytest.raises(Refused):
        announce_days(by=getattr(world, name), first=FIRST, last=LAST, **SAID)
    with pytest.raises(Refused):
        forget_day(by=getattr(world, name), day=day)
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 11, 1), [2027, 2028]),
    ],
)
def test_from_november_on_the_coming_year_is_missed(db: None, today: date, missing: list[int]) -> None:
    CalendarDay.objects.create(date=date(2026, 10, 1), kind=DayKind.REST, name="国庆节")
    assert missing_years(today) == missing


@pytest.mark.parametrize(
    ("fields", "is_missing"),
    [({}, False), ({"status": DayStatus.PREDICTED}, True), ({"kind": DayKind.MAKEUP}, True)],
)
def test_a_year_is_known_by_its_announced_holidays(db: None, fields: dict[str, str], is_missing: bool) -> None:
    CalendarDay.objects.create(**{"date": FIRST, "kind": DayKind.REST, "name": "国庆节"} | fields)
    assert missing_years(date(2027, 2, 1)) == ([2027] if is_missing else [])
