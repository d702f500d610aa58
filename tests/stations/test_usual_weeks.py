"""The usual week of a schedule, as it can be printed."""

import pytest

from stations.expressions import Interval
from stations.usual_weeks import ALWAYS, hours_on_holidays, usual_weeks

OFFICE = (Interval(510, 1050, "open"),)
YEAR = 2026


def test_a_week_without_seasons_is_one_for_all_months() -> None:
    (season,) = usual_weeks("Mo-Fr 08:30-17:30", "finance", YEAR)
    assert season.months == tuple(range(1, 13))
    assert season.week == (OFFICE,) * 5 + ((),) * 2


def test_round_the_clock_is_told_apart() -> None:
    assert [season.week for season in usual_weeks("24/7", "every_day", YEAR)] == [ALWAYS]


def test_seasons_run_over_new_year() -> None:
    summer, winter = usual_weeks("Apr-Sep 08:00-18:00; Oct-Mar 08:30-17:00", "every_day", YEAR)[::-1]
    assert (summer.months, winter.months) == (tuple(range(4, 10)), (10, 11, 12, 1, 2, 3))
    assert summer.week[0] == (Interval(480, 1080, "open"),)


@pytest.mark.parametrize(
    "hours",
    [
        "May 15-Sep 30 08:00-18:00",
        "Mo[1] 09:00-12:00",
        "Jan-Feb 08:00-16:00; Mar-Apr 08:00-17:00; May-Jun 08:00-18:00; Jul-Dec 08:00-19:00",
    ],
)
def test_weeks_that_differ_too_much_are_not_printed(hours: str) -> None:
    assert usual_weeks(hours, "every_day", YEAR) == ()


def test_hours_on_public_holidays_are_those_that_are_named() -> None:
    assert hours_on_holidays("Mo-Fr 08:30-17:30; PH 09:00-12:00", "statutory", YEAR) == (Interval(540, 720, "open"),)
    assert hours_on_holidays("Mo-Fr 08:30-17:30", "statutory", YEAR) == ()
    assert hours_on_holidays("Mo-Fr 08:30-17:30; PH 09:00-12:00", "every_day", YEAR) == ()
