"""What the month report tells of wishes: steps in their month, and nothing of whose they are."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from harbor_portal.lib.months import Month
from reports.figures import live_figures
from reports.subjects import Subject
from services.actions.wish_claims import confirm_for_community
from services.actions.wishes import withdraw_wish
from services.models import Wish
from stations.models import Division
from tests.conftest import World
from tests.reports.builders import OCTOBER
from tests.reports.by_hand import MOMENT, october_by_hand
from tests.services.wishing import SECRETS, checker, family, fulfilled, nominate, on_wall

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def told(subject: Subject, month: Month = NOVEMBER) -> dict[str, list[Any]]:
    rows = live_figures(subject, month, sections={"wish", "source"}).of("wish")
    steps = ("nominated", "approved", "claimed", "fulfilled", "confirmed")
    return {row["kind"]: [row[step] for step in steps] for row in rows}


def test_each_step_counts_in_its_month_for_the_unit_that_nominated(world: World) -> None:
    october_by_hand(world)
    union = Subject(unit=world.union)
    assert told(union, OCTOBER) == {"goods": [2, 1, 0, 0, 0], "service": [0, 0, 1, 1, 0]}
    assert told(union, OCTOBER.plus(-1)) == {"service": [1, 1, 0, 0, 0]}
    assert told(union) == told(Subject(unit=world.branch), OCTOBER) == {}


def test_from_the_nomination_to_the_thanks_of_the_family(world: World) -> None:
    wish = fulfilled(world, family())
    nominate(world.officer, world.branch)
    withdraw_wish(wish=on_wall(world), reason="搬走了", by=world.officer)
    branch = Subject(unit=world.branch)
    assert told(branch) == {"goods": [3, 1, 1, 1, 0]}
    confirm_for_community(wish=wish, by=checker(world))
    assert told(branch) == told(Subject(unit=world.bank)) == {"goods": [3, 1, 1, 1, 1]}
    assert told(Subject(unit=world.branch, host_kind="shop")) == told(Subject(unit=world.other_bank)) == {}


def test_a_division_has_those_that_were_made_there(world: World) -> None:
    wish = nominate(world.officer, world.branch)
    place = Subject(division=Division.objects.get(code="370102"))
    assert told(place) == {}, "neither the wish nor its unit says where"
    Wish.objects.filter(pk=wish.pk).update(division="370102")
    assert told(place) == {"goods": [1, 0, 0, 0, 0]}
    Wish.objects.filter(pk=wish.pk).update(division=None)
    type(world.branch).objects.filter(pk=world.branch.pk).update(division="370102")
    assert told(place) == {"goods": [1, 0, 0, 0, 0]}


def test_neither_the_report_nor_the_rows_behind_it_say_whose_wish_it_is(world: World) -> None:
    wish = fulfilled(world, family())
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.officer)
    asked = {"unit": "CCB-JN", "month": "2026-11"}
    page = client.get("/admin/reports/month/", asked)
    behind = {"section": "wish", "line": "kind:goods", "figure": "fulfilled"}
    rows = client.get("/admin/reports/month/ledger/", asked | behind)
    assert wish.code in rows.text
    assert rows.context["ledger"].is_equal
    for text in (page.text, rows.text):
        for secret in (*SECRETS, wish.title, wish.text):
            assert secret not in text
