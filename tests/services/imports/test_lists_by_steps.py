"""Lists of what comes about by steps: a list takes the first of them, as somebody by hand would, and no other."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from harbor_portal.lib.tables import read_tables
from partners.actions.agreements import end_agreement
from partners.models import Obligation, ObligationStanding
from services import policies
from services.actions.supplies import Supply, move_supply
from services.actions.wishes import approve_wish
from services.choices import SupplyMove
from services.grant_choices import GrantState
from services.models import Grant, PersonalReading, Story, SupplyMovement, SupplyStock, Wish, WishFamily
from services.story_choices import StoryState
from services.wish_choices import WishState
from stations.actions.uploads import KEPT, drop_old, keep_upload, work_on
from stations.choices import StationStatus, UploadState
from stations.imports.plan import read_plan
from stations.models import Station, Upload, User
from tests.conftest import World
from tests.factories import make_batch, make_grant, make_partner
from tests.office.test_trail import page
from tests.partners import agreeing
from tests.services import telling, wishing
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-07-20T10:00:00+08:00")
KEYS = ["grants", "obligations", "movements", "wishes", "stories"]
HEAD = {"grants": "申请事由", "obligations": "义务内容", "movements": "备注", "wishes": "电话", "stories": "故事标题"}


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def row(world: World, key: str, **cells: str) -> dict[str, str]:
    code = world.station.code
    rows: dict[str, dict[str, str]] = {
        "grants": {"批次": "驿站运行补助", "站点": code, "申请金额": "2,400元", "申请事由": "更换滤芯", "星级": ""},
        "obligations": {
            "协议": "高温送清凉协议", "义务内容": "每天送出冰水", "统计依据": "发放", "具体项目": "冰水", "数量": "300",
            "周期": "每天", "起始日期": "2026-07-01", "截止日期": "2026-07-31",
        },
        "movements": {
            "日期": "2026-07-19", "站点": code, "物资": "冰水", "类别": "入库", "数量": "48", "人群": "", "备注": "",
        },
        "wishes": {
            "提名单位": "CCB-JN", "类别": "物品", "心愿": "一台电暖器", "期望日期": "2026-08-31", "姓名": wishing.NAME,
            "电话": wishing.PHONE, "住址": wishing.ADDRESS, "情况": wishing.SITUATION, "同意": "是", "社区": "某社区",
        },
        "stories": {"单位": "CCB-JN", "故事标题": "一碗热汤", "正文": "雪夜里。", "站点": code, "涉及个人": "否"},
    }  # fmt: skip
    return rows[key] | cells


@pytest.fixture
def ground(world: World) -> World:
    """What the rows of the lists build on."""
    make_batch(world.bank)
    agreeing.agree(world.officer, world.branch, world.station)
    agreeing.cups()
    return world


@pytest.mark.parametrize("key", KEYS)
def test_a_list_comes_in_once_and_is_taken_back(ground: World, key: str) -> None:
    given = row(ground, key)
    upload = entered(key, ground.officer, given)
    assert kind(key).model._default_manager.count() == 1
    again = enter(key, ground.officer, given)
    assert (again.changes_something, again.unchanged) == (False, 1)
    assert undone(ground.officer, upload).state == UploadState.UNDONE
    assert not kind(key).model._default_manager.exists()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(ground: World, key: str, language: str) -> None:
    enter(key, ground.officer, row(ground, key))
    if key == "movements":
        enter(key, ground.officer, row(ground, key, 类别="发放", 数量="5", 人群="快递员"))
        enter(key, ground.officer, *[row(ground, key, 类别="发放", 数量="5", 人群="快递员")] * 2)
        assert SupplyMovement.objects.count() == 3
    if key == "stories":
        telling.tell_story(ground.officer, ground.branch, title="尚无人同意")
        telling.tell_story(ground.officer, ground.branch, title="也无人同意")
    if key == "grants":
        make_grant(ground.sister, make_batch(ground.branch), ground.officer, state=GrantState.REFUSED)
    rows = kind(key).model._default_manager.all()
    with translation.override(language):
        plan = resent(key, ground.officer, rows)
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, rows.count())


@pytest.mark.parametrize("key", KEYS)
def test_two_rows_and_fifty_are_compared_in_the_same_number_of_queries(ground: World, key: str) -> None:
    for number in range(50 if key == "grants" else 0):
        make_batch(ground.branch, title=f"第{number}批")

    def queries(count: int) -> int:
        others = [{"批次": f"第{number}批"} if key == "grants" else {"住址": ""} for number in range(count)]
        told = [{HEAD[key]: f"{13800000000 + number}"} for number in range(count)]
        rows = [row(ground, key, **one | other) for one, other in zip(told, others, strict=True)]
        with CaptureQueriesContext(connection) as captured:
            plan = read_plan(kind(key), csv_list(*rows), ground.officer)
        assert (plan.errors, len(plan.creates)) == ([], count)
        return len(captured)

    assert queries(2) == queries(50)


WRONG: dict[str, list[tuple[dict[str, str], str]]] = {
    "grants": [
        ({"批次": "无此批次"}, "there is no"),
        ({"站点": "青岛支行工行驿站"}, "None of your stations"),
        ({"星级": "5"}, "which star, and nothing else"),
        ({"申请金额": "10001"}, "whole batch has 10000.00"),
        ({"申请金额": "0"}, "more than nothing"),
        ({"批次": "星级奖励"}, "which star"),
        ({"批次": "旧批次"}, "were taken until"),
        ({"批次": "别处"}, "there is no"),
    ],
    "obligations": [
        ({"协议": "无此协议"}, "there is no"),
        ({"统计依据": "天气"}, "Write one of"),
        ({"具体项目": ""}, "Choose from the list"),
        ({"具体项目": "讲座"}, "Choose from the list"),
        ({"具体项目": "雪"}, "nothing that is counted here"),
        ({"起始日期": "2027-07-01", "截止日期": ""}, "lie outside"),
        ({"数量": "0"}, "from 1 to"),
    ],
    "movements": [
        ({"类别": "发放"}, "only 0 left"),
        ({"类别": "调出"}, "Only what came in"),
        ({"日期": "2026-07-21"}, "has not come yet"),
        ({"人群": "快递员"}, "to whom something is given out"),
        ({"数量": "10001"}, "between 1 and 10000"),
        ({"有效期至": "2026-07-01"}, "This expired on"),
        ({"物资": "金条"}, "there is no"),
        ({"站点": "青岛支行工行驿站"}, "None of your stations"),
    ],
    "wishes": [
        ({"同意": "否"}, "Without the family's consent"),
        ({"电话": ""}, "Say it in a few words"),
        ({"期望日期": "2026-07-20"}, "lies ahead"),
        ({"心愿": f"给{wishing.NAME}的电暖器"}, "says who the family is"),
        ({"社区": "电话 13800000000"}, "No telephone"),
        ({"提名单位": "ICBC"}, "not one of your units"),
        ({"编码": "ABCDEFGH"}, "Nothing here has this code"),
    ],
    "stories": [
        ({"故事标题": ""}, "must not be empty"),
        ({"单位": "ICBC"}, "not one of your units"),
        ({"故事标题": "长" * 81}, "at most 80"),
        ({"编码": "abcdefgh"}, "Nothing here has this code"),
    ],
}


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_row_is_an_error(ground: World, key: str) -> None:
    make_batch(ground.bank, title="星级奖励", kind="reward")
    make_batch(ground.bank, title="旧批次", until=date(2026, 7, 19))
    make_batch(ground.other_bank, title="别处")
    for cells, sentence in WRONG[key]:
        assert sentence in errors(key, ground.officer, row(ground, key, **cells)), cells
    assert not kind(key).model._default_manager.exists()


@pytest.mark.parametrize("key", KEYS)
def test_who_may_not_reads_why(client: Client, ground: World, key: str) -> None:
    client.cookies["django_language"] = "en"
    client.force_login(ground.auditor)
    refused = client.post(f"/admin/imports/{key}/")
    assert (refused.status_code, "Only" in refused.content.decode()) == (403, True)
    assert client.get(f"/admin/imports/{key}/template-en.xlsx").status_code == 403
    client.logout()
    assert client.post(f"/admin/imports/{key}/").status_code == 302
    client.force_login(ground.officer)
    opts = kind(key).model._meta
    page = client.get(f"/admin/{opts.app_label}/{opts.model_name}/").content.decode()
    assert f'href="/admin/imports/{key}/"' in page


def test_a_batch_is_told_from_others_by_its_unit_and_year(ground: World) -> None:
    wanted = make_batch(ground.branch)
    assert "several are called" in errors("grants", ground.officer, row(ground, "grants"))
    enter("grants", ground.officer, row(ground, "grants", 批次="CCB-JN · 2026 · 驿站运行补助"))
    made = Grant.objects.get()
    assert (made.batch, made.state, made.applied_by, made.amount_asked) == (
        wanted, GrantState.APPLIED, ground.officer, Decimal(2400),
    )  # fmt: skip
    again = row(ground, "grants", 批次="CCB-JN · 2026 · 驿站运行补助", 申请金额="2500")
    assert "has applied in this batch already" in errors("grants", ground.officer, again)


def test_a_list_of_applications_is_taken_back_until_somebody_decides(ground: World) -> None:
    upload = entered("grants", ground.officer, row(ground, "grants"))
    made = Grant.objects.get()
    made.state, made.reason = GrantState.REFUSED, "材料不全"
    made.save()
    assert "was changed since" in undone(ground.officer, upload).failure


def test_an_obligation_stands_at_once_and_is_changed_by_a_list_as_long_as_the_agreement_lasts(ground: World) -> None:
    given = row(ground, "obligations", 站点=ground.station.code)
    upload = entered("obligations", ground.officer, given)
    made = Obligation.objects.get()
    assert (made.metric, made.detail, made.quantity, made.period) == ("supplies", "ice_water", 300, "day")
    assert (list(made.stations.all()), made.standing.expected) == ([ground.station], 300 * 19)
    assert "Change it on its page" in errors("obligations", ground.officer, given | {"站点": ground.sister.code})
    raised = entered("obligations", ground.officer, given | {"数量": "400"})
    assert ObligationStanding.objects.get().expected == 400 * 19
    assert undone(ground.officer, raised).state == UploadState.UNDONE
    assert ObligationStanding.objects.get().expected == 300 * 19
    assert "was changed since" in undone(ground.officer, upload).failure
    assert list(made.stations.all()) == [ground.station]
    assert "there is no" in errors("obligations", ground.outsider, given)
    end_agreement(agreement=made.agreement, last=date(2026, 7, 19), reason="到此为止", by=ground.officer)
    assert "stays as it was" in errors("obligations", ground.officer, given | {"数量": "500"})


def test_what_a_list_moved_is_in_stock_and_no_more_goes_out_than_there_is(ground: World) -> None:
    out = {"类别": "发放", "人群": "快递员"}
    rows = [
        row(ground, "movements", 日期="2026-07-19", 数量="30", **out),
        row(ground, "movements", 日期="2026-07-18", 有效期至="2026-08-01", 捐赠方="冷饮厂"),
        row(ground, "movements", 日期="2026-07-19", 类别="报废", 数量="8"),
    ]
    make_partner(ground.branch, name="冷饮厂")
    too_many = [*rows, row(ground, "movements", 日期="2026-07-19", 数量="11", 备注="再发", **out)]
    assert "only 10 left" in errors("movements", ground.officer, *too_many)
    upload = entered("movements", ground.officer, *rows)
    stock = SupplyStock.objects.get(station=ground.station)
    assert (stock.quantity, stock.expires_date, stock.seen_at) == (10, date(2026, 8, 1), None)
    assert [str(moved.donor or moved.group) for moved in SupplyMovement.objects.order_by("pk")] == [
        "冷饮厂", "courier", "",
    ]  # fmt: skip
    plan = read_plan(
        kind("movements"), csv_list(row(ground, "movements", 日期="2026-07-19", 数量="31", **out)), ground.officer
    )
    assert "1 further movements" in plan.warnings[0].message
    supply = Supply(agreeing.cups(), SupplyMove.OUT, 10)
    move_supply(station=ground.station, supply=supply, day=NOW.date(), by=ground.officer)
    assert "more went out since" in undone(ground.officer, upload).failure
    assert (SupplyMovement.objects.count(), SupplyMovement.history.exists()) == (4, False)


def test_a_list_gives_out_nothing_that_had_expired_on_its_day(ground: World) -> None:
    out = {"类别": "发放", "有效期至": ""}
    came = [
        row(ground, "movements", 日期="2026-07-15", 数量="5", 有效期至="2026-07-17"),
        row(ground, "movements", 日期="2026-07-15", 数量="3", 有效期至="2027-07-17"),
    ]
    late = row(ground, "movements", 日期="2026-07-18", 数量="4", **out)
    assert "of 8 left only 3 are still good" in errors("movements", ground.officer, *came, late)
    enter("movements", ground.officer, *came)
    assert "of 8 left only 3 are still good" in errors("movements", ground.officer, late)
    enter("movements", ground.officer, row(ground, "movements", 日期="2026-07-17", 数量="4", **out))
    stock = SupplyStock.objects.get(station=ground.station)
    assert (stock.quantity, stock.expires_date) == (4, date(2026, 7, 17))


def test_what_a_list_moved_stays_in_the_history_once_it_is_taken_back(ground: World) -> None:
    def trail(by: User) -> str:
        # The lines are written by the database's clock.
        asked = {"what": "services.supplymovement", "first": "2026-07-01", "last": "2199-12-31"}
        return page(by, **asked).partition("trail-list")[2]

    rows = [row(ground, "movements"), row(ground, "movements", 类别="发放", 数量="7", 人群="快递员", 备注="午后")]
    upload = entered("movements", ground.officer, *rows)
    supply = Supply(agreeing.cups(), SupplyMove.IN, 3)
    move_supply(station=ground.station, supply=supply, day=NOW.date(), by=ground.keeper)
    assert (SupplyMovement.history.exists(), trail(ground.officer)) == (False, "")
    assert undone(ground.admin, upload).state == UploadState.UNDONE
    lines = SupplyMovement.history.order_by("id")
    told = [(line.history_type, line.history_user, line.by, line.kind, line.quantity, line.why) for line in lines]
    assert told == [
        ("-", ground.admin, ground.officer, "in", 48, ""),
        ("-", ground.admin, ground.officer, "out", 7, "午后"),
    ]
    assert {(line.station, line.date) for line in lines} == {(ground.station, date(2026, 7, 19))}
    assert all("list.csv taken back" in line.history_change_reason for line in lines)
    for words in ("Removed", "管理员", "Ice water Came in 48", "Courier", "午后"):
        assert words in trail(ground.officer), words
    assert "午后" not in trail(ground.outsider)


def test_a_month_that_was_handed_in_moves_nothing_and_a_keeper_writes_a_week_back(
    ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("movements", ground.keeper, row(ground, "movements", 日期="2026-07-14"))
    assert "ask your officer" in errors("movements", ground.keeper, row(ground, "movements", 日期="2026-07-01"))
    upload = entered("movements", ground.officer, row(ground, "movements"))
    Station.objects.filter(pk=ground.station.pk).update(merged_into=ground.sister, status=StationStatus.CLOSED)
    assert "merged" in undone(ground.officer, upload).failure
    Station.objects.filter(pk=ground.station.pk).update(merged_into=None, status=StationStatus.PUBLISHED)
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: July was handed in."])
    assert "July was handed in" in errors("movements", ground.officer, row(ground, "movements", 数量="7"))
    assert "July was handed in" in undone(ground.officer, upload).failure


def everything_stored() -> str:
    tables: list[Any] = [Upload, Wish, WishFamily, Wish.history.model]
    rows = [one for table in tables for one in table._default_manager.all()]
    kept = b"".join(bytes(upload.content) + bytes(upload.problems) for upload in Upload.objects.all())
    return str(serializers.serialize("json", rows)) + kept.decode("utf-8", "replace")


def test_a_family_in_a_list_is_in_clear_nowhere(ground: World, client: Client) -> None:
    wrong = row(ground, "wishes", 心愿=f"给{wishing.NAME}的电暖器", 期望日期="昨天")
    name = f"{wishing.NAME}家.csv"
    upload = keep_upload(by=ground.officer, kind=kind("wishes"), name=name, data=csv_list(wrong))
    assert work_on(upload.pk) == UploadState.CHECKED
    assert not any(secret in everything_stored() for secret in wishing.SECRETS)
    client.force_login(ground.admin)
    assert client.get(f"/admin/imports/{upload.pk}/problems.xlsx").status_code == 403
    client.force_login(ground.officer)
    marked: Any = client.get(f"/admin/imports/{upload.pk}/problems.xlsx")
    assert wishing.PHONE in str(read_tables(b"".join(marked.streaming_content))[0].cells)
    assert drop_old(at=NOW + KEPT) == 0
    assert drop_old(at=NOW + KEPT + KEPT) == 1
    entered("wishes", ground.officer, row(ground, "wishes"))
    wish = Wish.objects.get()
    assert (wish.state, wish.nominated_by, wish.community) == (WishState.NOMINATED, ground.officer, "某社区")
    assert (wish.family.phone.reveal(), wish.family.situation.reveal()) == (wishing.PHONE, wishing.SITUATION)
    assert not any(secret in everything_stored() for secret in wishing.SECRETS)


def test_a_family_has_one_wish_at_a_time_also_by_lists(ground: World) -> None:
    twice = [row(ground, "wishes"), row(ground, "wishes", 心愿="一床被子", 电话="138-5310-0077")]
    assert "is of the same family" in errors("wishes", ground.officer, *twice)
    upload = entered("wishes", ground.officer, twice[0])
    wish = Wish.objects.get()
    assert f"under way already: {wish.code}" in errors("wishes", ground.officer, twice[1])
    assert "under way already" in errors("wishes", ground.officer, twice[1] | {"电话": "13900000000"})
    other = row(ground, "wishes", 电话="13900000000", 住址="别处的一座小院里")
    assert len(enter("wishes", ground.officer, other).creates) == 1
    mine = {"编码": wish.code, "提名单位": "CCB-JN", "类别": "物品", "心愿": "一床被子", "期望日期": "2026-08-31"}
    assert "Change it on its page" in errors("wishes", ground.officer, mine)
    approve_wish(wish=wish, by=wishing.checker(ground))
    assert "was changed since" in undone(ground.officer, upload).failure
    assert wish.family.name.reveal() == wishing.NAME


def test_whose_wish_was_taken_back_is_in_no_history(ground: World) -> None:
    upload = entered("wishes", ground.officer, row(ground, "wishes"))
    undone(ground.officer, upload)
    assert (WishFamily.objects.exists(), Wish.objects.exists(), PersonalReading.objects.exists()) == (False,) * 3
    assert set(Wish.history.values_list("community", flat=True)) == {""}


def test_a_list_drafts_stories_and_changes_none(ground: World) -> None:
    upload = entered("stories", ground.officer, row(ground, "stories", 涉及个人=""))
    made = Story.objects.get()
    assert (made.state, made.shows_person, made.station, made.written_by) == (
        StoryState.DRAFT, True, ground.station, ground.officer,
    )  # fmt: skip
    assert "Change it on its page" in errors("stories", ground.officer, row(ground, "stories", 正文="另一篇"))
    strange = telling.tell_story(ground.outsider, ground.other_bank, title="别人的")
    assert "kept by other units" in errors("stories", ground.officer, {"编码": strange.slug, "单位": "CCB-JN"})
    telling.agree(made, ground.officer)
    assert "has" in undone(ground.officer, upload).failure
    assert Story.objects.filter(pk=made.pk).exists()
