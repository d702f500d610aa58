"""Lists of programmes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.errors import Refused
from partners.models import Programme
from stations.imports.columns import ImportColumn
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.related import units
from stations.models import User
from stations.scope import scope_of

CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("代码", "项目代码", "品牌代码", "code"),
    gettext_lazy("Required. Letters, digits, - and _; the row finds its programme by it."),
    "ccb_harbor",
    is_required=True,
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("名称", "品牌名称", "项目名称", "name"),
    gettext_lazy("Required. At most 60 characters."),
    "劳动者港湾",
    width=24,
    is_required=True,
)
NAME_EN = ImportColumn(
    "name_en",
    gettext_lazy("English name"),
    ("英文名称", "英文名", "english name"),
    gettext_lazy("Required. At most 60 characters."),
    "Workers' Harbour (CCB)",
    width=28,
    is_required=True,
)
OWNER = ImportColumn(
    "owner",
    gettext_lazy("Owner"),
    ("归属单位", "所属单位", "牵头单位", "owner"),
    gettext_lazy("The unit whose programme it is: its code, or its path of names."),
    "中国建设银行",
    width=24,
)
COLOUR = ImportColumn(
    "colour", gettext_lazy("Colour"), ("颜色", "标识色", "colour", "color"), gettext_lazy("Such as #0b6e6e."), "#0b6e6e"
)
URL = ImportColumn(
    "url", gettext_lazy("Web page"), ("网址", "网页", "url"), gettext_lazy("With https:// before it."), width=28
)
RULES = ImportColumn(
    "rules",
    gettext_lazy("Rules"),
    ("规则", "挂牌条件", "建设标准", "rules"),
    gettext_lazy(
        "What a station must offer to bear the plate. At most 4000 characters; empty lines divide paragraphs."
    ),
    width=60,
)
ORDER = ImportColumn(
    "order", gettext_lazy("Order"), ("排序", "顺序", "order"), gettext_lazy("A whole number."), "10", "integer", 8
)


def _refuse(by: User) -> None:
    if not scope_of(by).everything:
        raise Refused(_("Administrators keep this list. If something in it is wrong, tell yours."))


PROGRAMMES = PlainList(
    key="programmes",
    model=Programme,
    title=gettext_lazy("Programmes"),
    lead=gettext_lazy("Each row is a programme under which stations are opened. Nothing is deleted by a list."),
    columns=(
        PlainColumn(CODE),
        PlainColumn(NAME),
        PlainColumn(NAME_EN),
        PlainColumn(OWNER, units, "owner__code"),
        PlainColumn(COLOUR),
        PlainColumn(URL),
        PlainColumn(RULES),
        PlainColumn(ORDER),
    ),
    found_by=("code",),
    heads=("code", "name"),
    refuse=_refuse,
    order=("order", "code"),
).as_kind()
