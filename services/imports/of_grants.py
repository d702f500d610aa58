"""Lists of money for stations: batches, and what is applied for; every further step of a grant is taken by hand."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.errors import Refused
from services.grant_choices import GrantKind, GrantState
from services.grant_policies import who_gives, why_closed, why_not_its_own
from services.grant_querysets import DECIDING
from services.models import Grant, GrantBatch
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import PARTED, in_parts, run_by, stations, units
from stations.imports.told import told
from stations.imports.words import USUAL
from stations.models import User
from stations.policies import is_officer
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


BATCH = ImportColumn(
    "batch",
    gettext_lazy("Batch"),
    ("批次", "批次名称", "补助批次", "batch"),
    gettext_lazy(
        "Required. Its title; where several are called so, with the year, or with the code of the unit and the year"
        " before it."
    ),
    "SDU-LX · 2026 · 驿站运行补助",
    width=34,
    is_required=True,
)
STATION = ImportColumn(
    "station",
    gettext_lazy("Station"),
    ("站点编码", "站点", "站点名称", "驿站", "station"),
    gettext_lazy("Required. Code or name of a station of yours."),
    "7K2M9QXA",
    width=18,
    is_required=True,
)
STAR = ImportColumn(
    "star",
    gettext_lazy("Star"),
    ("星级", "star"),
    gettext_lazy("1 to 5: of a reward by star required, else empty."),
    "",
    "integer",
    8,
)
ASKED = ImportColumn(
    "amount_asked",
    gettext_lazy("Asked (yuan)"),
    ("申请金额", "金额", "amount"),
    gettext_lazy("Required. A number of yuan."),
    "2400",
    "decimal",
    is_required=True,
)
PURPOSE = ImportColumn(
    "purpose",
    gettext_lazy("What for"),
    ("申请事由", "事由", "资金用途", "purpose"),
    gettext_lazy("Required. At most 500 characters."),
    "更换饮水机滤芯",
    width=36,
    is_required=True,
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


def _check_grants(changes: list[Change], asking: Asking) -> None:
    """What applying by hand refuses."""
    runs = run_by({change.row.values["station"].pk for change in changes}, asking.today)
    for change in changes:
        row, grant = change.row, change.instance
        if why := why_closed(grant.batch, asking.today):
            row.error("batch", why)
        if not any(path.startswith(grant.batch.unit.path) for path in runs.get(grant.station_id, ())):
            row.error("station", why_not_its_own(grant.batch, grant.station))
        if (grant.batch.kind == GrantKind.REWARD) != (grant.star is not None):
            row.error("star", _("A reward by star says which star, and nothing else does."))
        if grant.amount_asked > grant.batch.budget:
            row.error("amount_asked", _("The whole batch has %(budget)s yuan.") % {"budget": grant.batch.budget})


def _seen_batches(by: User) -> QuerySet[Any]:
    rows: Any = GrantBatch.objects.all()
    return rows.visible_to(by).select_related("unit")  # type: ignore[no-any-return]  # any queryset


def _refuse_applying(by: User) -> None:
    if not is_officer(by):
        raise Refused(_("Only officers apply for money, for the stations of their units."))


GRANTS = PlainList(
    key="grants",
    model=Grant,
    title=gettext_lazy("Grants"),
    lead=gettext_lazy(
        "Each row applies for a station of yours. Somebody else decides, and what was paid is accounted for with its"
        " papers: each of these steps is taken on the page of the grant, and by no list."
    ),
    columns=(
        PlainColumn(
            BATCH,
            in_parts(_seen_batches, "title", lambda batch: (batch.unit.code, str(batch.year), batch.title)),
            Concat("batch__unit__code", Value(PARTED), Cast("batch__year", CharField()), Value(PARTED), "batch__title"),
        ),
        told("year", gettext_lazy("Year"), "batch__year", kind="integer"),
        told("kind", gettext_lazy("For what"), "batch__kind", choices=GrantKind),
        told("unit", gettext_lazy("Unit that gives"), "batch__unit__code", width=16),
        PlainColumn(STATION, stations, "station__code"),
        told("name", gettext_lazy("Name"), "station__name", width=28),
        told("state", gettext_lazy("Status"), choices=GrantState),
        PlainColumn(STAR),
        PlainColumn(ASKED),
        PlainColumn(PURPOSE),
        told("applied_at", gettext_lazy("Applied at"), width=18),
        told("amount", gettext_lazy("Approved (yuan)"), kind="decimal"),
        told("decided_at", gettext_lazy("Decided at"), width=18),
        told("reason", gettext_lazy("Reason"), width=28),
        told("paid_date", gettext_lazy("Paid on"), kind="date"),
        told("amount_spent", gettext_lazy("Spent (yuan)"), kind="decimal"),
        told("account", pgettext_lazy("grant", "Account"), width=36),
        told("accounted_at", gettext_lazy("Accounted for at"), width=18),
    ),
    # All that an application says: what differs in any of it is another one, which the batch takes or not.
    found_by=("batch", "station", "star", "amount_asked", "purpose"),
    heads=("batch", "station", "amount_asked"),
    refuse=_refuse_applying,
    new=lambda asking: {"applied_by": asking.by, "applied_at": timezone.now()},
    check=_check_grants,
    order=("applied_at",),
    most_rows=50_000,
).as_kind()
