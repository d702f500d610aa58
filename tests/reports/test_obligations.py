"""What the month report tells of what was promised: how it stood at the end of the month, with the rows behind."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from partners.models import ObligationMonth
from reports.figures import live_figures
from reports.subjects import Subject
from stations.models import Division, Unit
from tests.conftest import World
from tests.reports.builders import OCTOBER
from tests.reports.by_hand import MOMENT, october_by_hand

pytestmark = pytest.mark.django_db
FIGURES = ("promised", "is_on_pace", "is_behind", "is_kept", "is_not_kept", "is_uncounted")


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def month(world: World) -> World:
    return october_by_hand(world)


def told(subject: Subject, month: Any = OCTOBER) -> dict[str, list[int]]:
    rows = live_figures(subject, month, sections={"obligation", "source"}).of("obligation")
    return {row["kind"]: [row[figure] for figure in FIGURES] for row in rows}


def test_it_is_told_by_kind_of_agreement_for_the_unit_that_signed(month: World) -> None:
    assert told(Subject(unit=month.union)) == {"service": [3, 1, 1, 0, 0, 1]}
    assert told(Subject(unit=month.union), OCTOBER.plus(-1)) == {}
    assert told(Subject(unit=month.branch)) == told(Subject(unit=month.union, host_kind="shop")) == {}
    assert told(Subject(division=Division.objects.get(code="370000"))) == {"service": [3, 1, 1, 0, 0, 1]}
    Unit.objects.filter(pk=month.district_union.pk).update(division=None)
    assert told(Subject(division=Division.objects.get(code="370000"))) == {}
    ObligationMonth.objects.filter(verdict="on_pace").update(verdict="kept")
    assert told(Subject(unit=month.union)) == {"service": [3, 0, 1, 1, 0, 1]}


def test_the_rows_behind_say_what_was_due_and_done(month: World) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(month.official)
    asked = {
        "unit": "SDU-LX",
        "month": "2026-10",
        "section": "obligation",
        "line": "kind:service",
        "figure": "is_behind",
    }
    page = client.get("/admin/reports/month/ledger/", asked)
    assert page.context["ledger"].is_equal
    row = ObligationMonth.objects.get(verdict="behind", month=OCTOBER.first)
    cells = [cell.text for cell in page.context["ledger"].section.lines[0].cells]
    assert cells[0] == "每月 90 人次"
    assert cells[3:] == ["behind", str(row.expected), str(row.done), "1"]
    assert f"/admin/partners/obligation/{row.obligation_id}/change/" in page.text


def test_more_promises_cost_no_further_query(month: World, django_assert_num_queries: Any) -> None:
    subject = Subject(unit=month.union)
    with django_assert_num_queries(3):  # and the run that the figures are of, and the moves of units
        told(subject)
    rows = ObligationMonth.objects.select_related("obligation").filter(month=OCTOBER.first)
    for row in [row for row in rows for _copy in range(10)]:
        copy = row.obligation
        copy.pk = None
        copy.save()
        ObligationMonth.objects.create(obligation=copy, month=row.month, verdict=row.verdict, at=row.at)
    with django_assert_num_queries(2):  # the moves are known by now
        assert told(subject)["service"][0] == 33
