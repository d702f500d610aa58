"""What is due by when, of how much a day, month, year or in all; and days that are joined, cut and left out."""

from datetime import date, timedelta

import pytest

from partners.pace import Pace, Terms, window
from partners.pace_chart import chart_of
from partners.spans import FOREVER, Span, joined, within, without

JULY = Span(date(2026, 7, 1), date(2026, 7, 31))
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


def days(text: str) -> list[Span]:
    """Of July, written like 1-3 7-9."""
    pairs = (part.split("-") for part in text.split())
    return [Span(date(2026, 7, int(first)), date(2026, 7, int(last)) if last else FOREVER) for first, last in pairs]


@pytest.mark.parametrize(
    ("text", "whole"),
    [("1-3 4-6", "1-6"), ("1-3 5-6", "1-3 5-6"), ("5- 1-9 20-21", "1-"), ("1-9 2-3", "1-9"), ("", "")],
)
def test_days_that_follow_on_each_other_are_one_span(text: str, whole: str) -> None:
    assert joined(days(text)) == days(whole)


@pytest.mark.parametrize(
    ("text", "taken", "rest"),
    [
        ("1-9", "3-4", "1-2 5-9"),
        ("1-9", "1-9", ""),
        ("1-", "3-", "1-2"),
        ("1-", "3-4 6-", "1-2 5-5"),
        ("5-9", "1-5", "6-9"),
    ],
)
def test_days_that_are_taken_are_left_out(text: str, taken: str, rest: str) -> None:
    assert without(days(text), days(taken)) == days(rest)


def test_days_are_cut_to_their_bounds() -> None:
    assert within(days("1-3 5-9 20-"), days("2-6")[0]) == days("2-3 5-6")


def pace(quantity: int, period: str, span: Span, today: date, **done: int) -> Pace:
    """`done` by day of the month: d03=300."""
    by_day = {date(today.year, today.month, int(day[1:])): count for day, count in done.items()}
    return Pace(Terms(quantity, period, span), by_day, today)


def test_cups_a_day_are_due_by_the_end_of_yesterday_and_todays_count_already() -> None:
    found = pace(300, "day", JULY, date(2026, 7, 3), d01=300, d02=200, d03=100)
    assert (found.expected, found.done, found.due, found.is_behind) == (600, 600, 9300, False)
    assert [(step.due, step.done, step.is_short) for step in found.steps[:3]] == [
        (300, 300, False),
        (300, 200, True),
        (300, 100, False),
    ]
    assert (found.steps_reached, found.steps_over, len(found.steps)) == (1, 2, 31)
    late = pace(300, "day", JULY, date(2026, 7, 4), d01=300, d02=200, d03=100)
    assert (late.expected, late.is_behind) == (900, True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), 0),
        (date(2026, 1, 27), 0),
        (date(2026, 1, 28), 1),
        (date(2026, 7, 2), 6),
        (date(2027, 1, 1), 14),
    ],
)
def test_of_fourteen_sessions_a_year_so_many_are_due(today: date, expected: int) -> None:
    assert pace(14, "year", YEAR, today).expected == expected


def test_a_month_that_the_agreement_has_only_a_part_of_owes_its_part() -> None:
    found = pace(31, "month", Span(date(2026, 7, 11), date(2026, 8, 31)), date(2026, 9, 1))
    assert [step.due for step in found.steps] == [21, 31]
    assert (found.due, found.is_over, found.is_kept) == (52, True, False)


def test_in_all_is_due_evenly_to_the_last_day_however_long() -> None:
    span = Span(date(2026, 1, 1), date(2027, 12, 31))
    assert window(Terms(730, "total", span), date(2026, 6, 1)) == span
    assert pace(730, "total", span, date(2027, 1, 1)).expected == 365


def test_what_goes_on_for_years_is_judged_by_the_year_of_now() -> None:
    terms = Terms(12, "year", Span(date(2024, 2, 29), FOREVER))
    assert window(terms, date(2024, 1, 1)) == Span(date(2024, 2, 29), date(2025, 2, 28))
    assert window(terms, date(2026, 7, 1)) == Span(date(2026, 3, 1), date(2027, 2, 28))
    assert Pace(terms, {date(2024, 3, 1): 99}, date(2026, 7, 1)).done == 0
    ended = Terms(12, "year", Span(date(2024, 1, 1), date(2025, 6, 30)))
    found = Pace(ended, {}, date(2026, 7, 1))
    assert (found.window, found.due) == (Span(date(2025, 1, 1), date(2025, 6, 30)), 5)


def test_before_it_begins_nothing_is_due_and_nobody_is_behind() -> None:
    found = pace(300, "day", JULY, date(2026, 6, 1))
    assert (found.expected, found.is_behind, found.has_begun, found.line()) == (0, False, False, [])


def test_the_drawing_climbs_with_what_was_done_and_ends_today() -> None:
    found = pace(10, "day", JULY, date(2026, 7, 2), d01=10, d02=20)
    chart = chart_of(found, lambda first, last: f"{first:%d}-{last:%d}")
    assert (chart.highest, len(chart.rows), chart.rows[1].url) == (310, 31, "02-02")
    assert chart.done_line.split()[-1] == f"{chart.today},{chart.done_line.split()[-2].split(',')[1]}"
    assert chart.due_line.endswith("650.0,30.0")
    year = chart_of(pace(14, "year", YEAR, YEAR.last + timedelta(1)), lambda *_days: "")
    assert (len(year.ticks), year.today, year.pace.steps[-1].due_so_far) == (12, None, 14)


def test_the_years_that_are_over_stay_each_as_it_ended() -> None:
    three = Terms(14, "year", Span(date(2025, 1, 1), date(2027, 12, 31)))
    done = {date(2025, 3, 1): 10, date(2025, 12, 31): 4, date(2026, 5, 1): 13, date(2027, 1, 1): 1}
    told = [
        (one.window.first.year, one.due, one.done, one.is_kept) for one in Pace(three, done, date(2027, 1, 1)).earlier
    ]
    assert told == [(2026, 14, 13, False), (2025, 14, 14, True)]
    assert [one.window.first.year for one in Pace(three, done, date(2030, 1, 1)).earlier] == [2026, 2025]
    assert Pace(three, done, date(2025, 12, 31)).earlier == []
    without_end = Terms(1, "month", Span(date(2024, 2, 29), FOREVER))
    assert [one.due for one in Pace(without_end, {}, date(2026, 3, 1)).earlier] == [12, 12]
    assert Pace(Terms(9, "total", three.days), done, date(2027, 6, 1)).earlier == []
