"""Lists of what came in, was given out and thrown away: how they are written."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from partners.imports.of_partners import any_partner
from services.choices import SupplyMove, WorkerGroup
from services.models import SupplyItem, SupplyMovement
from stations.imports.columns import ImportColumn
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.related import named
from stations.imports.told import told
from stations.imports.values import text_reader
from stations.imports.words import USUAL
from stations.models import Keeper, User
from stations.policies import is_officer

USUAL[SupplyMove] = {
    SupplyMove.IN: "入库 进货 接收 补充 捐入",
    SupplyMove.OUT: "发放 领取 出库 派发",
    SupplyMove.DISCARD: "报废 过期 丢弃 损耗",
    SupplyMove.SENT: "调出",
    SupplyMove.RECEIVED: "调入",
    SupplyMove.FOUND: "盘盈",
    SupplyMove.MISSING: "盘亏",
}
DATE = ImportColumn(
    "date",
    gettext_lazy("Date"),
    ("日期", "登记日期", "date"),
    gettext_lazy("Required. The day on which it was so."),
    "2026-07-01",
    "date",
    is_required=True,
)
STATION = ImportColumn(
    "station",
    gettext_lazy("Station"),
    ("站点编码", "站点", "站点名称", "驿站", "station"),
    gettext_lazy("Required. Code or name of a station of yours, or that you keep."),
    "7K2M9QXA",
    width=18,
    is_required=True,
)
ITEM = ImportColumn(
    "item",
    gettext_lazy("Supply"),
    ("物资", "物资名称", "物品", "supply"),
    gettext_lazy("Required. Its name or code, as the catalogue has it."),
    "瓶装水",
    width=18,
    is_required=True,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "方向", "出入库", "kind"),
    gettext_lazy("Required. 入库, 发放 or 报废. What comes of counting and sending is recorded on My station."),
    "入库",
    is_required=True,
    choices=SupplyMove,
)
QUANTITY = ImportColumn(
    "quantity",
    gettext_lazy("Quantity"),
    ("数量", "quantity"),
    gettext_lazy("Required. A whole number."),
    "48",
    "integer",
    is_required=True,
)
GROUP = ImportColumn(
    "group",
    gettext_lazy("Group"),
    ("人群", "领取人群", "群体", "group"),
    gettext_lazy("To whom it was given out, if it is known."),
    "快递员",
    choices=WorkerGroup,
)
DONOR = ImportColumn(
    "donor",
    gettext_lazy("Given by"),
    ("捐赠方", "捐赠单位", "来源", "donor"),
    gettext_lazy("The partner who gave what came in: name or code."),
    width=24,
)
EXPIRES = ImportColumn(
    "expires_date",
    gettext_lazy("Expires on"),
    ("有效期至", "保质期至", "到期日期", "expires"),
    gettext_lazy("Of what comes in."),
    "2027-06-01",
    "date",
)
WHY = ImportColumn(
    "why", gettext_lazy("Why"), ("事由", "备注", "why"), gettext_lazy("At most 120 characters."), width=28
)


def _refuse(by: User) -> None:
    if not is_officer(by) and not Keeper.objects.filter(user=by).exists():
        raise Refused(_("Only keepers and officers record what comes in and goes out."))


def _items(_by: User) -> QuerySet[Any]:
    return SupplyItem.objects.all()


MOVEMENTS = PlainList(
    key="movements",
    model=SupplyMovement,
    title=gettext_lazy("Movements of supplies"),
    lead=gettext_lazy(
        "Each row is something that came in, was given out or was thrown away. A row that says the same as a movement"
        " that is here is that movement; no more goes out than there is, and a list changes nothing that was recorded."
    ),
    columns=(
        PlainColumn(DATE),
        PlainColumn(STATION, shown="station__code"),
        told("name", gettext_lazy("Name"), "station__name", width=28),
        PlainColumn(ITEM, named(_items, "code", "name", "name_en", is_small=True), "item__name"),
        told("item_code", gettext_lazy("Code of the supply"), "item__code", width=18),
        PlainColumn(KIND),
        PlainColumn(QUANTITY),
        PlainColumn(GROUP),
        told("is_by_code", gettext_lazy("By code")),
        PlainColumn(DONOR, any_partner, "donor__code"),
        PlainColumn(EXPIRES),
        PlainColumn(WHY, reader=text_reader(120)),
        told("at", gettext_lazy("Recorded at"), width=18),
    ),
    found_by=("date", "station", "item", "kind", "quantity"),
    refuse=_refuse,
    order=("date", "station__code"),
    most_rows=50_000,
)
