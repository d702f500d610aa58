"""What lasts, in figures: themes, co-building, honours, agreements; and stories, and what wishes cost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.actions.standings import settle_all_standings
from services.actions.stories import withdraw_story
from services.models import Story, Wish
from stations.choices import HonourLevel
from stations.models import Posting
from tests.conftest import World
from tests.factories import make_honour, make_keeper, make_member, make_special, make_station, make_unit
from tests.office.desk import as_, shown
from tests.office.test_figures import PAGE, tables, values
from tests.partners.agreeing import agree, promise_cups
from tests.services.conftest import TODAY, _wednesday_noon  # noqa: F401  # a fixture
from tests.services.telling import tell_story
from tests.services.wishing import fulfilled

pytestmark = pytest.mark.django_db
MONTHS = ("2026-11", "2026-10", "2026-09")
"""Between the last two, a station changed hands."""


@pytest.fixture
def marked(world: World) -> World:
    """One theme of the year, one that is over; a station that changed hands in October; honours of each kind."""
    make_special(world.station)
    make_special(world.sister, since=date(2026, 9, 1), until=date(2026, 10, 15))
    make_special(world.elsewhere)
    agree(world.officer, world.branch, world.station, kind="co_building", since=date(2026, 10, 20))
    agree(world.officer, world.branch, kind="co_building", since=date(2026, 11, 1))
    agree(world.officer, world.branch, world.sister)
    make_honour(world.station)
    make_honour(world.branch, level=HonourLevel.NATIONAL)
    make_honour(world.keeper, level=HonourLevel.CITY, year=2026)
    make_honour(world.officer, level=HonourLevel.CITY, expires_date=date(2026, 9, 30))
    new = make_unit("新网点", world.bank, code="NEW")
    Posting.objects.filter(station=world.sister).update(until=date(2026, 9, 30))
    Posting.objects.create(station=world.sister, operator=new, since=date(2026, 10, 1))
    return world


def cells_with_rows(found: dict[str, dict[str, dict[str, Any]]]) -> list[Any]:
    return [cell for lines in found.values() for line in lines.values() for cell in line.values() if cell.url]


def test_what_makes_stations_stand_out_is_counted_as_it_stood_at_the_end_of_each_month(marked: World) -> None:
    client = as_(marked.auditor)
    found = tables(client, of="marks")
    assert values(found["units"]["中国建设银行"]) == ["1", "1", "1", "1", "1"]
    assert values(found["units"]["新网点"]) == ["0", "0", "0", "0", "0"]
    by_month = {name: values(line) for name, line in found["months"].items()}
    assert by_month["2026-11"] == ["1", "1", "1", "1", "1"]
    assert by_month["2026-10"] == ["1", "1", "1", "1", "1"]
    assert by_month["2026-09"] == ["2", "0", "1", "1", "2"]
    assert values(found["levels"]["济南分行"]) == ["1", "1", "1", "0"]
    september = tables(client, of="marks", month="2026-09")
    assert values(september["units"]["济南分行"]) == ["2", "0", "1", "1", "2"]
    assert values(september["units"]["新网点"]) == ["0", "0", "0", "0", "0"]


@pytest.mark.parametrize("section", ["marks", "agreements", "stories", "wishes"])
def test_every_number_leads_to_exactly_its_rows(marked: World, section: str) -> None:
    promise_cups(agree(marked.officer, marked.branch, marked.station), marked.officer)
    publish(marked)
    fulfilled(marked)
    for user, months in ((marked.auditor, MONTHS), (marked.admin, MONTHS[1:2]), (marked.official, MONTHS[1:2])):
        client = as_(user)
        own = {"unit": "CCB"} if user is marked.admin else {}
        cells = [cell for month in months for cell in cells_with_rows(tables(client, of=section, month=month, **own))]
        for url, value in {(cell.url, cell.value) for cell in cells if not isinstance(cell.value, Decimal)}:
            assert shown(client, url) == value, url


def publish(world: World) -> Story:
    story = tell_story(world.officer, world.branch)
    Story.objects.filter(pk=story.pk).update(
        state="published", reviewed_by=world.admin, published_at=timezone.now(), station=world.station
    )
    story.refresh_from_db()
    return story


def test_agreements_count_for_who_signed_with_what_is_behind(marked: World) -> None:
    july = agree(marked.officer, marked.branch, marked.station, title="送清凉")
    promise_cups(july, marked.officer, until=None)
    settle_all_standings(today=TODAY)
    found = tables(as_(marked.auditor), of="agreements")
    assert values(found["units"]["中国建设银行"]) == values(found["units"]["济南分行"]) == ["4", "1", "1", "1", "0 %"]
    assert values(found["kinds"]["济南分行"]) == ["2", "0", "2", "0"]
    assert found["months"]["2026-09"]["agreements"].text == "2"
    assert tables(as_(marked.official), of="agreements")["units"]["历下区总工会"]["agreements"].text == "0"


def test_stories_and_what_wishes_cost(world: World) -> None:
    kept, gone = publish(world), publish(world)
    withdraw_story(story=gone, reason="撤稿", by=world.officer)
    assert kept.state == "published"
    found = tables(as_(world.auditor), of="stories")
    assert values(found["units"]["济南分行"]) == ["2", "1", "2", "0", "1"]
    wish = fulfilled(world)
    Wish.objects.filter(pk=wish.pk).update(budget=Decimal("300.00"), cost=Decimal("268.50"))
    line = tables(as_(world.auditor), of="wishes")["units"]["济南分行"]
    assert (line["budget"].text, line["cost"].text) == ("300.00", "268.50")


def test_more_rows_and_units_cost_no_further_query(marked: World) -> None:
    client, seen = as_(marked.auditor), []
    for count in (1, 10):
        for number in range(count):
            unit = make_unit(f"网点{count}-{number}", marked.bank)
            station = make_station(operator=unit)
            make_special(station)
            make_honour(make_keeper(station, f"k{count}-{number}"))
            make_honour(make_member(unit, username=f"m{count}-{number}"))
            agree(marked.admin, unit, station, kind="co_building")
        for of in ("marks", "agreements", "stories"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(PAGE, {"of": of}).status_code == 200
            seen.append(len(queries))
    assert seen[:3] == seen[3:]


def test_a_list_of_a_month_that_is_none_shows_nothing(marked: World) -> None:
    client, gone = as_(marked.auditor), (TODAY - timedelta(days=1)).isoformat()
    for page in ("stations/station/?co_built=", "partners/specialstation/?state=all&month="):
        assert shown(client, f"/admin/{page}{gone}") == 0
