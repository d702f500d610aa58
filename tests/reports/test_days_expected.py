"""What a station was to do in a month, and what of it was done."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from reports.choices import HourClass, hour_classes
from reports.figures import live_figures
from reports.models import StationMonth, StationMonthTimes
from reports.rollups.adding_up import roll_up, stations_behind
from reports.subjects import Subject
from services.choices import Method
from services.models import StationDay
from stations.choices import CalendarPolicy, DayKind, StationStatus
from stations.models import CalendarDay, Posting, Station
from tests.conftest import World
from tests.factories import make_exception, make_schedule
from tests.reports.builders import OCTOBER, count, hand_over, october, record

pytestmark = pytest.mark.django_db

WAYS = pytest.mark.parametrize("full", [False, True])
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS = 22
"""From Monday to Friday in October 2026."""
A_DAY = 9 * 60
LATER = datetime(2026, 11, 3, 12, tzinfo=SHANGHAI)


def months_of(station: Station) -> list[StationMonth]:
    return list(StationMonth.objects.filter(posting__station=station, month=OCTOBER.first).order_by("first_day"))


def of(station: Station) -> StationMonth:
    return months_of(station)[0]


def judged(month: StationMonth) -> tuple[int, int, int, int]:
    """Expected, explained, missing, suspended."""
    return month.days_expected, month.days_explained, month.days_missing, month.days_suspended


def opened(station: Station, day: date, since: time, until: time | None = None, remark: str = "") -> StationDay:
    midnight = datetime.combine(day, time.min, SHANGHAI)
    at = [midnight + timedelta(hours=one.hour, minutes=one.minute) if one else None for one in (since, until)]
    return StationDay.objects.create(station=station, date=day, opened_at=at[0], closed_at=at[1], remark=remark)


def national_day() -> None:
    for day in range(1, 8):
        CalendarDay.objects.create(date=october(day), kind=DayKind.REST, name="国庆节")
    CalendarDay.objects.create(date=october(10), kind=DayKind.MAKEUP, name="国庆节调休")


@WAYS
def test_every_expected_day_is_recorded_explained_or_missing(world: World, full: bool) -> None:
    count(world.station, october(1), 3)
    record(world.station, october(2), nil=True)
    StationDay.objects.create(station=world.station, date=october(5), remark="停电")
    StationDay.objects.create(station=world.station, date=october(6), opened_at=LATER - timedelta(days=28))
    StationDay.objects.create(station=world.station, date=october(1).replace(day=7), remark="记在纸上", is_nil=True)
    roll_up(OCTOBER, full=full)
    month = of(world.station)
    assert judged(month) == (WORKDAYS, 1, WORKDAYS - 4, 0)
    assert (month.days_recorded, month.days_nil) == (3, 2), "a day with a remark that is recorded is not explained too"
    assert month.missing_bits & 0b1111111 == 0b0100000, "of the first week, the 6th: opened, with nothing recorded"
    assert judged(of(world.sister)) == (0, 0, 0, 0), "without hours nothing is known"


@WAYS
@pytest.mark.parametrize(("policy", "days"), [("finance", 17), ("statutory", 18), ("every_day", 22)])
def test_the_calendar_decides_by_its_policy(world: World, policy: str, days: int, full: bool) -> None:
    national_day()
    hours = make_schedule("Mo-Fr 08:30-17:30", CalendarPolicy(policy))
    Station.objects.filter(pk=world.station.pk).update(schedule=hours)
    roll_up(OCTOBER, full=full)
    month = of(world.station)
    assert (month.days_expected, month.minutes_posted) == (days, days * A_DAY)


@WAYS
def test_exceptions_of_the_station_come_before_those_of_the_units_above(world: World, full: bool) -> None:
    make_exception(world.bank, october(12), october(14))
    make_exception(world.station, october(13), hours="10:00-12:00", reason="半天")
    make_exception(world.other_bank, october(15))
    Station.objects.filter(pk=world.sister.pk).update(schedule=world.station.schedule)
    roll_up(OCTOBER, full=full)
    month, sister = of(world.station), of(world.sister)
    assert (month.days_expected, month.minutes_posted) == (WORKDAYS - 2, (WORKDAYS - 3) * A_DAY + 120)
    assert (sister.days_expected, sister.minutes_posted) == (WORKDAYS - 3, (WORKDAYS - 3) * A_DAY)


@WAYS
def test_a_suspended_station_owes_nothing(world: World, full: bool) -> None:
    world.station.status = StationStatus.SUSPENDED
    world.station.suspended_from, world.station.suspended_until = october(5), october(16)
    world.station.suspended_reason = "装修"
    world.station.save()
    roll_up(OCTOBER, full=full)
    assert judged(of(world.station)) == (12, 0, 12, 12), "two weeks of five working days, and the weekend between"


@WAYS
def test_a_suspension_that_has_ended_still_stands_for_its_days(world: World, full: bool) -> None:
    station = world.station
    with time_machine.travel(datetime(2026, 10, 5, 8, tzinfo=SHANGHAI)):
        station.status, station.suspended_from, station.suspended_reason = StationStatus.SUSPENDED, october(5), "装修"
        station.save()
    with time_machine.travel(datetime(2026, 10, 8, 8, tzinfo=SHANGHAI)):
        station.status, station.suspended_from = StationStatus.PUBLISHED, None
        station.save()
    roll_up(OCTOBER, full=full, at=LATER)
    assert judged(of(station)) == (WORKDAYS - 3, 0, WORKDAYS - 3, 3)


@WAYS
def test_hours_hold_from_the_day_on_which_they_were_given(world: World, full: bool) -> None:
    station = world.station
    with time_machine.travel(datetime(2026, 9, 1, 8, tzinfo=SHANGHAI)):
        station.save()
    station.history.exclude(pk=station.history.earliest().pk).delete()
    with time_machine.travel(datetime(2026, 10, 19, 8, tzinfo=SHANGHAI)):
        station.schedule = make_schedule("Mo-Su 09:00-10:00")
        station.save()
    roll_up(OCTOBER, full=full, at=LATER)
    month = of(station)
    assert month.days_expected == 12 + 13
    assert month.minutes_posted == 12 * A_DAY + 13 * 60

    with time_machine.travel(datetime(2026, 12, 1, 8, tzinfo=SHANGHAI)):
        station.schedule = None
        station.save()
    assert station.pk not in stations_behind(OCTOBER), "what changes later says nothing of October"


@WAYS
def test_hours_that_are_given_for_the_first_time_hold_for_the_days_before(world: World, full: bool) -> None:
    world.sister.schedule = world.station.schedule
    world.sister.save()
    roll_up(OCTOBER, full=full, at=LATER)
    assert of(world.sister).days_expected == WORKDAYS


@WAYS
def test_a_station_owes_nothing_once_it_is_closed_for_good_nor_as_a_draft(world: World, full: bool) -> None:
    with time_machine.travel(datetime(2026, 10, 19, 8, tzinfo=SHANGHAI)):
        world.station.status = StationStatus.CLOSED
        world.station.save()
    Station.objects.filter(pk=world.sister.pk).update(
        status=StationStatus.DRAFT, schedule=world.station.schedule, longitude=None, latitude=None
    )
    make_exception(world.sister, october(20), hours="10:00-12:00", reason="试运行")
    world.station.history.filter(history_type="+").update(history_date=datetime(2026, 9, 1, tzinfo=SHANGHAI))
    roll_up(OCTOBER, full=full, at=LATER)
    assert (of(world.station).days_expected, of(world.station).last_day) == (12, october(19))
    assert months_of(world.sister) == [], "a draft is no station yet"


@WAYS
def test_what_is_closed_for_good_is_a_station_until_then_and_where_it_has_a_record(world: World, full: bool) -> None:
    """And the list of changes says when it closed."""
    with time_machine.travel(datetime(2026, 10, 19, 8, tzinfo=SHANGHAI)):
        world.station.status = StationStatus.CLOSED
        world.station.save()
    world.station.history.filter(history_type="+").update(history_date=datetime(2026, 9, 1, tzinfo=SHANGHAI))
    for month in (OCTOBER.plus(-1), OCTOBER, OCTOBER.plus(1)):
        roll_up(month, full=full, at=LATER)
    subject = Subject(unit=world.branch)
    told = {month: live_figures(subject, month) for month in (OCTOBER, OCTOBER.plus(1))}
    counts = [figures.measures["stations_end"] for figures in told.values()]
    assert [(row["value"], row["previous"]) for row in counts] == [(1, 2), (1, 1)]
    assert told[OCTOBER].measures["stations"]["value"] == 2
    assert [(row["change"], row["code"], row["date"]) for row in told[OCTOBER].of("change")] == [
        ("closed", world.station.code, "2026-10-19")
    ]
    assert told[OCTOBER.plus(1)].of("change") == []
    assert told[OCTOBER].of("standing")[-1]["stations"] == 1
    count(world.station, october(25), 4)
    count(world.station, date(2026, 11, 2), 3)
    for month in (OCTOBER, OCTOBER.plus(1)):
        roll_up(month, full=full, at=LATER)
    found = StationMonth.objects.filter(posting__station=world.station).order_by("month")
    assert [(row.last_day, row.visits) for row in found] == [
        (date(2026, 9, 30), 0), (october(25), 4), (date(2026, 11, 2), 3)
    ]  # fmt: skip


@WAYS
def test_each_posting_is_judged_by_its_own_days(world: World, full: bool) -> None:
    opened(world.station, october(15), time(8, 30), time(17, 30))
    opened(world.station, october(16), time(8, 30), time(10, 30))
    count(world.station, october(14), 1)
    hand_over(world.station, october(16), world.other_bank)
    roll_up(OCTOBER, full=full)
    first, second = months_of(world.station)
    assert (judged(first), first.minutes_posted, first.minutes_open) == ((11, 0, 10, 0), 11 * A_DAY, A_DAY)
    assert (judged(second), second.minutes_posted, second.minutes_open) == ((11, 0, 11, 0), 11 * A_DAY, 120)


@WAYS
def test_open_minutes_are_those_within_the_posted_hours(world: World, full: bool) -> None:
    lunch = make_schedule("Mo-Fr 08:00-12:00,13:00-17:00; Sa 20:00-02:00", CalendarPolicy.EVERY_DAY)
    Station.objects.filter(pk=world.station.pk).update(schedule=lunch)
    opened(world.station, october(1), time(7, 0), time(12, 30))
    opened(world.station, october(2), time(11, 0))
    opened(world.station, october(4), time(8, 0), time(17, 0))
    night = opened(world.station, october(3), time(21, 0))
    StationDay.objects.filter(pk=night.pk).update(closed_at=datetime(2026, 10, 4, 1, tzinfo=SHANGHAI))
    roll_up(OCTOBER, full=full)
    month = of(world.station)
    assert month.minutes_open == 4 * 60 + (60 + 240) + 4 * 60, "on the 4th, a Sunday, nothing was posted"
    assert month.minutes_posted == 22 * 8 * 60 + 5 * 6 * 60


@WAYS
def test_an_expected_day_is_kept_if_the_keeper_opened(world: World, full: bool) -> None:
    for day in (1, 2, 3, 5):
        opened(world.station, october(day), time(9, 0))
    StationDay.objects.create(station=world.station, date=october(6), remark="停电")
    count(world.station, october(7), 4)
    hand_over(world.station, october(5), world.other_bank)
    roll_up(OCTOBER, full=full)
    first, second = months_of(world.station)
    assert (first.days_opened, first.days_kept) == (3, 2), "the 3rd is a Saturday, on which nothing was posted"
    assert (second.days_opened, second.days_kept) == (1, 1), "visits alone do not tell that it was opened"


def test_what_was_added_up_before_kept_days_were_is_added_up_again(world: World) -> None:
    opened(world.station, october(1), time(9, 0))
    roll_up(OCTOBER)
    StationMonth.objects.filter(posting__station=world.station).update(days_kept=None)
    assert stations_behind(OCTOBER) == [world.station.pk]
    assert roll_up(OCTOBER).stations == 1
    assert of(world.station).days_kept == 1


@WAYS
def test_days_that_are_not_over_are_not_missing(world: World, full: bool) -> None:
    roll_up(OCTOBER, full=full, at=datetime(2026, 10, 7, 2, 30, tzinfo=SHANGHAI))
    month = of(world.station)
    assert (judged(month), month.through) == ((4, 0, 4, 0), october(6))
    assert month.minutes_posted == 4 * A_DAY
    roll_up(OCTOBER, full=full, at=datetime(2026, 10, 8, 2, 30, tzinfo=SHANGHAI))
    assert judged(of(world.station)) == (5, 0, 5, 0)
    roll_up(OCTOBER, full=full, at=datetime(2026, 10, 1, 2, 30, tzinfo=SHANGHAI))
    assert judged(of(world.station)) == (0, 0, 0, 0)


@WAYS
def test_visits_stand_by_weekday_and_part_of_the_day(world: World, full: bool) -> None:
    record(world.station, october(1), Method.GATE)
    count(world.station, october(1), 2, method=Method.GATE, hour=7)
    count(world.station, october(1), 3, method=Method.GATE, hour=8)
    count(world.station, october(1), 50, hour=9)
    count(world.station, october(8), 4, hour=23)
    count(world.station, october(11), 5)
    roll_up(OCTOBER, full=full)
    times = StationMonthTimes.objects.order_by("weekday", "hours").values_list("weekday", "hours", "count")
    assert list(times) == [(4, "early", 2), (4, "forenoon", 3), (4, "night", 4), (7, "whole_day", 5)]


def test_every_hour_has_its_part_of_the_day() -> None:
    names = hour_classes()
    assert len(names) == 24
    assert set(names) == set(HourClass) - {HourClass.WHOLE_DAY}
    assert [names[hour] for hour in (0, 4, 5, 8, 11, 13, 14, 18, 21, 22)] == [
        *("night", "night", "early", "forenoon", "noon", "noon", "afternoon", "evening", "evening", "night"),
    ]


def test_whatever_changes_what_was_to_be_done_is_noticed(world: World) -> None:
    roll_up(OCTOBER, full=True)
    assert stations_behind(OCTOBER) == []
    national_day()
    assert stations_behind(OCTOBER) == [world.station.pk], "of the three only this one has hours"
    roll_up(OCTOBER)
    make_exception(world.branch, october(20))
    assert stations_behind(OCTOBER) == [world.station.pk]
    run = roll_up(OCTOBER)
    assert (run.stations, of(world.station).days_expected) == (1, 16)
    Posting.objects.filter(station=world.elsewhere).update(until=october(3))
    assert stations_behind(OCTOBER) == [world.elsewhere.pk]
    make_exception(world.station, timezone.localdate() + timedelta(days=400))
    assert stations_behind(OCTOBER) == [world.elsewhere.pk]
