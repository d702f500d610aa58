"""Lists of the stages of programmes, and of contacts at partners."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from harbor_portal.lib.errors import Refused
from partners.models import PartnerContact, ProgrammeStage
from stations.actions.uploads import keep_upload
from stations.choices import DownloadKind, UploadState
from stations.imports.plan import read_plan
from stations.models import Download, Upload
from tests.conftest import World
from tests.factories import make_partner, make_plate, make_programme
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db
OUT = "/admin/imports/contacts/export.xlsx"


def stage(**cells: str) -> dict[str, str]:
    given = {"品牌": "劳动者港湾", "阶段": "推广", "范围": "CCB-JN", "开始日期": "2026-01-01", "截止日期": "2026-12-31"}
    return given | {"目标站点数": "880", "备注": "全省铺开"} | cells


def contact(**cells: str) -> dict[str, str]:
    return {"合作伙伴": "快递协会", "姓名": "孙秘书长", "职务": "秘书长", "电话": "0531-88880000"} | cells


def test_stages_from_the_pilot_to_the_roll_out_come_in_and_go_out(world: World) -> None:
    make_plate(world.station, make_programme(owner=world.branch))
    upload = entered(
        "stages", world.officer, stage(), stage(阶段="试点", 目标站点数="8", 范围="", 截止日期="2026-06-30")
    )
    pilot, rest = ProgrammeStage.objects.order_by("goal")
    assert (pilot.kind, pilot.goal, pilot.within, pilot.last) == ("pilot", 8, None, date(2026, 6, 30))
    assert (rest.kind, rest.goal, rest.within, rest.is_behind) == ("roll_out", 880, world.branch, True)
    assert rest.history.get().history_user == world.officer
    for language in ("en", "zh-hans"):
        with translation.override(language):
            plan = resent("stages", world.officer, ProgrammeStage.objects.all())
        assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 2)
    assert undone(world.officer, upload).state == UploadState.UNDONE
    enter("stages", world.officer, stage(目标站点数="1"))
    enter("stages", world.officer, stage(目标站点数="2"))
    assert (ProgrammeStage.objects.get().goal, ProgrammeStage.objects.get().history.count()) == (2, 2)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"品牌": "工会驿站"}, "which owns"),
        ({"品牌": "无此品牌"}, "there is no"),
        ({"截止日期": "2025-12-31"}, "ends on or after"),
        ({"目标站点数": "0"}, "whole number from 1"),
        ({"阶段": "收官"}, "Write one of"),
    ],
)
def test_a_wrong_stage_is_an_error(world: World, cells: dict[str, str], sentence: str) -> None:
    make_programme(owner=world.branch)
    make_programme("union", "工会驿站", owner=world.union)
    assert sentence in errors("stages", world.officer, stage(**cells))
    with pytest.raises(Refused):
        enter("stages", world.auditor, stage())
    assert not ProgrammeStage.objects.exists()


def test_contacts_come_in_sealed_and_go_out_to_the_line_that_keeps_the_partner(world: World) -> None:
    make_partner(world.branch, name="快递协会")
    upload = keep_upload(by=world.officer, kind=kind("contacts"), name="list.csv", data=csv_list(contact()))
    assert "孙秘书长".encode() not in bytes(Upload.objects.get(pk=upload.pk).content or b"")
    upload = entered("contacts", world.officer, contact(), contact(姓名="刘干事", 邮箱="liu@example.com"))
    assert "孙秘书长" not in str(Upload.objects.get(pk=upload.pk).found)
    plan = resent("contacts", world.officer, PartnerContact.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 2)
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert not PartnerContact.objects.exists()


def test_who_takes_contacts_along_is_on_record_and_others_get_none(world: World, client: Client) -> None:
    PartnerContact.objects.create(partner=make_partner(world.branch, name="快递协会"), name="孙秘书长", phone="1")
    for user, count in ((world.officer, 1), (world.official, 0), (world.keeper, 0)):
        client.force_login(user)
        answer: Any = client.get(OUT)
        assert b"".join(answer.streaming_content).startswith(b"PK")
        taken = Download.objects.get(user=user)
        assert (taken.kind, taken.rows) == (DownloadKind.LIST, count)
    client.logout()
    assert client.get(OUT).status_code == 302


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"电话": "0531-1"}, "Change it on its page"),
        ({"姓名": "刘干事", "邮箱": "nowhere"}, "valid email"),
        ({"姓名": "刘干事", "合作伙伴": "别家协会"}, "there is no"),
        ({"姓名": ""}, "must not be empty"),
    ],
)
def test_a_wrong_contact_is_an_error(world: World, cells: dict[str, str], sentence: str) -> None:
    make_partner(world.other_bank, name="别家协会")
    PartnerContact.objects.create(partner=make_partner(world.branch, name="快递协会"), name="孙秘书长", phone="8")
    assert sentence in errors("contacts", world.officer, contact(**cells))
    assert PartnerContact.objects.count() == 1


@pytest.mark.parametrize(("key", "row", "told_apart"), [("stages", stage, "开始日期"), ("contacts", contact, "姓名")])
def test_two_rows_and_fifty_are_compared_in_the_same_number_of_queries(
    world: World, key: str, row: Any, told_apart: str
) -> None:
    make_programme(owner=world.branch)
    make_partner(world.branch, name="快递协会")

    def queries(count: int) -> int:
        rows = [row(**{told_apart: f"{date(2026, 1, 1) + timedelta(days=number)}"}) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert read_plan(kind(key), csv_list(*rows), world.officer).may_be_applied
        return len(captured)

    assert queries(2) == queries(50)
