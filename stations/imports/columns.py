"""The columns of a list of stations: how they are called, what may stand in them, and what the template says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.tables import Kind
from stations.choices import CalendarPolicy, Counting, EntryMode, HostKind, StationStatus
from stations.models import User

Text = str | Promise


@dataclass(frozen=True)
class ImportColumn:
    """One column. `aliases` are further headers by which it is known, compared without case, spaces and brackets."""

    key: str
    title: Text
    aliases: tuple[str, ...]
    rule: Text
    example: str = ""
    kind: Kind = "text"
    width: float = 14
    is_required: bool = False
    choices: type[TextChoices] | None = None
    """The closed list that its rule names as %(choices)s."""


class Rows(Protocol):
    """A column whose cell lists rows of their own: amenities, plates.

    `Value` is whatever `read` answers; it compares equal when nothing would change.
    """

    column: ImportColumn

    @property
    def model(self) -> type[Model]:
        """Of the rows, with history."""

    def reader(self) -> Callable[[str], Any]:
        """Load the catalogue (a constant number of queries); answer a function of the cell, ValueError for errors."""

    def writer(self) -> Callable[[Any], str]:
        """Load the catalogue; answer a function that writes a value as `reader`'s reads it."""

    def current(self, station_ids: Iterable[int]) -> dict[int, Any]:
        """The value of each station that has any. A constant number of queries."""

    def merged(self, current: Any, given: Any) -> Any:
        """What the station has after the import: the given, and of the current what the cell does not name."""

    def write(self, values: dict[int, Any], *, by: User, reason: str) -> None:
        """Enter the merged values by station, with history, in a constant number of statements."""


ROWS: dict[str, Rows] = {}
"""Registered in the `ready()` of the app that owns the rows."""


def register_rows(rows: Rows) -> None:
    ROWS[rows.column.key] = rows


CODE = ImportColumn(
    "code",
    _("Code"),
    ("站点编码", "编码", "站点编号", "编号", "code", "station code"),
    _("Eight characters, made by the portal. Leave it empty for a new station; keep it so that the row finds its own."),
    "",
)
NAME = ImportColumn(
    "name",
    _("Name"),
    ("站点名称", "名称", "驿站名称", "港湾名称", "站点", "服务站点名称", "name", "station name"),
    _("Required. At most 100 characters."),
    "泉城路支行劳动者港湾",
    width=30,
    is_required=True,
)
HOST_KIND = ImportColumn(
    "host_kind",
    _("Host kind"),
    ("依托场所", "场所类型", "类型", "站点类型", "建设方式", "host kind", "host_kind", "kind", "type"),
    _("One of: %(choices)s. Empty: other."),
    "银行网点",
    choices=HostKind,
)
OPERATOR = ImportColumn(
    "operator",
    _("Operator"),
    ("运营单位", "所属机构", "建设单位", "所属单位", "机构", "operator"),
    _("The unit that runs the station, as a path. Units missing below one of yours are made."),
    "中国建设银行/山东省分行/济南分行",
    width=34,
)
SUPERVISOR = ImportColumn(
    "supervisor",
    _("Supervisor"),
    ("主管工会", "所属工会", "指导工会", "上级工会", "supervisor"),
    _("The union unit, as a path or its name. Empty: the nearest union of the division."),
    "",
    width=22,
)
DIVISION = ImportColumn(
    "division",
    _("Division"),
    ("行政区划", "区划", "所在区县", "区县", "所属区县", "所在地区", "行政区", "division", "district"),
    _("Code of GB/T 2260 or names. A development zone counts as its city. Empty: taken from the address."),
    "山东省/济南市/历下区",
    width=24,
)
ADDRESS = ImportColumn(
    "address",
    _("Address"),
    ("地址", "详细地址", "站点地址", "具体地址", "address"),
    _("Required. At most 200 characters."),
    "济南市历下区泉城路1号",
    width=34,
    is_required=True,
)
LONGITUDE = ImportColumn(
    "longitude",
    _("Longitude"),
    ("经度", "lng", "lon", "x", "longitude"),
    _("Decimal degrees, 73 to 136. Without coordinates the station waits as a draft to be placed."),
    "117.0229",
    "degrees",
)
LATITUDE = ImportColumn(
    "latitude",
    _("Latitude"),
    ("纬度", "lat", "y", "latitude"),
    _("Decimal degrees, 3 to 54."),
    "36.6683",
    "degrees",
)
DATUM = ImportColumn(
    "datum",
    _("Datum"),
    ("坐标系", "坐标系统", "坐标类型", "datum"),
    _("WGS-84 (GPS, Tianditu), GCJ-02 (Amap, Tencent) or BD-09 (Baidu). Empty: WGS-84."),
    "GCJ-02",
)
PHONE = ImportColumn(
    "phone",
    _("Phone"),
    ("电话", "联系电话", "联系方式", "服务电话", "phone", "telephone"),
    _("Kept as it is written, at most 100 characters."),
    "0531-88880001",
    width=18,
)
HOURS = ImportColumn(
    "opening_hours",
    _("Opening hours"),
    ("开放时间", "服务时间", "营业时间", "开放时段", "opening hours", "opening_hours", "hours"),
    _("As it is posted at the door, or in the OpenStreetMap grammar. Empty: unknown, never guessed."),
    "周一至周五 08:30-12:00,13:00-17:30",
    width=34,
)
POLICY = ImportColumn(
    "calendar_policy",
    _("Public holidays"),
    ("节假日规则", "节假日", "节假日安排", "calendar policy", "calendar_policy"),
    _("One of: %(choices)s. Empty: as usual for 24 hours, finance for bank branches, statutory for others."),
    "金融",
    choices=CalendarPolicy,
)
ENTRY = ImportColumn(
    "entry_mode",
    _("Entry"),
    ("进入方式", "开门方式", "入站方式", "entry", "entry mode", "entry_mode"),
    _("One of: %(choices)s. Empty: walk in."),
    "直接进入",
    choices=EntryMode,
)
AREA = ImportColumn(
    "area_m2",
    _("Area (m²)"),
    ("面积", "建筑面积", "使用面积", "面积㎡", "area", "area_m2"),
    _("A number."),
    "30",
    "decimal",
)
SEATS = ImportColumn("seats", _("Seats"), ("座位数", "座位", "座席数", "seats"), _("A whole number."), "8", "integer")
COUNTING = ImportColumn(
    "counts_by_hour",
    _("Counters"),
    ("计数时段", "计数器", "按小时计数", "counters", "counting", "counts by hour", "counts_by_hour"),
    _("What the keeper's counters stand for, one of: %(choices)s. Empty: the day."),
    "按天",
    choices=Counting,
)
OPENED = ImportColumn(
    "opened_date",
    _("Opened on"),
    ("建成日期", "启用日期", "开放日期", "投用时间", "建成时间", "建站时间", "opened", "opened date", "opened_date"),
    _("A day, such as 2018-07-01."),
    "2018-07-01",
    "date",
)
STATUS = ImportColumn(
    "status",
    _("Status"),
    ("状态", "站点状态", "status"),
    _("One of: %(choices)s. Empty: on the map when placed, else draft."),
    "",
    choices=StationStatus,
)
REASON = ImportColumn(
    "suspended_reason",
    _("Reason of suspension"),
    ("暂停原因", "停用原因", "暂停开放原因", "suspended reason", "suspended_reason", "reason"),
    _("Why a station is suspended; the public reads it. Required to suspend one."),
    "",
    width=22,
)

# Of lists of other things at stations.
STATION = ImportColumn(
    "station",
    _("Station"),
    (
        *("站点编码", "编码", "站点编号", "编号", "code", "station code", "station"),
        *("站点", "站点名称", "驿站", "驿站名称", "港湾名称", "服务站点", "服务站点名称"),
    ),
    _("Required. Its code, or its name where only one of your stations is called so."),
    "7K2M9QXA",
    width=18,
    is_required=True,
)

PLAIN = (
    CODE, NAME, HOST_KIND, OPERATOR, SUPERVISOR, DIVISION, ADDRESS, LONGITUDE, LATITUDE, DATUM, PHONE, HOURS, POLICY,
    ENTRY, AREA, SEATS, COUNTING, OPENED, STATUS, REASON,
)  # fmt: skip


def station_columns() -> list[ImportColumn]:
    """In the order of the template: amenities, plates and what else is registered stand before the opening date."""
    registered = [rows.column for rows in ROWS.values()]
    at = PLAIN.index(OPENED)
    return [*PLAIN[:at], *registered, *PLAIN[at:]]
