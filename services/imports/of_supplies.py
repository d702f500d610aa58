"""Lists of the catalogue of supplies."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.errors import Refused
from services.choices import Season
from services.models import SupplyItem
from stations.imports.columns import ImportColumn
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.words import USUAL
from stations.models import User
from stations.scope import scope_of

USUAL[Season] = {
    Season.ALL_YEAR: "全年",
    Season.SUMMER: "夏季 夏天",
    Season.WINTER: "冬季 冬天",
}
CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("代码", "物资代码", "code"),
    gettext_lazy("Required. Letters, digits, - and _; the row finds its supply by it."),
    "ice_water",
    is_required=True,
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("名称", "物资名称", "name"),
    gettext_lazy("Required. At most 40 characters."),
    "冰水",
    is_required=True,
)
NAME_EN = ImportColumn(
    "name_en",
    gettext_lazy("English name"),
    ("英文名称", "英文名", "english name"),
    gettext_lazy("Required. At most 40 characters."),
    "Ice water",
    is_required=True,
)
UNIT = ImportColumn(
    "unit", gettext_lazy("Unit"), ("计量单位", "单位", "unit"), gettext_lazy("What is counted: 瓶, 盒, 片."), "瓶"
)
UNIT_EN = ImportColumn(
    "unit_en",
    gettext_lazy("English unit"),
    ("英文计量单位", "英文单位", "english unit"),
    gettext_lazy("Such as bottles or boxes."),
    "bottles",
)
LOW_AT = ImportColumn(
    "low_at",
    gettext_lazy("Low at"),
    ("预警数量", "低库存数量", "low at"),
    gettext_lazy("With so many or fewer left it is time to bring more. Empty: 5."),
    "12",
    "integer",
)
SEASON = ImportColumn(
    "season",
    gettext_lazy("Season"),
    ("季节", "适用季节", "season"),
    gettext_lazy("One of: %(choices)s. Empty: all year."),
    "夏季",
    choices=Season,
)
SHOWN = ImportColumn(
    "is_shown",
    gettext_lazy("Shown on the map"),
    ("地图显示", "是否上图", "shown on the map"),
    gettext_lazy("是 or 否: whether visitors read where there is some. Empty: 否."),
    "是",
)
ONCE = ImportColumn(
    "is_once_a_day",
    gettext_lazy("Once a day"),
    ("每人每天一份", "每日限领", "once a day"),
    gettext_lazy("是 or 否: whether a person gets one a day, by the code of the day. Empty: 否."),
    "否",
)
ORDER = ImportColumn(
    "order", gettext_lazy("Order"), ("排序", "顺序", "order"), gettext_lazy("A whole number."), "10", "integer", 8
)


def _refuse(by: User) -> None:
    if not scope_of(by).everything:
        raise Refused(_("Administrators keep this list. If something in it is wrong, tell yours."))


SUPPLIES = PlainList(
    key="supplies",
    model=SupplyItem,
    title=gettext_lazy("Catalogue of supplies"),
    lead=gettext_lazy("Each row is something that stations keep and give out. Nothing is deleted by a list."),
    columns=tuple(
        PlainColumn(column) for column in (CODE, NAME, NAME_EN, UNIT, UNIT_EN, LOW_AT, SEASON, SHOWN, ONCE, ORDER)
    ),
    found_by=("code",),
    heads=("code", "name"),
    refuse=_refuse,
    order=("order", "code"),
).as_kind()
