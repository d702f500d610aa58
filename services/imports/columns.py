"""The columns of a list of visits."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.tables import Cell, text_of
from services.choices import Method, WorkerGroup
from services.counting import MOST_AT_ONCE
from stations.imports.columns import STATION, ImportColumn
from stations.imports.values import Reader, Warn, choice_reader, read_date, text_reader
from stations.imports.words import USUAL

USUAL[WorkerGroup] = {
    WorkerGroup.SANITATION: "环卫工人 环卫 环卫工 清洁工 保洁员",
    WorkerGroup.COURIER: "快递员 快递 快递小哥",
    WorkerGroup.FOOD_DELIVERY: "外卖员 外卖 外卖配送员 送餐员 骑手",
    WorkerGroup.TAXI: "出租车司机 出租车 网约车司机 网约车 的哥",
    WorkerGroup.TRUCK: "货车司机 货运司机 卡车司机",
    WorkerGroup.TRAFFIC_POLICE: "交警 交通警察 协警 辅警",
    WorkerGroup.URBAN_MANAGEMENT: "城管 城管队员 城管执法人员",
    WorkerGroup.CONSTRUCTION: "建筑工人 园林工人 建筑 园林 农民工",
    WorkerGroup.VOLUNTEER: "志愿者",
    WorkerGroup.OTHER_OUTDOOR: "其他户外劳动者 户外劳动者 其他户外",
    WorkerGroup.ELDERLY: "老人 老年人",
    WorkerGroup.ILL_DISABLED: "病残人士 残疾人 病人",
    WorkerGroup.PREGNANT_INFANT: "孕妇及婴幼儿 孕妇 母婴",
    WorkerGroup.LOST_CHILD: "走失儿童",
    WorkerGroup.EXAM_STUDENT: "考生",
    WorkerGroup.PUBLIC: "其他群众 群众 市民 公众 社会公众",
}
USUAL[Method] = {
    Method.GATE: "门禁 闸机 感应器 客流计数 传感器",
    Method.SCAN: "扫码 扫码签到",
    Method.TALLY: "点选 人工计数 计数",
    Method.LEDGER: "台账 登记本 登记簿 纸质台账 登记",
    Method.ESTIMATE: "估计 估算",
}

NAME = ImportColumn("name", gettext_lazy("Name"), ("名称", "name"), gettext_lazy("For reading only."), width=28)
DATE = ImportColumn(
    "date",
    gettext_lazy("Date"),
    ("日期", "服务日期", "登记日期", "date", "day"),
    gettext_lazy("Required. A day, such as 2026-11-18."),
    "2026-11-18",
    "date",
    is_required=True,
)
HOUR = ImportColumn(
    "hour",
    gettext_lazy("Hour"),
    ("小时", "时段", "hour"),
    gettext_lazy("0 to 23. Empty: the figure is of the whole day."),
    "",
    "integer",
    8,
)
GROUP = ImportColumn(
    "group",
    gettext_lazy("Group"),
    ("人群", "服务对象", "群体", "人群类别", "工种", "group"),
    gettext_lazy("Required. One of: %(choices)s."),
    "快递员",
    width=20,
    is_required=True,
    choices=WorkerGroup,
)
METHOD = ImportColumn(
    "method",
    gettext_lazy("Method"),
    ("计数方式", "统计方式", "登记方式", "method"),
    gettext_lazy("How it was counted, one of: %(choices)s. Empty: paper ledger."),
    "台账",
    choices=Method,
)
COUNT = ImportColumn(
    "count",
    gettext_lazy("Visits"),
    ("人次", "服务人次", "人数", "数量", "visits", "count"),
    gettext_lazy("Required. The figure that is to stand, a whole number; 0 takes away what stands."),
    "12",
    "integer",
    10,
    is_required=True,
)


def visit_columns() -> list[ImportColumn]:
    return [STATION, NAME, DATE, HOUR, GROUP, METHOD, COUNT]


def _whole(most: int, sentence: str) -> Reader:
    def read(cell: Cell, _warn: Warn) -> int:
        text = text_of(cell).strip().removesuffix("人次").removesuffix("人").removesuffix("时").replace(",", "")
        if not (text.isascii() and text.isdigit()) or len(text) > 7 or int(text) > most:
            raise ValueError(sentence)
        return int(text)

    return read


def visit_readers() -> Mapping[str, Reader]:
    return {
        "station": text_reader(100),
        "name": text_reader(200),
        "date": read_date,
        "hour": _whole(23, _("An hour is 0 to 23.")),
        "group": choice_reader(WorkerGroup),
        "method": choice_reader(Method),
        "count": _whole(MOST_AT_ONCE, _("Write a whole number from 0 to %(most)s.") % {"most": f"{MOST_AT_ONCE:,}"}),
    }
