"""Lists of programmes, which stand for all lists of plain tables."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from harbor_portal.lib.errors import Refused
from partners.models import Programme
from stations.choices import UploadState
from stations.imports.plan import read_plan
from tests.conftest import World
from tests.factories import make_plate, make_programme
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db


def row(**cells: str) -> dict[str, str]:
    return {"代码": "little_bee", "名称": "小蜜蜂驿站", "英文名称": "Little Bee"} | cells


def test_a_list_makes_and_changes_programmes_and_leaves_what_it_does_not_name(world: World) -> None:
    known = make_programme(url="https://example.com/")
    plan = enter(
        "programmes", world.admin, row(归属单位="ICBC", 规则="六有"), row(代码="ccb_harbor", 名称="劳动者港湾站")
    )
    assert (len(plan.creates), len(plan.updates)) == (1, 1)
    assert plan.updates[0].shown == ["3", "ccb_harbor", "劳动者港湾站", plan.updates[0].shown[3]]
    assert "劳动者港湾 → 劳动者港湾站" in plan.updates[0].shown[3]
    made = Programme.objects.get(code="little_bee")
    known.refresh_from_db()
    assert (made.owner, made.colour, made.rules) == (world.other_bank, "#0b6e6e", "六有")
    assert made.history.get().history_user == world.admin
    assert (known.name, known.url, known.history.count()) == ("劳动者港湾站", "https://example.com/", 2)
    again = enter(
        "programmes", world.admin, row(归属单位="ICBC", 规则="六有"), row(代码="ccb_harbor", 名称="劳动者港湾站")
    )
    assert (again.changes_something, again.unchanged) == (False, 2)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(world: World, language: str) -> None:
    make_programme(owner=world.bank, url="https://example.com/a?b=1")
    make_programme("bee", "=小蜜蜂", order=3, rules="有标识\n\n有饮水")
    with translation.override(language):
        plan = resent("programmes", world.admin, Programme.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 2)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row(名称="")], "must not be empty"),
        ([row(代码="小 蜜蜂")], "valid"),
        ([row(颜色="red")], "written like #0b6e6e"),
        ([row(网址="nowhere")], "valid URL"),
        ([row(排序="-1")], "whole number"),
        ([row(归属单位="无此单位")], "There is no unit"),
        ([row(), row()], "says the same"),
    ],
)
def test_a_wrong_programme_is_an_error_and_nothing_is_entered(
    world: World, rows: list[dict[str, str]], sentence: str
) -> None:
    assert sentence in errors("programmes", world.admin, *rows)
    assert not Programme.objects.exists()


def test_a_list_of_programmes_is_taken_back_until_a_plate_hangs(world: World) -> None:
    known = make_programme()
    upload = entered("programmes", world.admin, row(), row(代码="ccb_harbor", 名称="改名"))
    plate = make_plate(world.station, Programme.objects.get(code="little_bee"))
    assert "has plates now" in undone(world.admin, upload).failure
    plate.delete()
    assert undone(world.admin, upload).state == UploadState.UNDONE
    known.refresh_from_db()
    assert (known.name, Programme.objects.count()) == ("劳动者港湾", 1)


def test_what_was_changed_since_is_not_taken_back(world: World) -> None:
    upload = entered("programmes", world.admin, row())
    made = Programme.objects.get()
    made.name = "别名"
    made.save()
    assert "was changed since" in undone(world.admin, upload).failure


def test_programmes_are_compared_in_the_same_number_of_queries_for_two_and_fifty(world: World) -> None:
    def queries(count: int) -> int:
        rows = [row(代码=f"p{number}", 归属单位="CCB") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            read_plan(kind("programmes"), csv_list(*rows), world.admin)
        return len(captured)

    assert queries(2) == queries(50)


def test_the_page_takes_a_list_from_the_administrator_alone(client: Client, world: World) -> None:
    client.cookies["django_language"] = "en"
    client.force_login(world.admin)
    listed = client.get("/admin/partners/programme/").content.decode()
    assert "/admin/imports/programmes/export.xlsx" in listed
    form = client.get("/admin/imports/programmes/").content.decode()
    assert "劳动者港湾" in form
    template: Any = client.get("/admin/imports/programmes/template-en.xlsx")
    assert b"".join(template.streaming_content).startswith(b"PK")
    client.force_login(world.officer)
    response = client.post("/admin/imports/programmes/")
    assert (response.status_code, "Administrators keep" in response.content.decode()) == (403, True)
    with pytest.raises(Refused):
        enter("programmes", world.officer, row())
