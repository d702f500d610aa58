"""Lists of keepers and of units, in the same frame as those of stations."""

import io
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

from harbor_portal.lib.errors import Refused
from stations.actions.merging import merge_stations
from stations.choices import UnitKind, UploadState
from stations.imports.plan import read_plan
from stations.imports.template import write_list
from stations.models import Keeper, Membership, Unit, User
from tests.conftest import World
from tests.factories import make_keeper, make_unit, make_user
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, undone

pytestmark = pytest.mark.django_db


def keeper(world: World, **cells: str) -> dict[str, str]:
    return {"站点编码": world.station.code, "登录名": "wangfang", "姓名": "王芳", "电话": "13800000000"} | cells


def unit(**cells: str) -> dict[str, str]:
    return {"代码": "CCB-JN-1", "名称": "泉城支行", "上级代码": "CCB-JN", "简称": "", "类别": ""} | cells


def test_nobody_is_appointed_to_a_station_that_was_merged_into_another_one(world: World) -> None:
    merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
    told = errors("keepers", world.officer, keeper(world, 站点编码=world.sister.code))
    assert f"write its code, {world.station.code}" in told


def test_a_list_appoints_keepers_and_makes_accounts_without_a_password(world: World) -> None:
    again = keeper(world, 站点编码="泉城支行劳动者港湾")
    known = keeper(world, 登录名="keeper", 姓名="", 电话="")
    plan = enter("keepers", world.officer, keeper(world), again, known)
    made = User.objects.get(username="wangfang")
    assert (made.name, made.phone, made.has_usable_password(), made.is_superuser) == (
        "王芳",
        "13800000000",
        False,
        False,
    )
    assert set(made.keeperships.values_list("station", flat=True)) == {world.station.pk, world.sister.pk}
    assert (len(plan.creates), plan.unchanged) == (2, 1)
    assert made.keeperships.first().history.get().history_user == world.officer
    assert not enter("keepers", world.officer, keeper(world), again, known).changes_something


def test_accounts_are_never_changed_nor_taken_from_elsewhere(world: World) -> None:
    stranger = make_keeper(world.elsewhere, "stranger")
    gone = make_keeper(world.sister, "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    plan = read_plan(kind("keepers"), csv_list(keeper(world, 登录名="keeper")), world.officer)
    assert "A list does not change that" in plan.warnings[0].message
    for username in (stranger.username, "gone", "admin"):
        assert "not one of your people" in errors("keepers", world.officer, keeper(world, 登录名=username))
    assert errors("keepers", world.admin, keeper(world, 登录名=stranger.username)) == ""


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"站点编码": "青岛支行工行驿站"}, "None of your stations"),
        ({"登录名": "王 芳!"}, "valid username"),
        ({"登录名": "x" * 151}, "at most 150"),
        ({"姓名": ""}, "Write the name"),
    ],
)
def test_a_wrong_keeper_is_an_error(world: World, cells: dict[str, str], sentence: str) -> None:
    assert sentence in errors("keepers", world.officer, keeper(world, **cells))


def test_keepers_that_repeat_or_contradict_each_other_are_refused(world: World) -> None:
    assert "says the same" in errors("keepers", world.officer, keeper(world), keeper(world))
    other = keeper(world, 站点编码=world.sister.code, 姓名="李芳")
    assert "another name" in errors("keepers", world.officer, keeper(world), other)


def test_appointments_are_taken_back_with_the_accounts_that_nobody_used(world: World) -> None:
    upload = entered(
        "keepers",
        world.officer,
        keeper(world),
        keeper(world, 登录名="used"),
        keeper(world, 登录名="keeper", 站点编码=world.sister.code),
    )
    Membership.objects.create(user=User.objects.get(username="used"), unit=world.branch, role="auditor")
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert set(User.objects.filter(username__in=["wangfang", "used", "keeper"]).values_list("username", flat=True)) == {
        "used", "keeper",
    }  # fmt: skip
    assert list(Keeper.objects.values_list("user__username", "station")) == [("keeper", world.station.pk)]


def test_an_appointment_that_was_ended_since_cannot_be_taken_back(world: World) -> None:
    upload = entered("keepers", world.officer, keeper(world))
    Keeper.objects.get(user__username="wangfang").delete()
    assert "was changed since" in undone(world.officer, upload).failure


def test_a_list_of_units_makes_a_tree_in_any_order(world: World) -> None:
    enter(
        "units", world.admin,
        unit(代码="A-1-1", 名称="支行", 上级代码="A-1"), unit(代码="A-1", 名称="分行", 上级代码="A"),
        unit(代码="A", 名称="某银行", 上级代码="", 类别="银行"),
        unit(代码="CCB-JN", 名称="济南市分行", 上级代码="CCB", 简称="济南"),
    )  # fmt: skip
    leaf = Unit.objects.get(code="A-1-1")
    assert [each.code for each in Unit.objects.get_ancestors(leaf)] == ["A", "A-1"]
    assert (leaf.kind, leaf.history.get().history_user) == (UnitKind.BANK, world.admin)
    world.branch.refresh_from_db()
    assert (world.branch.name, world.branch.short_name, world.branch.kind) == ("济南市分行", "济南", UnitKind.BANK)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([unit(上级代码="无此")], "No unit has this code"),
        ([unit(上级代码="")], "needs a kind"),
        ([unit(类别="协会")], "Write one of"),
        ([unit(), unit()], "has the same code"),
        ([unit(代码="CCB-JN", 上级代码="ICBC")], "does not move units"),
        ([unit(代码="X", 上级代码="Y"), unit(代码="Y", 上级代码="X")], "in a ring"),
        ([unit() | {"行政区划": "火星"}], "no division of this name"),
        ([unit(名称="")], "must not be empty"),
    ],
)
def test_a_wrong_unit_is_an_error(world: World, rows: list[dict[str, str]], sentence: str) -> None:
    before = Unit.objects.count()
    assert sentence in errors("units", world.admin, *rows)
    assert Unit.objects.count() == before


def test_a_list_of_units_is_taken_back_until_something_hangs_below(world: World) -> None:
    upload = entered("units", world.admin, unit(), unit(代码="CCB-JN", 名称="改名", 上级代码="CCB"))
    below = make_unit("柜台", Unit.objects.get(code="CCB-JN-1"))
    assert "was put below it" in undone(world.admin, upload).failure
    below.delete()
    assert undone(world.admin, upload).state == UploadState.UNDONE
    world.branch.refresh_from_db()
    assert (world.branch.name, Unit.objects.filter(code="CCB-JN-1").exists()) == ("济南分行", False)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", ["units", "keepers"])
def test_entering_the_export_again_changes_nothing(world: World, key: str, language: str) -> None:
    make_keeper(world.sister, "zhao.li+1", name="赵 丽", phone="+86 138")
    Unit.objects.filter(pk=world.union.pk).update(division="370102", short_name="=省总")
    rows = kind(key).model._default_manager.all()
    file = io.BytesIO()
    with translation.override(language):
        write_list(file, kind(key), kind(key).export(rows, world.admin))
        plan = read_plan(kind(key), file.getvalue(), world.admin)
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, rows.count())


@pytest.mark.parametrize("key", ["units", "keepers", "visits", "stations"])
def test_lists_are_taken_along_in_scope_and_the_form_says_what_may_stand_in_them(
    client: Client, world: World, key: str
) -> None:
    client.force_login(world.admin)
    client.cookies["django_language"] = "en"
    opts = kind(key).model._meta
    listed = client.get(f"/admin/{opts.app_label}/{opts.model_name}/").content.decode()
    assert f"/admin/imports/{key}/export.xlsx" in listed
    assert f'/admin/imports/{key}/"' in listed
    assert client.get(f"/admin/imports/{key}/").status_code == 200
    response: Any = client.get(f"/admin/imports/{key}/template-en.xlsx")
    assert b"".join(response.streaming_content).startswith(b"PK")
    client.force_login(world.auditor)
    seen: Any = client.get(f"/admin/imports/{key}/export.xlsx")
    with CalamineWorkbook.from_filelike(io.BytesIO(b"".join(seen.streaming_content))) as workbook:
        cells = {str(cell) for row in workbook.get_sheet_by_index(0).to_python()[1:] for cell in row}
    assert cells.isdisjoint({"ICBC", world.elsewhere.code})
    assert f'/admin/imports/{key}/"' not in client.get(f"/admin/{opts.app_label}/{opts.model_name}/").content.decode()


@pytest.mark.parametrize(("key", "who"), [("units", "officer"), ("units", "auditor"), ("keepers", "official")])
def test_who_may_not_enter_such_a_list_reads_why(client: Client, world: World, key: str, who: str) -> None:
    client.force_login(getattr(world, who))
    client.cookies["django_language"] = "en"
    response = client.post(f"/admin/imports/{key}/")
    assert (response.status_code, "Only " in response.content.decode()) == (403, True)
    with pytest.raises(Refused):
        enter(key, getattr(world, who), {"名称": "x"})
    client.logout()
    assert client.post(f"/admin/imports/{key}/").status_code == 302
    assert make_user().keeperships.count() == 0
