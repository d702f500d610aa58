"""When a station is open."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from harbor_portal.lib.remember import forget_everything
from harbor_portal.portal.criteria import SPANS
from stations.choices import CalendarPolicy, DayKind, OpenReason
from stations.expressions import Interval, day_intervals
from stations.hours import (
    calendar_between,
    plan_now,
    state_now,
    timetables_now,
)
from stations.models import CalendarDay, Station, StationCard, Timetable
from stations.open_now import OpenAt
from stations.plans import DatedHours, Plan, layered
from stations.publishing.leaves import MOMENTS
from stations.publishing.windows import schedule_window, window_start
from tests.factories import make_schedule
from tests.random_weeks import WEEK, random_weeks, server_week

TABLE = json.loads((Path(__file__).parent.parent / "data" / "open_now_cases.json").read_text())
CALENDAR = {date.fromisoformat(day): DayKind(kind) for day, kind in TABLE["calendar"].items()}
FRIDAY = date(2026, 11, 20)

by_name = pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])


def _plan(case: dict[str, Any]) -> Plan | None:
    dated = layered([DatedHours.from_row(row) for row in layer] for layer in case["exceptions"])
    return Plan(case["hours"], case["policy"], dated) if case["hours"] or dated else None


def _timetable(case: dict[str, Any]) -> Timetable | None:
    plan = _plan(case)
    if plan is None:
        return None
    return Timetable.objects.create(
        schedule=make_schedule(case["hours"], case["policy"]) if case["hours"] else None,
        exceptions=[one.as_row() for one in plan.dated],
        digest=case["name"][:64],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _last_day(text: str) -> date | None:
    return date.max if text == "?" else date.fromisoformat(text) if text else None


def _first_day(case: dict[str, Any]) -> date | None:
    """Named by the cases of suspensions that are still to come somewhere in their story; others have begun."""
    return date.fromisoformat(case["suspended_from"]) if "suspended_from" in case else None


@by_name
def test_the_server_answers_the_shared_cases(case: dict[str, Any]) -> None:
    at = datetime.fromisoformat(case["at"])
    answer = state_now(
        plan_now(_plan(case), at, CALENDAR),
        at,
        suspended_from=_first_day(case),
        suspended_through=_last_day(case["suspended_until"]),
        opened_at=_moment(case["opened_at"]),
        closed_at=_moment(case["closed_at"]),
        seen_at=_moment(case["seen_at"]),
        reported_closed_at=_moment(case["reported_closed_at"]),
    )
    assert (answer.state, answer.until, answer.reason) == (case["state"], _moment(case["until"]), case["reason"])


def test_a_query_finds_open_what_the_shared_cases_call_open(db: None) -> None:
    CalendarDay.objects.bulk_create(CalendarDay(date=day, kind=kind) for day, kind in CALENDAR.items())
    stations = Station.objects.bulk_create(
        Station(code=f"C{number:07d}", name=case["name"], address="路", longitude=117, latitude=36)
        for number, case in enumerate(TABLE["cases"])
    )
    for case, station in zip(TABLE["cases"], stations, strict=True):
        StationCard.objects.create(
            station=station,
            code=station.code,
            longitude=117,
            latitude=36,
            record={},
            timetable=_timetable(case),
            suspended_from=_first_day(case),
            suspended_through=_last_day(case["suspended_until"]),
            **{name: _moment(case[name]) for name in MOMENTS},
        )
    forget_everything()
    for case, station in zip(TABLE["cases"], stations, strict=True):
        at = datetime.fromisoformat(case["at"])
        card = StationCard.objects.filter(pk=station.pk)
        found = card.filter(OpenAt(at, "open")).exists(), card.filter(OpenAt(at, "not_closed")).exists()
        assert found == (case["state"] == "open", case["state"] != "closed"), case["name"]
        for span, answer in case.get("spans", {}).items():
            conditions = OpenAt(at, "open", SPANS[span]), OpenAt(at, "not_closed", SPANS[span])
            found = card.filter(conditions[0]).exists(), card.filter(conditions[1]).exists()
            assert found == (answer == "yes", answer != "no"), (case["name"], span)
        forget_everything()


@by_name
def test_the_shared_cases_carry_the_schedule_as_it_is_published(case: dict[str, Any]) -> None:
    first = window_start(datetime.fromisoformat(case["at"]).date())
    assert case["from"] == str(first)
    plan = _plan(case)
    assert case["schedule"] == (plan and schedule_window(plan, first, CALENDAR))


def test_the_answer_of_each_moment_is_that_of_its_run() -> None:
    """The runs with which a device is compared minute by minute are what `plan_now` says of single minutes."""
    chance = Random(5)
    for week in random_weeks(300, date(2026, 8, 31), 26):
        runs = server_week(week, CALENDAR)
        for minute in (chance.choice(runs)[0], chance.randrange(WEEK)):
            at = datetime.fromisoformat(f"{week.monday}T00:00+08:00") + timedelta(minutes=minute)
            answer = plan_now(week.plan, at, CALENDAR).base
            until = answer.until and round(answer.until.timestamp() * 1000)
            [*_before, run] = [run for run in runs if run[0] <= minute]
            assert run[1:] == (answer.state, until, answer.then), (week, at)


def test_hours_that_cannot_be_read_are_unknown_all_day() -> None:
    assert day_intervals("by and large", CalendarPolicy.EVERY_DAY, FRIDAY, {}) == [Interval(0, 1440, "unknown")]


def test_a_make_up_day_without_any_working_hours_near_it_has_its_own() -> None:
    makeup = {date(2026, 11, 21): DayKind.MAKEUP}
    hours = day_intervals("Sa 09:00-12:00", CalendarPolicy.STATUTORY, date(2026, 11, 21), makeup)
    assert hours == [Interval(540, 720, "open")]


def test_a_comment_may_hold_any_punctuation() -> None:
    hours = day_intervals('Mo-Fr 08:00-12:00 open "ring; PH || twice"', CalendarPolicy.STATUTORY, FRIDAY, {})
    assert hours == [Interval(480, 720, "open")]


def test_spans_that_touch_over_midnight_are_one() -> None:
    hours = day_intervals("08:00-18:00,18:00-02:00", CalendarPolicy.EVERY_DAY, FRIDAY, {})
    assert hours == [Interval(480, 1560, "open")]


def test_the_calendar_is_read_between_two_days_included(db: None) -> None:
    for day in (1, 2, 3, 4):
        CalendarDay.objects.create(date=date(2026, 10, day), kind=DayKind.REST, name="国庆节")
    assert list(calendar_between(date(2026, 10, 2), date(2026, 10, 3))) == [date(2026, 10, 2), date(2026, 10, 3)]


def test_the_reason_says_that_the_calendar_decided() -> None:
    at = datetime.fromisoformat("2026-10-10T10:00+08:00")
    plan = Plan("Mo-Fr 08:00-17:00", CalendarPolicy.STATUTORY)
    assert plan_now(plan, at, CALENDAR).base.reason == OpenReason.MAKEUP


def test_a_list_with_spaces_is_one_list() -> None:
    holiday = date(2026, 10, 1)
    for hours in ("Mo-Fr, PH 08:00-17:00", "PH , Mo-Fr 08:00-17:00", "PH, SH 08:00-17:00", "Jan, Oct PH 08:00-17:00"):
        found = day_intervals(hours, CalendarPolicy.STATUTORY, holiday, CALENDAR)
        assert found == [Interval(480, 1020, "open")], hours


def test_all_timetables_are_answered_with_two_queries_a_minute(db: None, django_assert_num_queries: Any) -> None:
    at = datetime.fromisoformat("2026-11-20T10:00+08:00")
    bank, night = (
        Timetable.objects.create(schedule=make_schedule(hours), digest="")
        for hours in ("Mo-Fr 08:30-17:30", "22:00-06:00")
    )
    with django_assert_num_queries(2):
        found = timetables_now(at)
        again = timetables_now(at.replace(second=59))
    assert (found[bank.pk].base.state, found[night.pk].base.state) == ("open", "closed")
    assert again == found
    with django_assert_num_queries(2):
        timetables_now(at.replace(minute=1))
