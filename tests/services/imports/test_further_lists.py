"""Lists of honours, batches of money, agreements and online services; and those that only go out."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.tables import read_tables
from partners.actions.agreements import end_agreement, sign_agreement
from partners.models import Agreement, Obligation, Plate
from services.actions.stories import take_consent_back
from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.grant_choices import GrantState
from services.models import Grant, GrantBatch, OnlineService, Story, SupplyItem, SupplyMovement, Wish
from services.online_choices import LinkState
from stations.choices import UploadState
from stations.imports.plan import read_plan
from stations.imports.template import write_list
from stations.models import Honour, MapChange, Unit, User
from tests.conftest import World
from tests.factories import make_batch, make_division, make_grant, make_honour, make_partner, make_programme
from tests.office.test_online_services import make_service
from tests.partners import agreeing
from tests.services import telling, wishing
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db


def honour(world: World, **cells: str) -> dict[str, str]:
    return {"站点": world.station.code, "荣誉名称": "最美驿站", "级别": "省级", "年度": "2025"} | cells


def batch(_world: World, **cells: str) -> dict[str, str]:
    return {"拨款单位": "CCB-JN", "年度": "2026", "批次名称": "运行补助", "用途": "运行", "预算": "10000"} | cells


def agreement(world: World, **cells: str) -> dict[str, str]:
    row = {
        "我方单位": "CCB-JN",
        "协议名称": "共建协议",
        "类别": "共建",
        "站点": world.station.code,
        "起始日期": "2026-12-01",
    }
    return row | cells


def online(_world: World, **cells: str) -> dict[str, str]:
    return {"维护单位": "CCB-JN", "类别": "法律援助", "名称": "12348", "电话": "12348", "发布": "是"} | cells


ROWS: dict[str, Callable[..., dict[str, str]]] = {
    "honours": honour,
    "batches": batch,
    "agreements": agreement,
    "online": online,
}


def _some_honours(world: World) -> Any:
    make_honour(world.station, expires_date=date(2027, 1, 1))
    make_honour(world.branch)
    make_honour(world.keeper)
    return Honour.objects.all()


def _some_batches(world: World) -> Any:
    make_batch(world.branch, terms="先申请\r\n后拨款", until=date(2026, 12, 1))
    make_batch(world.branch, title="星级奖励", kind="reward", budget=Decimal("0.50"))
    return GrantBatch.objects.all()


def _some_agreements(world: World) -> Any:
    theirs, partner = make_programme("union_station", "工会驿站"), make_partner(world.branch)
    agreeing.draft(world.officer, world.branch, world.station, world.sister, partner=partner, number="7")
    facts = {"title": "互认", "kind": "recognition", "programme": theirs, "until": None, "summary": "一\r\n二"}
    made = agreeing.agree(world.officer, world.branch, **facts)
    made.more_partners.set([make_partner(world.branch, name="又一家")])
    return Agreement.objects.all()


def _some_services(world: World) -> Any:
    make_service(world.branch, groups=["courier", "sanitation"], division=make_division(), order=3)
    make_service(world.branch, kind="product", name="贷款", partner=make_partner(world.branch), day_of_month=28)
    return OnlineService.objects.all()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("key", "some"),
    [
        ("honours", _some_honours),
        ("batches", _some_batches),
        ("agreements", _some_agreements),
        ("online", _some_services),
    ],
)
def test_entering_the_export_again_changes_nothing(world: World, key: str, some: Any, language: str) -> None:
    rows = some(world)
    with translation.override(language):
        plan = resent(key, world.officer, rows)
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, rows.count())


@pytest.mark.parametrize("key", ROWS)
def test_a_list_comes_in_once_and_is_taken_back(world: World, key: str) -> None:
    row = ROWS[key](world)
    upload = entered(key, world.officer, row)
    made: Any = kind(key).model._default_manager.get()
    assert made.history.get().history_user == world.officer
    assert enter(key, world.officer, row).unchanged == 1
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert not kind(key).model._default_manager.exists()


@pytest.mark.parametrize("key", ROWS)
def test_two_rows_and_fifty_are_compared_in_the_same_number_of_queries(world: World, key: str) -> None:
    named = {"honours": "荣誉名称", "batches": "批次名称", "agreements": "协议名称", "online": "名称"}[key]

    def queries(count: int) -> int:
        rows = [ROWS[key](world, **{named: f"第{number}"}) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert read_plan(kind(key), csv_list(*rows), world.officer).may_be_applied
        return len(captured)

    assert queries(2) == queries(50)


def test_the_catalogue_of_supplies_comes_in_and_goes_out(world: World) -> None:
    row = {"代码": "ice_water", "名称": "冰水", "英文名称": "Ice water", "单位": "瓶", "季节": "夏季", "地图显示": "是"}
    upload = entered("supplies", world.admin, row, row | {"代码": "tea", "名称": "姜茶", "季节": "", "预警数量": "20"})
    ice, tea = SupplyItem.objects.order_by("code")
    assert (ice.unit, ice.season, ice.is_shown, ice.low_at) == ("瓶", "summer", True, 5)
    assert (tea.season, tea.low_at, tea.history.get().history_user) == ("all_year", 20, world.admin)
    plan = resent("supplies", world.admin, SupplyItem.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 2)
    assert undone(world.admin, upload).state == UploadState.UNDONE
    assert "Write one of" in errors("supplies", world.admin, row | {"季节": "雨季"})
    with pytest.raises(Refused, match="Administrators keep"):
        enter("supplies", world.officer, row)
    assert not SupplyItem.objects.exists()


@pytest.mark.parametrize(
    ("key", "cells", "sentence"),
    [
        ("honours", {"站点": ""}, "to exactly one"),
        ("honours", {"单位": "CCB-JN"}, "to exactly one"),
        ("honours", {"站点": "青岛支行工行驿站"}, "None of your stations"),
        ("honours", {"站点": "", "单位": "ICBC"}, "not one of your units"),
        ("honours", {"站点": "", "个人": "outsider"}, "there is no"),
        ("honours", {"年度": "25"}, "four digits"),
        ("batches", {"拨款单位": "ICBC"}, "decide about this money"),
        ("batches", {"预算": "0"}, "greater than or equal to 0.01"),
        ("batches", {"年度": "1999"}, "from 2000 to 2100"),
        ("agreements", {"我方单位": "ICBC"}, "not one of your units"),
        ("agreements", {"覆盖单位": "CCB-JN"}, "none is named alone"),
        ("agreements", {"截止日期": "2026-11-30"}, "ends on or after"),
        ("agreements", {"类别": "互认"}, "of which programme"),
        ("online", {"维护单位": "ICBC"}, "not one of your units"),
        ("online", {"类别": "产品"}, "names the partner"),
        ("online", {"网址": "ftp://example.com/"}, "valid URL"),
        ("online", {"适用人群": "航天员"}, "is no group"),
        ("online", {"电话": ""}, "a web page, a phone or a guide"),
    ],
)
def test_a_wrong_row_is_an_error(world: World, key: str, cells: dict[str, str], sentence: str) -> None:
    assert sentence in errors(key, world.officer, ROWS[key](world, **cells))
    assert not kind(key).model._default_manager.exists()


def test_no_budget_falls_below_what_was_granted(world: World) -> None:
    upload = entered("batches", world.official, batch(world, 拨款单位="SDU-LX"))
    row = batch(world, 拨款单位="SDU-LX", 预算="20000")
    raised = entered("batches", world.official, row)
    made = GrantBatch.objects.get()
    approved = {"state": GrantState.APPROVED, "amount": Decimal(15_000), "amount_asked": Decimal(15_000)}
    make_grant(world.station, made, world.officer, **approved)
    assert "15000.00 yuan have been granted" in errors("batches", world.official, row | {"预算": "14999"})
    assert "stays as it was announced" in errors("batches", world.official, row | {"用途": "改造"})
    assert "15000.00 yuan have been granted" in undone(world.official, raised).failure
    assert undone(world.official, upload).state == UploadState.ENTERED
    made.refresh_from_db()
    assert made.budget == 20_000


def test_a_list_drafts_agreements_and_changes_none(world: World) -> None:
    enter("agreements", world.officer, agreement(world))
    made = Agreement.objects.get()
    assert (made.signed_date, [row.station for row in made.stations.all()]) == (None, [world.station])
    assert made.stations.get().history.get().history_user == world.officer
    sign_agreement(agreement=made, day=timezone.localdate(), by=world.officer)
    assert "Change it on its page" in errors("agreements", world.officer, agreement(world, 截止日期="2027-01-01"))


def test_an_agreement_that_a_list_says_was_signed_grants_its_plates_and_takes_them_along_when_taken_back(
    world: World,
) -> None:
    make_programme("union_station", "工会驿站")
    row = agreement(world, 类别="互认", 授予标牌="工会驿站", 起始日期="2026-01-01", 签订日期="2025-12-20")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "signed today or before" in errors("agreements", world.officer, row | {"签订日期": tomorrow.isoformat()})
    assert "covers no station yet" in errors("agreements", world.officer, row | {"站点": ""})
    upload = entered("agreements", world.officer, row)
    made, plate = Agreement.objects.get(), Plate.objects.get()
    assert (made.signed_date, plate.station, plate.agreement, plate.since) == (
        date(2025, 12, 20), world.station, made, date(2026, 1, 1),
    )  # fmt: skip
    assert "Change it on its page" in errors("agreements", world.officer, row | {"站点": world.sister.code})
    assert enter("agreements", world.officer, row).unchanged == 1
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert not Plate.objects.exists()
    assert MapChange.objects.filter(station=world.station).exists()
    upload = entered("agreements", world.officer, row)
    end_agreement(agreement=Agreement.objects.get(), last=timezone.localdate(), reason="到此为止", by=world.officer)
    assert "was changed since" in undone(world.officer, upload).failure


def test_an_online_service_is_found_where_it_is_to_be_had_and_its_link_is_looked_at_anew(world: World) -> None:
    row = online(world, 地区="370102", 网址="https://example.com/")
    division = make_division()
    enter("online", world.officer, row)
    OnlineService.objects.update(link_state=LinkState.DEAD, checked_at=timezone.now())
    enter("online", world.officer, row | {"网址": "https://example.org/"})
    service = OnlineService.objects.get()
    assert (service.prefix, service.url) == (division.prefix, "https://example.org/")
    assert (service.link_state, service.checked_at) == (LinkState.UNCHECKED, None)


def test_an_online_service_keeps_its_identity_when_a_list_renames_or_moves_it(world: World) -> None:
    division = make_division()
    enter("online", world.officer, online(world))
    made = OnlineService.objects.get()
    row = online(world, 编码=made.code, 名称="法援热线", 类别="政务服务", 地区="370102")
    assert len(enter("online", world.officer, row).updates) == 1
    one = OnlineService.objects.get()
    assert (one.pk, one.name, one.kind, one.prefix) == (made.pk, "法援热线", "government", division.prefix)
    enter("online", world.officer, row | {"编码": "", "名称": "12348"})
    twins = [row | {"编码": one.code, "名称": "同名"} for one in OnlineService.objects.all()]
    assert len(enter("online", world.officer, *twins).updates) == 2
    strange = make_service(world.other_bank)
    assert "kept by other units" in errors("online", world.officer, online(world, 编码=strange.code))
    assert "Nothing here has this code" in errors("online", world.officer, online(world, 编码="ABCDEFGH"))


@pytest.mark.parametrize(
    ("key", "make", "other", "sentence"),
    [
        ("partners", make_partner, {"Name": "另一个"}, "not one of your units"),
        ("online", make_service, {"Name": "另一个"}, "not one of your units"),
        ("batches", make_batch, {"Budget (yuan)": "5"}, "kept by other units"),
    ],
)
def test_what_a_unit_above_keeps_comes_back_as_it_went_out_and_is_not_changed(
    world: World, key: str, make: Callable[[Unit], Any], other: dict[str, str], sentence: str
) -> None:
    row = make(world.bank)
    seen = type(row).objects.visible_to(world.officer).filter(pk=row.pk)
    again = resent(key, world.officer, seen)
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 1)
    cells = {head: str(cell or "") for head, cell in zip(*sheet(key, world.officer, seen)[:2], strict=True)}
    assert sentence in errors(key, world.officer, cells | other)


def sheet(key: str, by: User, rows: Any) -> list[list[Any]]:
    file = io.BytesIO()
    write_list(file, kind(key), kind(key).export(rows, by))
    return read_tables(file.getvalue())[0].cells


def told(key: str, by: User, rows: Any) -> str:
    return str(sheet(key, by, rows))


def test_wishes_go_out_without_anything_about_the_family(world: World) -> None:
    wish = wishing.fulfilled(world, wishing.family())
    Wish.objects.update(community="棋盘社区", thanks="感谢欧阳家的好心人", reason="隐情")
    text = told("wishes", world.officer, Wish.objects.all())
    assert wish.code in text
    assert "济南分行" in text
    for secret in (*wishing.SECRETS, "棋盘", "欧阳", "隐情", wish.receipt, wish.spelt_receipt):
        assert secret not in text


def test_a_story_goes_out_in_words_only_while_everybody_agrees(world: World) -> None:
    story = telling.publish(world.officer, wishing.checker(world), world.branch, world.station)
    drafted = telling.tell_story(world.officer, world.branch, title="尚无人同意")
    text = told("stories", world.officer, Story.objects.all())
    assert "一碗热汤" in text
    assert (drafted.title in text, drafted.slug in text) == (False, True)
    take_consent_back(consent=story.consents.get(), by=world.officer)
    text = told("stories", world.officer, Story.objects.all())
    assert ("热汤" in text, story.slug in text, telling.SHOWN in text) == (False, True, False)


def _a_grant(world: World) -> Any:
    make_grant(world.station, make_batch(world.branch), world.officer)
    return Grant.objects.all()


def _a_promise(world: World) -> Any:
    agreeing.promise_cups(agreeing.agree(world.officer, world.branch, world.station), world.officer)
    return Obligation.objects.all()


def _a_movement(world: World) -> Any:
    supply = Supply(agreeing.cups(), SupplyMove.IN, 30)
    move_supply(station=world.station, supply=supply, day=timezone.localdate(), by=world.officer)
    return SupplyMovement.objects.all()


def _a_wish(world: World) -> Any:
    wishing.nominate(world.officer, world.branch)
    return Wish.objects.all()


def _a_story(world: World) -> Any:
    telling.tell_story(world.officer, world.branch, shows_person=False)
    return Story.objects.all()


@pytest.mark.parametrize("key", [*ROWS, "grants", "obligations", "movements", "wishes", "stories"])
def test_an_export_holds_what_the_list_of_the_back_office_shows_and_no_more(
    client: Client, world: World, key: str
) -> None:
    some: dict[str, Any] = {
        "honours": _some_honours, "batches": _some_batches, "agreements": _some_agreements, "online": _some_services,
        "grants": _a_grant, "obligations": _a_promise, "movements": _a_movement, "wishes": _a_wish, "stories": _a_story,
    }  # fmt: skip
    rows = some[key](world)
    for person, count in ((world.outsider, 0), (world.admin, rows.count())):
        client.force_login(person)
        response: Any = client.get(f"/admin/imports/{key}/export.xlsx", {"pace": "all"} if key == "obligations" else {})
        found = read_tables(b"".join(response.streaming_content))[0]
        assert len(found.cells) == count + 1, person
