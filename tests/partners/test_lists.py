"""Lists of partners, members of associations, plates and special stations."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from partners.models import Partner, PartnerMember, Plate, SpecialStation
from stations.choices import StationStatus, UploadState
from stations.models import Station
from tests.conftest import World
from tests.factories import make_partner, make_plate, make_programme, make_special
from tests.partners.agreeing import recognise
from tests.stations.imports.lists import enter, entered, errors, resent, undone

pytestmark = pytest.mark.django_db


def partner(**cells: str) -> dict[str, str]:
    return {"名称": "济南市快递行业协会", "类别": "协会", "维护单位": "CCB-JN", "会员数": "", "公开": ""} | cells


def plate(world: World, **cells: str) -> dict[str, str]:
    given = {
        "站点编码": world.station.code,
        "品牌": "劳动者港湾",
        "编号": "0012",
        "挂牌日期": "2026-05-01",
        "摘牌日期": "",
    }
    return given | cells


def test_partners_come_in_and_go_out_and_are_found_by_their_code_when_renamed(world: World) -> None:
    enter("partners", world.officer, partner(会员数="80", 公开="是"), partner(名称="顺丰", 类别="企业"))
    made = Partner.objects.get(name="济南市快递行业协会")
    assert (made.kept_by, made.member_count, made.is_public) == (world.branch, 80, True)
    plan = enter("partners", world.officer, partner(编码=made.code, 名称="山东省快递协会"))
    assert (len(plan.updates), Partner.objects.get(pk=made.pk).name) == (1, "山东省快递协会")
    with translation.override("zh-hans"):
        again = resent("partners", world.officer, Partner.objects.all())
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 2)


def test_the_partners_of_other_units_are_left_alone(world: World) -> None:
    strange = make_partner(world.other_bank)
    assert "not one of your units" in errors("partners", world.officer, partner(维护单位="ICBC"))
    assert "kept by other units" in errors("partners", world.officer, partner(编码=strange.code))
    known = make_partner(world.branch, name="甲")
    assert "another code" in errors("partners", world.officer, partner(编码="ABCDEFGH", 名称=known.name))


def test_a_courier_association_gets_its_members_by_a_list(world: World) -> None:
    association = make_partner(world.branch, name="快递协会")
    make_partner(world.branch, name="顺丰")
    rows = [{"协会": "快递协会", "会员": "顺丰"}]
    upload = entered(
        "members",
        world.officer,
        {"协会": "快递协会", "会员": "顺丰", "会员对应单位": ""},
        {"协会": association.code, "会员": "", "会员对应单位": "CCB"},
    )
    assert {str(row) for row in association.members.all()} == {"顺丰", "中国建设银行"}
    again = resent("members", world.officer, PartnerMember.objects.all())
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 2)
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert not PartnerMember.objects.exists()
    assert "either a unit or a partner" in errors("members", world.officer, rows[0] | {"会员": ""})
    both = {"协会": "快递协会", "会员": "顺丰", "会员对应单位": "CCB"}
    assert "either a unit or a partner" in errors("members", world.officer, both)
    assert "there is no" in errors("members", world.outsider, {"协会": "快递协会", "会员": "顺丰"})


def test_plates_hang_by_a_list_and_the_map_is_told(world: World, django_capture_on_commit_callbacks: Any) -> None:
    make_programme()
    upload = entered("plates", world.officer, plate(world, 授牌单位="CCB"), plate(world, 站点编码=world.sister.code))
    made = Plate.objects.get(station=world.station)
    assert (made.number, made.since, made.granted_by) == ("0012", date(2026, 5, 1), world.bank)
    again = resent("plates", world.officer, Plate.objects.all())
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 2)
    enter("plates", world.officer, plate(world, 摘牌日期="2026-08-01"))
    assert "was changed since" in undone(world.officer, upload).failure


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"摘牌日期": "2026-04-30"}, "ends on or after the day it starts"),
        ({"挂牌日期": "2026-06-01"}, "on one of these days already"),
        ({"摘牌日期": "2026-05-15"}, "on one of these days already"),
        ({"品牌": "无此品牌"}, "there is no"),
        ({"站点编码": "青岛支行工行驿站"}, "None of your stations"),
        ({"挂牌日期": ""}, "must not be empty"),
    ],
)
def test_what_the_database_would_refuse_is_told_beforehand(world: World, cells: dict[str, str], sentence: str) -> None:
    make_plate(world.station, since=date(2026, 5, 15), until=date(2026, 8, 1))
    Station.objects.filter(pk=world.sister.pk).update(status=StationStatus.CLOSED)
    assert sentence in errors("plates", world.officer, plate(world, **cells))
    closed = errors("plates", world.officer, plate(world, 站点编码=world.sister.code))
    assert "closed for good" in closed
    assert Plate.objects.count() == 1


def test_a_plate_under_an_agreement_keeps_its_days_and_takes_a_number_by_a_list(world: World) -> None:
    recognise(world.officer, world.branch, world.station)
    row = plate(world, 品牌="工会驿站", 挂牌日期="2026-01-01")
    assert "comes down with it" in errors("plates", world.officer, row | {"摘牌日期": "2026-08-01"})
    enter("plates", world.officer, row)
    assert (made := Plate.objects.get()).number == "0012"
    assert made.until == date(2026, 12, 31)


def test_two_rows_of_one_list_that_exclude_each_other_are_told(world: World) -> None:
    make_programme()
    told = errors("plates", world.officer, plate(world), plate(world, 挂牌日期="2026-07-01"))
    assert "on one of these days already" in told
    spring, autumn = {"摘牌日期": "2026-08-01"}, {"挂牌日期": "2026-08-02"}
    enter("plates", world.officer, plate(world, **spring), plate(world, **autumn))
    swapped = [plate(world, 摘牌日期="2026-07-01"), plate(world, **autumn)]
    enter("plates", world.officer, *swapped)
    inside = plate(world, 挂牌日期="2026-09-01", 摘牌日期="2026-09-30")
    assert "on one of these days already" in errors("plates", world.officer, *swapped, inside)


def test_rows_of_one_list_that_mean_the_same_partner_are_told(world: World) -> None:
    made = make_partner(world.branch, name="甲")
    rows = [partner(编码=made.code, 名称=name) for name in ("乙", "丙")]
    assert "says the same" in errors("partners", world.officer, *rows)
    assert "Nothing here has this code" in errors("partners", world.officer, partner(编码="nonsense"))


def test_special_stations_come_in_and_go_out(world: World) -> None:
    make_partner(world.other_bank, name="省图书馆")
    row = {"站点": world.station.name, "主题": "共享书屋", "合作伙伴": "省图书馆", "起始日期": "2026-05-01"}
    enter("specials", world.officer, row)
    make_special(world.sister)
    made = SpecialStation.objects.get(theme="共享书屋")
    assert (made.station, str(made.partner)) == (world.station, "省图书馆")
    again = resent("specials", world.officer, SpecialStation.objects.all())
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 2)
    assert "End that one first" in errors("specials", world.officer, row | {"主题": "夜读"})
