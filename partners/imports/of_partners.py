"""Lists of partners, and of who belongs to an association."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy, pgettext_lazy

from partners.choices import PartnerKind
from partners.models import Partner, PartnerMember
from stations.choices import Role
from stations.imports.columns import DIVISION, ImportColumn
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.related import divisions, named, units
from stations.imports.words import USUAL
from stations.models import User
from stations.policies import refuse_unless_officer
from stations.querysets import in_subtrees
from stations.scope import scope_of

USUAL[PartnerKind] = {
    PartnerKind.ASSOCIATION: "协会 行业协会 商会 联合会",
    PartnerKind.GOVERNMENT: "政府部门 政府 机关 街道",
    PartnerKind.ENTERPRISE: "企业 公司",
    PartnerKind.CHARITY: "慈善组织 公益组织 慈善 基金会",
    PartnerKind.UNION: "工会",
    PartnerKind.BANK: "银行",
    PartnerKind.MEDIA: "媒体",
    PartnerKind.OTHER: "其他 其它",
}
CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("编码", "伙伴编码", "code"),
    gettext_lazy("Eight characters, made by the portal. Leave it empty for a new one."),
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("名称", "单位名称", "伙伴名称", "合作单位", "name"),
    gettext_lazy("Required. At most 100 characters."),
    "济南市快递行业协会",
    width=30,
    is_required=True,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "性质", "类型", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "协会",
    is_required=True,
    choices=PartnerKind,
)
KEPT_BY = ImportColumn(
    "kept_by",
    gettext_lazy("Kept by"),
    ("维护单位", "对接单位", "牵头单位", "kept by", "kept_by"),
    gettext_lazy("Required. The unit of yours whose officers write it: its code, or its path."),
    "中国建设银行/山东省分行/济南分行",
    width=34,
    is_required=True,
)
SHORT = ImportColumn(
    "short_name", gettext_lazy("Short name"), ("简称", "short name"), gettext_lazy("At most 40 characters."), ""
)
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Is the unit"),
    ("对应单位", "本平台单位", "unit"),
    gettext_lazy("If it runs or supervises stations here itself: the code or path of that unit."),
    width=24,
)
BRINGS = ImportColumn(
    "brings",
    gettext_lazy("What it brings"),
    ("合作内容", "提供内容", "brings"),
    gettext_lazy("At most 1000 characters, as the public reads it."),
    "每年高温期为骑手送清凉",
    width=40,
)
URL = ImportColumn(
    "url", gettext_lazy("Web page"), ("网址", "网页", "url"), gettext_lazy("With https:// before it."), width=28
)
MEMBER_COUNT = ImportColumn(
    "member_count",
    gettext_lazy("Members"),
    ("会员数", "会员单位数", "members"),
    gettext_lazy("Of an association, as it says itself: a whole number."),
    "80",
    "integer",
    8,
)
PUBLIC = ImportColumn(
    "is_public",
    pgettext_lazy("list", "Public"),
    ("是否公开", "公开", "public"),
    gettext_lazy("是 or 否: whether it has a page for everybody. Empty: 否."),
    "是",
)
ASSOCIATION = ImportColumn(
    "association",
    gettext_lazy("Association"),
    ("协会", "所属协会", "association"),
    gettext_lazy("Required. Its name or code; one that your units keep."),
    "济南市快递行业协会",
    width=28,
    is_required=True,
)
MEMBER = ImportColumn(
    "member_partner",
    gettext_lazy("Member"),
    ("会员", "会员单位", "会员名称", "member"),
    gettext_lazy("Name or code of a partner; or leave it empty and name a unit."),
    "顺丰速运济南分公司",
    width=28,
)
MEMBER_UNIT = ImportColumn(
    "member_unit",
    gettext_lazy("Member unit"),
    ("会员对应单位", "本平台会员单位", "member unit"),
    gettext_lazy("A unit of the portal that is a member: its code, or its path."),
    width=28,
)
SINCE = ImportColumn(
    "since", gettext_lazy("Since"), ("入会日期", "起始日期", "since"), gettext_lazy("A day."), "2024-05-01", "date"
)
UNTIL = ImportColumn(
    "until", gettext_lazy("Until"), ("退会日期", "截止日期", "until"), gettext_lazy("The last day."), "", "date"
)


def in_care(rows: QuerySet[Any], by: User, kept_by: str = "kept_by") -> QuerySet[Any]:
    """Of partners, or what belongs to them, those whose keeper the person is an officer of."""
    scope = scope_of(by)
    return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(Role.OFFICER), kept_by))


def _kept(by: User) -> QuerySet[Any]:
    return in_care(Partner.objects.in_use(), by)


def _seen(by: User) -> QuerySet[Any]:
    return Partner.objects.visible_to(by).in_use()


own_partners = named(_kept, "name", "short_name", "code")
any_partner = named(_seen, "name", "short_name", "code")
"""Of all that the person sees, such as what is public."""

PARTNERS = PlainList(
    key="partners",
    model=Partner,
    title=pgettext_lazy("list", "Partners"),
    lead=gettext_lazy("Each row is a partner that one of your units keeps. Contacts have a list of their own."),
    columns=(
        PlainColumn(CODE),
        PlainColumn(NAME),
        PlainColumn(SHORT),
        PlainColumn(KIND),
        PlainColumn(KEPT_BY, units, "kept_by__code", is_own=True),
        PlainColumn(UNIT, units, "unit__code"),
        PlainColumn(DIVISION, divisions),
        PlainColumn(BRINGS),
        PlainColumn(URL),
        PlainColumn(MEMBER_COUNT),
        PlainColumn(PUBLIC),
    ),
    found_by=("kept_by", "name"),
    code="code",
    among=lambda rows: rows.filter(merged_into=None),
    heads=("name", "kind", "kept_by"),
    refuse=refuse_unless_officer,
    care=in_care,
    order=("kind", "name"),
).as_kind()

MEMBERS = PlainList(
    key="members",
    model=PartnerMember,
    title=gettext_lazy("Members of associations"),
    lead=gettext_lazy("Each row says who belongs to an association: a partner, or a unit of the portal."),
    columns=(
        PlainColumn(ASSOCIATION, own_partners, "association__code"),
        PlainColumn(MEMBER, any_partner, "member_partner__code"),
        PlainColumn(
            ImportColumn("name", pgettext_lazy("list", "Name"), ("名称",), gettext_lazy("For reading only."), width=28),
            shown=Coalesce("member_partner__name", "member_unit__name"),
            is_told=True,
        ),
        PlainColumn(MEMBER_UNIT, units, "member_unit__code"),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
    ),
    found_by=("association", "member_partner", "member_unit"),
    refuse=refuse_unless_officer,
    order=("association__name",),
).as_kind()
