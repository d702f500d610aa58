"""Partners of the demo and what they bring, after the stories of the field; all of it made up."""

from collections.abc import Sequence
from datetime import date

from harbor_portal.demo.demo_stations import Sample
from partners.actions.partners import create_partner, save_partner_rows
from partners.actions.plates import grant_plates
from partners.actions.programmes import save_stages, update_programme
from partners.actions.special import add_special
from partners.choices import PartnerKind, StageKind
from partners.models import Partner, PartnerContact, PartnerMember, Programme, ProgrammeStage
from stations.actions.honours import add_honour
from stations.choices import HonourLevel, StationStatus
from stations.models import Station, Unit, User

REASON = "seed_demo"
SAMPLE = "（示例）"
PARTNERS = (
    # key, kept by, name, kind, what it brings, members
    (
        "couriers",
        "ICBC-370000",
        "省快递协会",
        PartnerKind.ASSOCIATION,
        "与工行共建小蜜蜂驿站，会员企业的快递员凭工牌优先。",
        80,
    ),
    ("cppcc", "CCB-370000", "省政协书画联谊会", PartnerKind.GOVERNMENT, "为共享书吧捐赠图书，每季度更换一次。", None),
    ("traffic", "CCB-370000", "市交警支队车管所", PartnerKind.GOVERNMENT, "“流动车管所”进港湾，每年 14 场。", None),
    ("law", "U370000", "省律师协会", PartnerKind.ASSOCIATION, "律师志愿者每月到站，免费解答劳动权益问题。", None),
    ("red_cross", "U370000", "省红十字会", PartnerKind.CHARITY, "应急救护培训和急救箱补给。", None),
    ("dairy", "CCB-370000", "泉城乳业", PartnerKind.ENTERPRISE, "夏季每天向 8 个站点送 300 杯冷饮。", None),
    ("radio", "U370000", "交通广播", PartnerKind.MEDIA, "温暖故事的采写与播出。", None),
)
COURIERS = ("顺路快递", "蓝天速运", "齐鲁同城", "黄河快送", "泉水外卖", "岱宗物流")
THEMES = (
    ("共享书吧", "cppcc", "与书画联谊会共建，500 册图书，可以带走，看完放回任何一个书吧。"),
    ("流动车管所", "traffic", "每月一次，办理驾驶证换证、年检预约和违法咨询。"),
    ("法律服务角", "law", "每周三下午有律师坐班；其他时间可以预约。"),
    ("急救培训站", "red_cross", "配有 AED，每季度教一次心肺复苏。"),
    ("清凉驿站", "dairy", "六月至九月每天有冷饮。"),
    ("亲子港湾", None, "母婴室、绘本和小板凳，寒暑假有小候鸟托管。"),
)
SPECIAL = 30
DEMONSTRATION = 6
SPREAD = 20
RULES = (
    "站点免费向快递员、外卖骑手等户外劳动者开放。\n\n"
    "至少提供：饮水、座位、充电、空调、老花镜、图书报刊。\n\n"
    "门口挂牌，公布开放时间；设备坏了要在三天内修好或说明。"
)
LITTLE_BEE = (
    (StageKind.PILOT, date(2023, 5, 1), date(2023, 12, 31), 8, "6 家市分行的 8 个网点先行试点。"),
    (StageKind.ROLL_OUT, date(2024, 1, 1), date(2027, 12, 31), 880, "推广到全省 880 个网点。"),
)


def befriend(units: dict[str, Unit], samples: Sequence[Sample], by: User, today: date) -> None:
    """Partners, the roll-out of 小蜜蜂, thirty special stations and six demonstration stations."""
    partners = {key: _partner(units, by, *facts) for key, *facts in PARTNERS}
    _list_members(partners["couriers"], units["ICBC-370000"], by)
    _spread(units["ICBC-370000"], [sample.station for sample in samples if _is_outlet(sample)], by)
    harbours = [
        sample.station
        for sample in samples
        if sample.operator
        and sample.operator.code.startswith("CCB-37")
        and sample.station.status == StationStatus.PUBLISHED
    ]
    for number, station in enumerate(harbours[:SPECIAL]):
        theme, key, description = THEMES[number % len(THEMES)]
        add_special(
            by=by,
            station=station,
            theme=theme,
            partner=partners[key] if key else None,
            description=description,
            since=date(today.year - 1, 1 + number % 12, 1),
            reason=REASON,
        )
    for station in harbours[SPECIAL : SPECIAL + DEMONSTRATION]:
        facts = {"title": f"工会示范站点{SAMPLE}", "level": HonourLevel.PROVINCE, "year": today.year - 1}
        add_honour(by=by, station=station, reason=REASON, **facts)  # type: ignore[arg-type]  # by name
    best = {"title": f"优秀站长{SAMPLE}", "level": HonourLevel.CITY, "year": today.year - 1}
    add_honour(by=by, person=User.objects.get(username="keeper"), reason=REASON, **best)  # type: ignore[arg-type]  # by name
    city = units["CCB-370100"]
    add_honour(
        by=by, unit=city, title=f"劳动竞赛优胜单位{SAMPLE}", level=HonourLevel.CITY, year=today.year - 1, reason=REASON
    )


def _partner(  # a row of the table above
    units: dict[str, Unit], by: User, kept_by: str, name: str, kind: PartnerKind, brings: str, members: int | None
) -> Partner:
    return create_partner(
        by=by,
        kept_by=units[kept_by],
        name=f"{name}{SAMPLE}",
        kind=kind,
        brings=brings,
        member_count=members,
        division=units[kept_by].division,
        is_public=True,
        reason=REASON,
    )


def _list_members(association: Partner, keeper: Unit, by: User) -> None:
    companies = [
        create_partner(
            by=by, kept_by=keeper, name=f"{name}{SAMPLE}", kind=PartnerKind.ENTERPRISE, is_public=True, reason=REASON
        )
        for name in COURIERS
    ]
    rows: list[PartnerContact | PartnerMember] = [PartnerMember(member_partner=company) for company in companies]
    rows.append(PartnerContact(name="刘秘书长", post="秘书长", phone="0000-00000000", note="示例数据"))
    save_partner_rows(by=by, partner=association, rows=rows, reason=REASON)


def _is_outlet(sample: Sample) -> bool:
    """One of the bank that spreads the programme beyond its pilots."""
    is_public = sample.station.status == StationStatus.PUBLISHED
    return is_public and sample.operator is not None and sample.operator.code.startswith("ICBC-37")


def _spread(owner: Unit, outlets: list[Station], by: User) -> None:
    """Eight pilots in one year; then one outlet after the other."""
    programme = Programme.objects.get(code="little_bee")
    if not programme.rules:
        update_programme(by=by, programme=programme, rules=RULES, reason=REASON)
    stages = [
        ProgrammeStage(kind=kind, first=first, last=last, goal=goal, note=note)
        for kind, first, last, goal, note in LITTLE_BEE
    ]
    since = LITTLE_BEE[-1][1]
    grant_plates(by=by, programme=programme, stations=outlets[:SPREAD], since=since, granted_by=owner, reason=REASON)
    save_stages(by=by, programme=programme, stages=stages, reason=REASON)
