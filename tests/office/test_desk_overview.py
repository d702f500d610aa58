"""The figures of the first page: visits of this month and of the last thirteen, in both languages."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from harbor_portal.desk.trend import round_up, trend_of
from harbor_portal.lib.months import Month
from reports.rollups.adding_up import roll_up
from services.choices import Method
from tests.conftest import World
from tests.office.desk import NOON, ROLES, as_, desk
from tests.reports.builders import count


@pytest.fixture(autouse=True)
def _wednesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def counted(world: World) -> World:
    """Seven visits in November up to yesterday, ten last October of which four by the 17th, and three a year ago."""
    for station, times in ((world.station, 1), (world.elsewhere, 100)):
        count(station, date(2026, 11, 17), 7 * times)
        count(station, date(2026, 10, 17), 4 * times)
        count(station, date(2026, 10, 17), 4 * times, method=Method.LEDGER)
        count(station, date(2026, 10, 18), 6 * times)
        count(station, date(2025, 11, 3), 3 * times)
        count(station, date(2025, 10, 3), 1 * times)
    for month in (Month(2025, 10), Month(2025, 11), Month(2026, 10), Month(2026, 11)):
        roll_up(month)
    return world


@pytest.mark.parametrize("role", ["keeper", "officer", "official", "auditor"])
def test_visits_this_month_stand_beside_those_of_last_month_up_to_the_same_day(counted: World, role: str) -> None:
    overview = desk(getattr(counted, role)).overview
    assert (overview.visits, overview.same_day, overview.change) == (7, 4, 75)
    assert overview.until == date(2026, 11, 17)
    assert [month.visits for month in overview.trend.months] == [3, *[None] * 10, 10, 7]


def test_each_month_of_the_trend_links_to_the_report_with_the_same_figure(counted: World) -> None:
    client = as_(counted.officer)
    trend = client.get("/admin/").context["desk"].overview.trend
    for month in trend.months:
        figures = client.get(month.url).context["figures"]
        assert figures.total["value"] == month.visits, month.month
    assert {month.url for month in desk(counted.keeper).overview.trend.months} == {""}


def test_the_chart_has_a_bar_for_each_month_with_records_and_a_table_behind_it(counted: World) -> None:
    text = as_(counted.officer).get("/admin/").content.decode()
    chart, table = text.split('class="desk-trend"')[1].split("</svg>", 1)
    assert chart.count("<rect") == 3
    assert "2026-10: 10" in chart
    assert table.split("</table>")[0].count('scope="row"') == 13


def test_what_is_kept_of_the_trend_is_forgotten_with_the_next_roll_up(counted: World) -> None:
    assert desk(counted.officer).overview.visits == 7
    count(counted.station, date(2026, 11, 16), 2)
    assert desk(counted.officer).overview.visits == 7
    roll_up(Month(2026, 11))
    assert desk(counted.officer).overview.visits == 9


def test_before_the_first_roll_up_of_a_month_there_is_nothing_to_compare(world: World) -> None:
    page = as_(world.officer).get("/admin/")
    overview = page.context["desk"].overview
    assert (overview.visits, overview.same_day, overview.change, overview.until) == (None, None, None, None)
    assert "desk-trend" not in page.content.decode()


@pytest.mark.parametrize(("language", "word"), [("en", "Work to do"), ("zh-hans", "今日待办")])
def test_the_desk_speaks_both_languages(counted: World, language: str, word: str) -> None:
    client = Client(headers={"accept-language": language})
    for role in ROLES:
        client.force_login(getattr(counted, role))
        assert word in client.get("/admin/").content.decode()


@pytest.mark.parametrize(("highest", "axis"), [(0, 1), (1, 1), (3, 3), (7, 8), (11, 12), (4321, 5000), (9001, 10000)])
def test_the_axis_ends_at_a_round_figure(highest: int, axis: int) -> None:
    assert round_up(highest) == axis


def test_a_months_bar_is_as_high_as_its_share_of_the_axis() -> None:
    trend = trend_of({"2025-12": None, "2026-01": 5, "2026-02": 10}, ["", "", ""])
    assert [month.height for month in trend.months] == [0, 75.0, 150.0]
    assert [month.names_year for month in trend.months] == [True, True, False]
    assert [month.is_running for month in trend.months] == [False, False, True]
