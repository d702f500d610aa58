"""Lists of online services."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.tables import Cell, text_of
from partners.imports.of_partners import any_partner, in_care
from services.choices import WorkerGroup
from services.models import OnlineService
from services.online_choices import LinkState, OnlineKind
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import divided, divisions, units
from stations.imports.values import Warn
from stations.imports.words import USUAL, folded, words_of
from stations.models import Division
from stations.policies import refuse_unless_officer

USUAL[OnlineKind] = {
    OnlineKind.LEGAL: "法律援助 法律",
    OnlineKind.GOVERNMENT: "政务服务 政务",
    OnlineKind.TRAINING: "技能培训 培训",
    OnlineKind.HEALTH: "健康服务 健康",
    OnlineKind.FARMERS: "惠农服务 惠农 农民工服务",
    OnlineKind.BENEFIT: "会员优惠 会员福利 普惠",
    OnlineKind.OTHER: "其他服务 其他 其它",
    OnlineKind.PRODUCT: "合作伙伴产品 产品",
}
CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("编码", "服务编码", "code"),
    gettext_lazy("Eight characters, made by the portal. Leave it empty for a new one; keep it to rename or move one."),
)
KEPT_BY = ImportColumn(
    "kept_by",
    gettext_lazy("Kept by"),
    ("维护单位", "归口单位", "单位", "kept by"),
    gettext_lazy("Required. A unit of yours: its code, or its path."),
    "山东省总工会/历下区总工会",
    width=34,
    is_required=True,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "服务类别", "类型", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "法律援助",
    is_required=True,
    choices=OnlineKind,
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("服务名称", "名称", "name"),
    gettext_lazy("Required. At most 60 characters."),
    "12348 法律服务热线",
    width=28,
    is_required=True,
)
DIVISION = ImportColumn(
    "division",
    gettext_lazy("Division"),
    ("行政区划", "适用地区", "地区", "division"),
    gettext_lazy("Where it is to be had: its code or its names. Empty: in the whole country."),
    "山东省/济南市",
    width=22,
)
GROUPS = ImportColumn(
    "groups",
    gettext_lazy("For"),
    ("适用人群", "服务对象", "groups"),
    gettext_lazy("The groups that it is for, divided by 、 or commas. Empty: for everybody."),
    "快递员、环卫工人",
    width=28,
)
FURTHER = (
    ImportColumn(
        "name_en",
        gettext_lazy("English name"),
        ("英文名称", "英文名"),
        gettext_lazy("At most 80 characters."),
        width=28,
    ),
    ImportColumn(
        "guide",
        pgettext_lazy("online service", "Guide"),
        ("使用指南", "说明", "办理指南", "guide"),
        gettext_lazy("At most 1000 characters."),
        width=40,
    ),
    ImportColumn(
        "url",
        gettext_lazy("Web page"),
        ("网址", "链接", "网页", "url"),
        gettext_lazy("With https:// before it."),
        width=28,
    ),
    ImportColumn("phone", gettext_lazy("Phone"), ("电话", "联系电话", "phone"), gettext_lazy("At most 40 characters.")),
    ImportColumn("first", gettext_lazy("First day"), ("起始日期", "first"), gettext_lazy("A day."), "", "date"),
    ImportColumn("last", gettext_lazy("Last day"), ("截止日期", "last"), gettext_lazy("A day."), "", "date"),
    ImportColumn(
        "day_of_month",
        gettext_lazy("Day of the month"),
        ("每月几号", "每月日期"),
        gettext_lazy("Of what comes every month on the same day: 1 to 31."),
        "28",
        "integer",
    ),
)
PARTNER = ImportColumn(
    "partner",
    gettext_lazy("Partner"),
    ("合作伙伴", "共建单位", "partner"),
    gettext_lazy("Name or code of a partner; a product names the one whose it is."),
    width=28,
)
ORDER = ImportColumn(
    "order", gettext_lazy("Order"), ("排序", "顺序", "order"), gettext_lazy("A whole number."), "10", "integer", 8
)
PUBLISHED = ImportColumn(
    "is_published",
    gettext_lazy("Published"),
    ("是否发布", "已发布", "发布", "published"),
    gettext_lazy("是 or 否."),
    "是",
    width=8,
)


def _read_groups(cell: Cell, _warn: Warn) -> list[str]:
    known = words_of(WorkerGroup)
    found = [known.get(folded(item), item) for item in divided(text_of(cell))]
    for item in found:
        if item not in WorkerGroup.values:
            raise ValueError(_("“%(item)s” is no group. Write them such as 快递员、环卫工人.") % {"item": item})
    return list(dict.fromkeys(found))


def _write_groups(groups: list[str]) -> str:
    return "、".join(str(WorkerGroup(group).label) for group in groups)


def _place(changes: list[Change], _asking: Asking) -> None:
    """Where it is to be had, as readers of a place find it."""
    moved = [change for change in changes if change.is_new or "division" in change.was]
    codes = {change.instance.division_id for change in moved}
    prefixes = {one.code: one.prefix for one in Division.objects.filter(code__in=codes)}
    for change in moved:
        change.instance.prefix = prefixes.get(change.instance.division_id, "")
        change.beside.add("prefix")


def _look_anew(rows: Sequence[Any]) -> None:
    """What is known of a link may be of another one: the next night looks."""
    unchecked = {"link_state": LinkState.UNCHECKED, "link_answer": "", "checked_at": None}
    OnlineService.objects.filter(pk__in=[row.pk for row in rows]).update(**unchecked)


ONLINE = PlainList(
    key="online",
    model=OnlineService,
    title=gettext_lazy("Online services"),
    lead=gettext_lazy(
        "Each row is an entry of the directory that one of your units keeps. Nothing is deleted by a list."
    ),
    columns=(
        PlainColumn(CODE),
        PlainColumn(KEPT_BY, units, "kept_by__code", is_own=True),
        PlainColumn(KIND),
        PlainColumn(NAME),
        PlainColumn(DIVISION, divisions),
        PlainColumn(GROUPS, reader=_read_groups, write=_write_groups),
        *(PlainColumn(column) for column in FURTHER),
        PlainColumn(PARTNER, any_partner, "partner__code"),
        PlainColumn(ORDER),
        PlainColumn(PUBLISHED),
    ),
    found_by=("kept_by", "kind", "name", "division"),
    code="code",
    heads=("kind", "name", "kept_by"),
    refuse=refuse_unless_officer,
    care=in_care,
    check=_place,
    touched=_look_anew,
    order=("kind", "order"),
).as_kind()
