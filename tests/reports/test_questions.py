"""Any months, compared with any others, of all stations or some; and views of them that somebody keeps."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from harbor_portal.lib.months import Month
from reports.ledgers import LEDGERS
from reports.ledgers.base import Wanted
from reports.models import StationMonth
from reports.periods import Period
from reports.questions import Question
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from stations.choices import HostKind
from stations.models import SavedView, Station
from tests.conftest import World
from tests.factories import make_plate, make_programme
from tests.reports.builders import OCTOBER, count

pytestmark = pytest.mark.django_db

PAGE, DOWNLOAD = "/admin/reports/month/", "/admin/reports/month/download/"
OF_BRANCH = {"unit": "CCB-JN", "month": "2026-10"}
SEPTEMBER = OCTOBER.plus(-1)


@pytest.fixture(autouse=True)
def _in_november() -> Any:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


def as_(person: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_period_is_written_as_it_is_read() -> None:
    quarter = Period(Month(2026, 7), Month(2026, 9))
    assert str(quarter) == "2026-07–2026-09"
    assert Period.parse(str(quarter)) == quarter
    assert Period.parse("2026-07") == Period.of(Month(2026, 7))
    assert (str(quarter.before()), str(quarter.year_before())) == ("2026-04–2026-06", "2025-07–2025-09")
    assert (quarter.length, quarter.days[1].isoformat()) == (3, "2026-09-30")
    with pytest.raises(ValueError, match="comes before"):
        Period(Month(2026, 9), Month(2026, 7))


def test_several_months_are_the_sum_of_each(ledger: World) -> None:
    subject = Subject(unit=ledger.branch)
    both = Question(subject, Period(SEPTEMBER, OCTOBER)).figures()
    assert both.total["value"] == 30 + 40
    assert both.measures["stations_end"]["value"] == 1
    for section in ("territory", "unit", "operator", "host"):
        rows = both.of(section)
        whole = [row for row in rows if "level" not in row or row["level"] == rows[0]["level"]]
        assert sum(row["value"] or 0 for row in whole) in (70, 0), section
    assert sum(row["value"] or 0 for row in both.of("station")) == 70


def test_several_months_are_compared_only_with_as_many_of_which_something_is_known(ledger: World) -> None:
    """September alone does not stand for August and September."""
    both, before = Period(SEPTEMBER, OCTOBER), Period(SEPTEMBER.plus(-1), SEPTEMBER)
    figures = Question(Subject(unit=ledger.branch), both, before).figures()
    assert (figures.total["value"], figures.total["previous"], figures.total["last_year"]) == (70, None, None)
    for section in ("territory", "unit", "operator", "host", "group", "method", "station"):
        assert {row["previous"] for row in figures.of(section)} == {None}, section
    count(ledger.station, before.days[0], 7)
    roll_up(SEPTEMBER.plus(-1))
    known = Question(Subject(unit=ledger.branch), both, before).figures()
    assert known.total["previous"] == 7 + 40
    assert sum(row["previous"] or 0 for row in known.of("station")) == 7 + 40


def test_a_station_is_in_one_class_of_completeness_by_all_months_together(ledger: World) -> None:
    subject, both = Subject(unit=ledger.branch), Period(SEPTEMBER, OCTOBER)
    StationMonth.objects.filter(month=SEPTEMBER.first).update(days_expected=22, days_recorded=19, days_missing=3)
    StationMonth.objects.filter(month=OCTOBER.first).update(days_expected=17, days_recorded=15, days_missing=2)
    rows = Question(subject, both).figures().of("completeness")
    assert [(row["class"], row["stations"], row["days_expected"], row["days_missing"]) for row in rows] == [
        ("some", 2, 2 * 39, 2 * 5)
    ]
    wanted = {measure: Wanted(subject, both, measure, {"days": "some"}) for measure in ("classed", "days_missing")}
    assert LEDGERS["stations"](wanted["classed"]).total == 2
    assert LEDGERS["days"](wanted["days_missing"]).total == 2 * 5


def test_two_times_stand_side_by_side(ledger: World) -> None:
    against = Question(Subject(unit=ledger.branch), Period.of(SEPTEMBER), Period.of(OCTOBER))
    assert (against.figures().total["value"], against.figures().total["previous"]) == (40, 30)
    page = as_(ledger.officer).get(PAGE, {"unit": "CCB-JN", "month": "2026-09", "against": "2026-10"})
    content = page.content.decode()
    assert "Compared with (2026‑10)" in content
    assert page.context["flow"] is None, "only what a unit hands in is submitted"
    links = [cell.link for cell in page.context["sections"][0].lines[0].cells if cell.link]
    told = [as_(ledger.officer).get(link).context["ledger"].figure for link in links]
    assert told == ["40", "30"], "also the other month's figure leads to its ledger"


def test_a_report_is_of_all_stations_or_of_a_kind_or_programme(ledger: World) -> None:
    Station.objects.filter(pk=ledger.sister.pk).update(host_kind=HostKind.SHOP)
    make_plate(ledger.station, make_programme("little_bee"))
    client = as_(ledger.officer)
    told = {}
    for name, more in {"shop": {"host": "shop"}, "bee": {"programme": "little_bee"}, "all": {}}.items():
        response = client.get(PAGE, OF_BRANCH | more)
        told[name] = response.context["figures"].total["value"]
    assert told == {"shop": 10, "bee": 20, "all": 30}
    page = client.get(PAGE, OF_BRANCH | {"host": "shop"})
    assert page.context["flow"] is None
    link = next(cell.link for cell in page.context["sections"][0].lines[0].cells if cell.link)
    assert client.get(link).context["ledger"].section.lines[-1].cells[-1].text == "10", "the ledger is asked the same"
    file = client.get(DOWNLOAD, OF_BRANCH | {"host": "shop", "format": "csv", "section": "source"})
    assert "Shop" in file.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until": "2026-09"}, "comes before the first"),
        ({"until": "2029-01"}, "At most 24 months"),
        ({"programme": "nobody"}, "no such programme"),
        ({"host": "castle"}, "castle"),
        ({"against": "yesterday"}, "written YYYY-MM"),
    ],
)
def test_a_question_without_sense_is_explained(ledger: World, wrong: dict[str, str], sentence: str) -> None:
    response = as_(ledger.officer).get(PAGE, OF_BRANCH | wrong)
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_a_question_is_kept_as_a_view_and_forgotten_again(ledger: World) -> None:
    client = as_(ledger.officer)
    asked = "unit=CCB-JN&month=2026-09&until=2026-10&host=shop"
    told = {"table": "reports.figures", "name": "Shops", "query": asked}
    assert client.post(reverse("admin:save_view"), told).headers["Location"] == f"{PAGE}?{asked}"
    page = client.get(PAGE, OF_BRANCH)
    assert f'href="?{asked.replace("&", "&amp;")}"' in page.content.decode()
    outsider = as_(ledger.outsider)
    view = SavedView.objects.get()
    assert outsider.post(reverse("admin:forget_view", args=[view.pk])).status_code == 404
    assert outsider.get(f"{PAGE}?{asked}").status_code == 404
    assert client.post(reverse("admin:forget_view", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()
