"""Lists of the stages of programmes: so many stations by a day."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from partners.choices import StageKind
from partners.imports.of_plates import PROGRAMME
from partners.models import Programme, ProgrammeStage
from partners.policies import why_not_keep_programme
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import named, units
from stations.imports.told import told
from stations.imports.words import USUAL
from stations.models import User
from stations.policies import refuse_unless_officer
from stations.scope import scope_of

USUAL[StageKind] = {
    StageKind.PILOT: "试点",
    StageKind.ROLL_OUT: "推广 全面推广 铺开",
}
KIND = ImportColumn(
    "kind",
    gettext_lazy("Stage"),
    ("阶段", "stage", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "试点",
    is_required=True,
    choices=StageKind,
)
WITHIN = ImportColumn(
    "within",
    gettext_lazy("Within"),
    ("范围", "推广范围", "within"),
    gettext_lazy("The unit whose stations, and those below it, count: its code, or its path. Empty: all."),
    "中国建设银行/山东省分行",
    width=30,
)
FIRST = ImportColumn(
    "first",
    gettext_lazy("First day"),
    ("开始日期", "起始日期", "first"),
    gettext_lazy("Required. A day."),
    "2026-01-01",
    "date",
    is_required=True,
)
LAST = ImportColumn(
    "last",
    gettext_lazy("To be reached by"),
    ("截止日期", "目标日期", "last"),
    gettext_lazy("Required. A day."),
    "2026-12-31",
    "date",
    is_required=True,
)
GOAL = ImportColumn(
    "goal",
    gettext_lazy("Stations"),
    ("目标站点数", "目标", "站点数", "goal"),
    gettext_lazy("Required. A whole number."),
    "880",
    "integer",
    is_required=True,
)
NOTE = ImportColumn(
    "note", gettext_lazy("Note"), ("备注", "说明", "note"), gettext_lazy("At most 200 characters."), width=30
)


def _programmes(_by: User) -> QuerySet[Any]:
    return Programme.objects.select_related("owner")


def _refuse_strange_programmes(changes: list[Change], asking: Asking) -> None:
    scope = scope_of(asking.by)
    for change in changes:
        if why := why_not_keep_programme(scope, change.row.values["programme"]):
            change.row.error("programme", why)


STAGES = PlainList(
    key="stages",
    model=ProgrammeStage,
    title=gettext_lazy("Stages of programmes"),
    lead=gettext_lazy(
        "Each row is a goal of a programme that your units own: so many stations bear its plate by a day."
    ),
    columns=(
        PlainColumn(PROGRAMME, named(_programmes, "name", "name_en", "code", is_small=True), "programme__code"),
        PlainColumn(KIND),
        PlainColumn(WITHIN, units, "within__code"),
        PlainColumn(FIRST),
        PlainColumn(LAST),
        PlainColumn(GOAL),
        PlainColumn(NOTE),
        told("is_behind", gettext_lazy("Behind")),
    ),
    found_by=("programme", "kind", "within", "first"),
    refuse=refuse_unless_officer,
    check=_refuse_strange_programmes,
    order=("programme__order", "programme__code", "first"),
    most_rows=2_000,
).as_kind()
