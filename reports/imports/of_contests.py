"""Lists of contests; their result, and the honours, come about on their pages."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Cell, text_of
from reports.metrics import METRICS, fair_metrics
from reports.models import Contest
from reports.policies import who_holds
from reports.querysets import ACTIVE
from stations.choices import HonourLevel
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.readers import title_reader
from stations.imports.related import units
from stations.imports.told import told
from stations.imports.values import Warn, read_date
from stations.models import User
from stations.querysets import in_subtrees
from stations.scope import scope_of

UNIT = ImportColumn(
    "unit",
    gettext_lazy("Held by"),
    ("举办单位", "主办单位", "单位", "unit"),
    gettext_lazy("Required. A unit of yours: its code, or its path. The units right below it are compared."),
    "山东省总工会/历下区总工会",
    width=34,
    is_required=True,
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("竞赛名称", "名称", "title"),
    gettext_lazy("Required. At most 100 characters."),
    "百日服务竞赛",
    width=30,
    is_required=True,
)
METRIC = ImportColumn(
    "metric",
    gettext_lazy("Compared by"),
    ("比较指标", "指标", "metric"),
    gettext_lazy("Required. What is counted, as the page of the contest calls it."),
    "每站每开门日人次",
    width=28,
    is_required=True,
)
FIRST = ImportColumn(
    "first",
    gettext_lazy("First month"),
    ("起始月份", "开始月份", "first"),
    gettext_lazy("Required. Written as 2026-08, or any day of it."),
    "2026-08",
    is_required=True,
)
LAST = ImportColumn(
    "last",
    gettext_lazy("Last month"),
    ("结束月份", "截止月份", "last"),
    gettext_lazy("Required. Written as 2026-10, or any day of it."),
    "2026-10",
    is_required=True,
)
AWARD = ImportColumn(
    "award",
    gettext_lazy("Honour for the best"),
    ("授予荣誉", "荣誉名称", "award"),
    gettext_lazy("Required. At most 100 characters."),
    "优胜单位",
    width=24,
    is_required=True,
)
LEVEL = ImportColumn(
    "level",
    gettext_lazy("Level"),
    ("荣誉级别", "级别", "level"),
    gettext_lazy("Required. One of: %(choices)s."),
    "市级",
    is_required=True,
    choices=HonourLevel,
)
WINNERS = ImportColumn(
    "winners",
    gettext_lazy("How many are honoured"),
    ("授予数量", "名额", "winners"),
    gettext_lazy("A whole number. Empty: 3."),
    "3",
    "integer",
)
TERMS = ImportColumn(
    "terms",
    gettext_lazy("Terms of the contest"),
    ("竞赛办法", "说明", "terms"),
    gettext_lazy("At most 1000 characters."),
    width=40,
)


def _refuse(by: User) -> None:
    scope = scope_of(by)
    if not (scope.everything or scope.paths_as(*ACTIVE)):
        raise Refused(_("Officers and officials of a unit hold its contests."))


def _in_care(rows: QuerySet[Any], by: User) -> QuerySet[Any]:
    scope = scope_of(by)
    return rows if scope.everything else rows.filter(in_subtrees(scope.paths_as(*ACTIVE), "unit"))


def _read_month(cell: Cell, warn: Warn) -> date:
    try:
        return Month.parse(text_of(cell)).first
    except ValueError:
        return read_date(cell, warn).replace(day=1)


def _check(changes: list[Change], asking: Asking) -> None:
    """What announcing by hand refuses."""
    scope = scope_of(asking.by)
    for change in changes:
        unit = change.row.values["unit"]
        if not scope.holds(unit.path, *ACTIVE):
            change.row.error("unit", who_holds(unit))
        if change.instance.frozen_at:
            change.row.error(next(iter(change.was)), _("The result is frozen: this contest stays as it is."))


def _titles() -> dict[str, Any]:
    return {metric.code: metric.title for metric in fair_metrics()}


CONTESTS = PlainList(
    key="contests",
    model=Contest,
    title=gettext_lazy("Contests"),
    lead=gettext_lazy(
        "Each row is a contest that a unit of yours holds among the units right below it. It may be changed until its"
        " result is frozen; that, and giving the honours, is done on its page."
    ),
    columns=(
        PlainColumn(UNIT, units, "unit__code"),
        PlainColumn(TITLE),
        PlainColumn(METRIC, reader=title_reader(_titles), write=lambda code: str(METRICS[code].title)),
        PlainColumn(FIRST, reader=_read_month, write=lambda day: str(Month.of(day))),
        PlainColumn(LAST, reader=_read_month, write=lambda day: str(Month.of(day))),
        PlainColumn(AWARD),
        PlainColumn(LEVEL),
        PlainColumn(WINNERS),
        PlainColumn(TERMS),
        told("frozen_at", gettext_lazy("Frozen at"), width=18),
        told("honoured_at", gettext_lazy("Honours given at"), width=18),
    ),
    found_by=("unit", "title", "first"),
    refuse=_refuse,
    care=_in_care,
    check=_check,
    order=("-last", "unit__code", "title"),
).as_kind()
