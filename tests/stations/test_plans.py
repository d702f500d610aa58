"""Dates on which other hours hold, laid over one another."""

from datetime import date

from stations.expressions import Interval
from stations.plans import DatedHours, Plan, layered


def days(first: int, last: int, hours: str = "off", reason: str = "停电") -> DatedHours:
    return DatedHours(date(2026, 11, first), date(2026, 11, last), hours, reason)


def test_a_further_layer_only_has_the_days_that_are_left() -> None:
    station, unit, bank = days(10, 12), days(8, 14, "09:00-12:00"), days(1, 30, "10:00-11:00")
    assert layered([[station], [unit], [bank]]) == (
        days(1, 7, "10:00-11:00"),
        days(8, 9, "09:00-12:00"),
        station,
        days(13, 14, "09:00-12:00"),
        days(15, 30, "10:00-11:00"),
    )


def test_what_is_covered_whole_disappears() -> None:
    assert layered([[days(8, 14)], [days(10, 12, "09:00-12:00")]]) == (days(8, 14),)


def test_layers_side_by_side_stand_in_the_order_of_their_dates() -> None:
    assert layered([[days(20, 20)], [days(2, 3)]]) == (days(2, 3), days(20, 20))
    assert layered([]) == ()


def test_dated_hours_survive_as_json() -> None:
    assert DatedHours.from_row(days(2, 3).as_row()) == days(2, 3)


def test_an_exception_holds_as_written_whatever_the_calendar_says() -> None:
    plan = Plan("Mo-Fr 08:30-17:30", "statutory", (days(21, 22, "09:00-12:00"),))
    assert plan.intervals(date(2026, 11, 22), {}) == [Interval(540, 720, "open")]
    assert plan.intervals(date(2026, 11, 23), {}) == [Interval(510, 1050, "open")]


def test_without_usual_hours_the_other_days_are_unknown() -> None:
    plan = Plan("", "", (days(21, 21),))
    assert plan.intervals(date(2026, 11, 20), {}) == [Interval(0, 1440, "unknown")]
    assert plan.intervals(date(2026, 11, 21), {}) == []
