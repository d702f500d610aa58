"""Lists of wishes: how they are written. What they say of families comes in, and never goes out."""

from typing import Any

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy, pgettext_lazy

from services.models import Wish, WishClaim
from services.models.families import MAX_SITUATION
from services.wish_choices import ClaimBy, ClaimState, ConfirmedBy, WishKind, WishState
from stations.imports.columns import ImportColumn, Text
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.readers import lines_reader, read_yes_no
from stations.imports.related import own_units
from stations.imports.told import told
from stations.imports.values import Reader, text_reader
from stations.imports.words import USUAL
from stations.policies import refuse_unless_officer

USUAL[WishKind] = {WishKind.GOODS: "物品 物资 实物", WishKind.SERVICE: "服务"}
CODE = ImportColumn(
    "code",
    gettext_lazy("Code of the wish"),
    ("心愿编码", "编码", "code"),
    gettext_lazy("Eight characters, made by the portal. Leave it empty for a new one."),
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "心愿类别", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "物品",
    is_required=True,
    choices=WishKind,
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("The wish"),
    ("心愿", "心愿名称", "微心愿", "title"),
    gettext_lazy("Required. At most 60 characters. Everybody reads it: nothing that says whose it is."),
    "一台电暖器",
    width=30,
    is_required=True,
)
TEXT = ImportColumn(
    "text",
    pgettext_lazy("wish", "What it is about"),
    ("心愿说明", "说明", "text"),
    gettext_lazy("At most 400 characters. Everybody reads it: nothing that says whose it is."),
    width=40,
)
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Unit"),
    ("提名单位", "单位", "unit"),
    gettext_lazy("Required. The unit of yours that nominates it: its code, or its path."),
    "山东省总工会/历下区总工会",
    width=30,
    is_required=True,
)
NEEDED = ImportColumn(
    "needed_by",
    gettext_lazy("Needed by"),
    ("期望日期", "截止日期", "needed by"),
    gettext_lazy("Required. A day to come."),
    "2026-12-31",
    "date",
    is_required=True,
)
BUDGET = ImportColumn(
    "budget", gettext_lazy("Budget (yuan)"), ("预算", "预算金额", "budget"), gettext_lazy("A number."), "300", "decimal"
)


def _of_family(
    key: str, title: Text, aliases: tuple[str, ...], rule: Text, reader: Reader, *, example: str = "", width: float = 14
) -> PlainColumn:
    """Kept sealed, in a row of its own; the export leaves it empty."""
    column = ImportColumn(key, title, aliases, rule, example, width=width)
    nothing = Value(None, output_field=CharField())
    return PlainColumn(column, shown=nothing, reader=reader, is_beside=True)


FAMILY = (
    _of_family(
        "community",
        gettext_lazy("Community"),
        ("社区", "推荐社区", "community"),
        gettext_lazy("Who told the unit of the wish. At most 60 characters; only staff see it."),
        text_reader(60),
    ),
    _of_family(
        "name",
        gettext_lazy("Name of the family"),
        ("家庭姓名", "姓名", "联系人", "name"),
        gettext_lazy("Required of a new one. At most 60 characters. Kept encrypted."),
        text_reader(60),
        example="张某",
    ),
    _of_family(
        "phone",
        gettext_lazy("Phone of the family"),
        ("家庭电话", "联系电话", "电话", "手机", "phone"),
        gettext_lazy("Required of a new one. By it two wishes of one family are known. Kept encrypted."),
        text_reader(40),
        example="13800000000",
        width=18,
    ),
    _of_family(
        "address",
        gettext_lazy("Address of the family"),
        ("家庭住址", "住址", "地址", "address"),
        gettext_lazy("At most 200 characters. Kept encrypted."),
        text_reader(200),
        width=28,
    ),
    _of_family(
        "situation",
        gettext_lazy("Situation"),
        ("家庭情况", "情况", "situation"),
        gettext_lazy("At most 500 characters. Kept encrypted."),
        lines_reader(MAX_SITUATION),
        width=36,
    ),
    _of_family(
        "agreed",
        gettext_lazy("The family agrees"),
        ("家庭同意", "本人同意", "同意", "agreed"),
        gettext_lazy("Required of a new one: 是. Without its consent nothing is stored about a family."),
        read_yes_no,
        example="是",
        width=10,
    ),
)
_TAKEN = WishClaim.objects.filter(wish=OuterRef("pk"), state=ClaimState.ACCEPTED)


def _taken_name() -> Any:
    return Subquery(_TAKEN.annotate(who=Coalesce("partner__name", "unit__name")).values("who")[:1])


# What goes out says neither whose a wish is nor what only staff may read of it: the code by which the family confirms,
# its community, what was done at its home, its thanks, and reasons in somebody's own words stay in the portal.
WISHES = PlainList(
    key="wishes",
    model=Wish,
    title=gettext_lazy("Wishes"),
    lead=gettext_lazy(
        "Each row nominates a wish of a family that agreed to it; somebody else checks each, as ever. What it says of"
        " the family is kept encrypted from the moment you send it, and goes out by no list. A list changes no wish"
        " that is here."
    ),
    columns=(
        PlainColumn(CODE),
        PlainColumn(KIND),
        PlainColumn(TITLE),
        PlainColumn(TEXT),
        PlainColumn(UNIT, own_units, "unit__code"),
        told("division", gettext_lazy("Division"), "division_id"),
        PlainColumn(NEEDED),
        PlainColumn(BUDGET),
        *FAMILY,
        told("cost", gettext_lazy("Cost (yuan)"), kind="decimal"),
        told("state", gettext_lazy("Status"), choices=WishState),
        told("taken_by", gettext_lazy("Taken on by"), Subquery(_TAKEN.values("kind")[:1]), choices=ClaimBy),
        told("taken_name", gettext_lazy("Partner or unit that took it on"), _taken_name(), width=28),
        told("nominated_at", gettext_lazy("Nominated at"), width=18),
        told("checked_at", gettext_lazy("Checked at"), width=18),
        told("fulfilled_at", gettext_lazy("Fulfilled at"), width=18),
        told("confirmed_how", gettext_lazy("Confirmed by"), choices=ConfirmedBy),
        told("confirmed_at", gettext_lazy("Confirmed at"), width=18),
    ),
    found_by=("unit", "title", "needed_by"),
    code="code",
    heads=("unit", "kind", "title", "needed_by"),
    refuse=refuse_unless_officer,
    order=("nominated_at",),
    most_rows=20_000,
)
