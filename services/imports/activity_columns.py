"""The columns of a list of activities."""

from dataclasses import replace

from django.utils.translation import gettext_lazy, pgettext_lazy

from services.activity_choices import ActivityKind
from stations.imports import columns
from stations.imports.columns import ImportColumn
from stations.imports.words import USUAL

USUAL[ActivityKind] = {
    ActivityKind.LECTURE: "讲座 宣讲",
    ActivityKind.FINANCE_LECTURE: "金融与反诈讲座 反诈宣传 金融知识 防诈骗",
    ActivityKind.CONSUMER_PROTECTION: "消费者权益保护 消保宣传 3·15",
    ActivityKind.LEGAL: "法律咨询 法律援助 普法",
    ActivityKind.COOL: "送清凉 夏送清凉",
    ActivityKind.WARM: "送温暖 冬送温暖",
    ActivityKind.HEALTH: "健康体检 体检 义诊 健康",
    ActivityKind.HAIRCUT: "义务理发 理发 义剪",
    ActivityKind.VOLUNTEER: "志愿服务 志愿",
    ActivityKind.TRAINING: "技能培训 培训",
    ActivityKind.GOVERNMENT_SERVICE: "政务服务 流动车管所 便民服务",
    ActivityKind.MEDIATION: "调解 劳动争议调解",
    ActivityKind.RECRUITMENT: "招聘 招聘会",
    ActivityKind.HOMEWARD: "返乡 返乡专车 平安返乡",
    ActivityKind.CULTURE: "文化活动 文体活动 联欢",
    ActivityKind.CEREMONY: "揭牌仪式 授牌 揭牌",
    ActivityKind.OTHER: "其他 其它",
}
CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("编码", "活动编码", "code"),
    gettext_lazy("Eight characters, made by the portal. Leave it empty for a new one."),
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("活动名称", "名称", "主题", "活动主题", "title"),
    gettext_lazy("Required. At most 100 characters."),
    "高温送清凉",
    width=30,
    is_required=True,
)
TITLE_EN = ImportColumn(
    "title_en",
    gettext_lazy("English title"),
    ("英文名称", "英文标题", "english title", "title_en"),
    gettext_lazy("At most 100 characters."),
    width=24,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "活动类别", "活动类型", "类型", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "送清凉",
    is_required=True,
    choices=ActivityKind,
)
ORGANISER = ImportColumn(
    "organiser",
    gettext_lazy("Organiser"),
    ("主办单位", "组织单位", "承办单位", "organiser"),
    gettext_lazy("Required. A unit of yours: its code, or its path."),
    "中国建设银行/山东省分行/济南分行",
    width=34,
    is_required=True,
)
STATIONS = ImportColumn(
    "stations",
    gettext_lazy("Stations"),
    ("站点", "活动站点", "举办站点", "站点编码", "stations"),
    gettext_lazy("Codes or names, divided by 、 or commas. Empty: it was elsewhere."),
    "7K2M9QXA、泉城路支行劳动者港湾",
    width=34,
)
PLACE = ImportColumn(
    "place",
    pgettext_lazy("list", "Place"),
    ("地点", "活动地点", "place"),
    gettext_lazy("The address where it was elsewhere, or the room. Required without a station."),
    width=24,
)
DIVISION = replace(
    columns.DIVISION,
    rule=gettext_lazy("Code of GB/T 2260 or names. Empty: that of the first station, or else of the organiser."),
)
STARTS = ImportColumn(
    "starts_at",
    gettext_lazy("Starts at"),
    ("开始时间", "活动时间", "时间", "starts at", "starts_at"),
    gettext_lazy("Required. The day and the time, such as 2026-07-01 14:00."),
    "2026-07-01 14:00",
    width=18,
    is_required=True,
)
ENDS = ImportColumn(
    "ends_at",
    gettext_lazy("Ends at"),
    ("结束时间", "ends at", "ends_at"),
    gettext_lazy("Required. The day and the time, such as 2026-07-01 16:00."),
    "2026-07-01 16:00",
    width=18,
    is_required=True,
)
PARTNERS = ImportColumn(
    "partners",
    gettext_lazy("Partners"),
    ("合作伙伴", "合作单位", "协办单位", "共建单位", "partners"),
    gettext_lazy("Names or codes, divided by 、 or commas."),
    "济南市快递行业协会",
    width=28,
)
PEOPLE = ImportColumn(
    "people",
    gettext_lazy("Participants"),
    ("参加人数", "参与人数", "人数", "服务人数", "people", "participants"),
    gettext_lazy(
        "How many came, by group: 快递员:20、环卫工人:15; a number alone counts as other outdoor workers. With it, the"
        " activity is reported; without it, it is planned, or waits for its report."
    ),
    "快递员:20、环卫工人:15",
    width=28,
)
COST = ImportColumn(
    "cost", gettext_lazy("Cost (yuan)"), ("费用", "经费", "花费", "cost"), gettext_lazy("A number."), "1200", "decimal"
)
DESCRIPTION = ImportColumn(
    "description",
    gettext_lazy("What it is about"),
    ("活动介绍", "内容", "活动内容", "description"),
    gettext_lazy("At most 2000 characters; everybody reads it."),
    width=40,
)
SUMMARY = ImportColumn(
    "summary",
    gettext_lazy("How it was"),
    ("活动小结", "总结", "小结", "summary"),
    gettext_lazy("At most 2000 characters; everybody reads it."),
    width=40,
)
PUBLIC = ImportColumn(
    "is_public",
    pgettext_lazy("list", "Public"),
    ("是否公开", "公开", "public"),
    gettext_lazy("是 or 否: whether it stands in the public calendar. Empty: 是."),
    "是",
)
STATUS = ImportColumn("status", gettext_lazy("Status"), ("状态", "status"), gettext_lazy("For reading only."))
