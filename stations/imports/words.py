"""The closed lists as people write them in a cell: by code, by label in any language, and by usual words."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from stations.choices import Access, CalendarPolicy, Counting, Datum, EntryMode, HostKind, StationStatus

Words = Mapping[str, str]
"""Folded word → code."""

BLANKS = {
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    "无",
    "暂无",
    "没有",
    "不详",
    "未知",
    "待定",
    "n/a",
    "na",
    "null",
    "none",
    "空",
}
"""What people write into a cell to say that they leave it empty."""


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """For comparison: full-width narrowed, lower case, without spaces and brackets' contents."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\([^)]*\)|[\s*:_\-]+", "", narrow)


def is_blank(text: str) -> bool:
    return not text or text.lower() in BLANKS


USUAL: dict[type[TextChoices], dict[str, str]] = {
    HostKind: {
        HostKind.BANK_BRANCH: "银行网点 银行 银行支行 网点 依托银行",
        HostKind.UNION_BUILT: "工会自建 自建 工会 独立建设 工会建设",
        HostKind.SERVICE_HALL: "服务大厅 政务大厅 党群服务中心 社区服务中心 服务中心 办事大厅",
        HostKind.SANITATION_ROOM: "环卫休息室 环卫驿站 公厕 环卫 公共厕所 城管驿站",
        HostKind.SHOP: "商店 商铺 超市 便利店 药店 餐饮 门店 爱心商家 企业",
        HostKind.FUEL_STATION: "加油站 加气站 充电站 中石化 中石油",
        HostKind.TELECOM_HALL: "通信营业厅 营业厅 移动营业厅 电信营业厅 联通营业厅",
        HostKind.HOSPITAL: "医院 卫生院 社区卫生服务中心 诊所",
        HostKind.POLICE_POST: "警务站 警务室 派出所 交警岗亭 岗亭",
        HostKind.MOBILE: "流动站 流动 移动驿站 流动服务车",
        HostKind.OTHER: "其他 其它",
    },
    EntryMode: {
        EntryMode.WALK_IN: "直接进入 自由进入 直接进 无需登记 免登记 开放",
        EntryMode.ASK_STAFF: "联系工作人员 询问工作人员 工作人员开门 登记 需登记",
        EntryMode.SCAN: "扫码 扫码进入 扫二维码 扫码开门",
        EntryMode.CODE: "密码 密码锁 输入密码",
        EntryMode.FACE: "刷脸 人脸识别 人脸",
    },
    CalendarPolicy: {
        CalendarPolicy.STATUTORY: "法定 法定节假日 按国家规定 节假日休息 statutory",
        CalendarPolicy.FINANCE: "金融 银行 金融机构 finance",
        CalendarPolicy.EVERY_DAY: "每天 全年 全年无休 不休 节假日不休 everyday",
    },
    Counting: {
        Counting.DAY: "按天 全天 按日 否 天 日",
        Counting.HOUR: "按小时 分时 是 小时 每小时",
    },
    StationStatus: {
        StationStatus.DRAFT: "草稿 未上图 待上图 筹建 在建",
        StationStatus.PUBLISHED: "上图 已上图 正常 开放 在用 运行 已发布 启用",
        StationStatus.SUSPENDED: "暂停 暂停服务 停用 暂停开放 装修",
        StationStatus.CLOSED: "关闭 已关闭 撤销 摘牌 注销",
    },
    Datum: {
        Datum.WGS84: "wgs84 gps 天地图 大地坐标 cgcs2000 2000坐标系",
        Datum.GCJ02: "gcj02 高德 腾讯 火星 火星坐标 高德地图 腾讯地图 amap",
        Datum.BD09: "bd09 百度 百度地图 bd09ll baidu",
    },
    Access: {
        Access.OPEN: "免费 开放 可用 有 自由使用",
        Access.ASK_STAFF: "询问工作人员 联系工作人员 需询问 需申请 工作人员 内部 询问",
        Access.NEARBY: "附近 旁边 周边 就近",
        Access.NONE: "无 没有 不提供 不开放",
    },
}


def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """Every word for every member of a closed list."""
    words = {}
    for code, label in choices.choices:
        words[folded(code)] = code
        for language, _name in settings.LANGUAGES:
            with override(language):
                words[folded(str(label))] = code
        for word in USUAL.get(choices, {}).get(code, "").split():
            words[folded(word)] = code
    return words


def example_words(choices: type[TextChoices]) -> str:
    """One word and the code of each member, for a sentence that says what would be right."""
    if choices is Datum:
        return ", ".join(Datum.labels)
    usual = USUAL.get(choices, {})
    return _(", ").join(f"{usual.get(code, str(label)).split()[0]} ({code})" for code, label in choices.choices)
