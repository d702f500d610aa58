"""Lists of money for stations: batches come in and go out; grants, whose every step somebody takes, only go out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from services.grant_choices import GrantKind, GrantState
from services.grant_policies import who_gives
from services.grant_querysets import DECIDING
from services.models import Grant, GrantBatch
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import units
from stations.imports.told import told, told_list
from stations.imports.words import USUAL
from stations.models import User
from stations.querysets import in_subtrees
from stations.scope import scope_of

USUAL[GrantKind] = {
    GrantKind.BUILD: "建设补助 建站 新建 建设",
    GrantKind.RENOVATE: "改造补助 改造 修缮 提升改造",
    GrantKind.RUN: "运行补助 运行 运维 日常运行",
    GrantKind.REWARD: "星级奖励 奖励 星级奖补 以奖代补",
}
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Unit that gives"),
    ("拨款单位", "资金单位", "补助单位", "单位", "unit"),
    gettext_lazy("Required. A unit for whose money you decide: its code, or its path."),
    "山东省总工会/历下区总工会",
    width=34,
    is_required=True,
)
YEAR = ImportColumn(
    "year",
    gettext_lazy("Year"),
    ("年度", "年份", "year"),
    gettext_lazy("Required. Four digits."),
    "2026",
    "integer",
    is_required=True,
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("批次名称", "批次", "名称", "title"),
    gettext_lazy("Required. At most 100 characters."),
    "驿站运行补助",
    width=30,
    is_required=True,
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("For what"),
    ("用途", "补助类别", "类别", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "运行补助",
    is_required=True,
    choices=GrantKind,
)
BUDGET = ImportColumn(
    "budget",
    gettext_lazy("Budget (yuan)"),
    ("预算", "预算金额", "总额", "budget"),
    gettext_lazy("Required. Not less than what was granted already."),
    "100000",
    "decimal",
    is_required=True,
)
UNTIL = ImportColumn(
    "until",
    gettext_lazy("Applications until"),
    ("申请截止", "截止日期", "申报截止日期", "until"),
    gettext_lazy("The last day."),
    "2026-10-31",
    "date",
)
TERMS = ImportColumn(
    "terms",
    gettext_lazy("Terms"),
    ("申请条件", "说明", "条件", "terms"),
    gettext_lazy("At most 500 characters."),
    width=40,
)


def _refuse(by: User) -> None:
    scope = scope_of(by)
    if not (scope.everything or scope.paths_as(*DECIDING)):
        raise Refused(_("Officers and officials of the unit that gives announce its money and say how it is given."))


def _in_care(rows: QuerySet[Any], by: User) -> QuerySet[Any]:
    scope = scope_of(by)
    return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(*DECIDING), "unit"))


def _granted(ids: list[int]) -> Mapping[int, Decimal]:
    """By batch. One query."""
    return dict(GrantBatch.objects.filter(pk__in=ids).with_sums().values_list("pk", "granted"))


def _check(changes: list[Change], asking: Asking) -> None:
    granted = _granted([change.instance.pk for change in changes if not change.is_new])
    scope = scope_of(asking.by)
    for change in changes:
        unit = change.row.values["unit"]
        if not scope.holds(unit.path, *DECIDING):
            change.row.error("unit", who_gives(unit))
        if change.is_new:
            continue
        if "kind" in change.was:
            change.row.error("kind", _("What the money is for stays as it was announced."))
        if change.instance.budget < (given := granted[change.instance.pk]):
            change.row.error("budget", _("%(granted)s yuan have been granted already.") % {"granted": given})


def _refuse_overdrawn(rows: Sequence[Any]) -> None:
    """Also when a list is taken back, no budget falls below what was granted meanwhile."""
    for row in GrantBatch.objects.filter(pk__in=[row.pk for row in rows]).with_sums():
        if row.budget < row.granted:
            names = {"batch": row, "granted": row.granted}
            raise Refused(_("“%(batch)s”: %(granted)s yuan have been granted already.") % names)


BATCHES = PlainList(
    key="batches",
    model=GrantBatch,
    title=gettext_lazy("Batches of grants"),
    lead=gettext_lazy(
        "Each row is money that a unit of yours gives in a year. Who applies, and what is granted, follows on its page."
    ),
    columns=(
        PlainColumn(UNIT, units, "unit__code"),
        PlainColumn(YEAR),
        PlainColumn(TITLE),
        PlainColumn(KIND),
        PlainColumn(BUDGET),
        PlainColumn(UNTIL),
        PlainColumn(TERMS),
    ),
    found_by=("unit", "year", "title"),
    refuse=_refuse,
    care=_in_care,
    check=_check,
    touched=_refuse_overdrawn,
    order=("-year", "unit__code", "title"),
).as_kind()

GRANTS = told_list(
    "grants",
    Grant,
    gettext_lazy("Grants"),
    gettext_lazy(
        "Grants come in by no list: a station applies, somebody else decides, and what was paid is accounted for with"
        " its papers. Each step is taken on the page of the grant."
    ),
    (
        told("batch", gettext_lazy("Batch"), "batch__title", width=28),
        told("year", gettext_lazy("Year"), "batch__year", kind="integer"),
        told("kind", gettext_lazy("For what"), "batch__kind", choices=GrantKind),
        told("unit", gettext_lazy("Unit that gives"), "batch__unit__code", width=16),
        told("station", gettext_lazy("Station"), "station__code"),
        told("name", gettext_lazy("Name"), "station__name", width=28),
        told("state", gettext_lazy("State"), choices=GrantState),
        told("star", gettext_lazy("Star"), kind="integer"),
        told("amount_asked", gettext_lazy("Asked (yuan)"), kind="decimal"),
        told("purpose", gettext_lazy("What for"), width=36),
        told("applied_at", gettext_lazy("Applied at"), width=18),
        told("amount", gettext_lazy("Approved (yuan)"), kind="decimal"),
        told("decided_at", gettext_lazy("Decided at"), width=18),
        told("reason", gettext_lazy("Reason"), width=28),
        told("paid_date", gettext_lazy("Paid on"), kind="date"),
        told("amount_spent", gettext_lazy("Spent (yuan)"), kind="decimal"),
        told("account", gettext_lazy("Account"), width=36),
        told("accounted_at", gettext_lazy("Accounted for at"), width=18),
    ),
    order=("applied_at",),
    most_rows=50_000,
)
