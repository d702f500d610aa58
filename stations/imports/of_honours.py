"""Lists of honours, of stations, units and people."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from stations.changes import mark_many_changed
from stations.choices import HonourLevel, Role
from stations.imports.columns import ImportColumn
from stations.imports.plain import PlainColumn, PlainList
from stations.imports.related import named, own_units, stations
from stations.imports.words import USUAL
from stations.models import Honour, Station, User
from stations.policies import refuse_unless_officer
from stations.querysets import in_subtrees
from stations.scope import scope_of

USUAL[HonourLevel] = {
    HonourLevel.NATIONAL: "国家级 全国 国家",
    HonourLevel.PROVINCE: "省级 省",
    HonourLevel.CITY: "市级 市",
    HonourLevel.DISTRICT: "区县级 区级 县级 区县",
}
STATION = ImportColumn(
    "station",
    gettext_lazy("Station"),
    ("站点编码", "站点", "站点名称", "驿站", "驿站名称", "station"),
    gettext_lazy("Code or name of a station of yours. Each honour names a station, a unit or a person: one of them."),
    "7K2M9QXA",
    width=18,
)
UNIT = ImportColumn(
    "unit",
    gettext_lazy("Unit"),
    ("单位", "获奖单位", "unit"),
    gettext_lazy("One of yours: its code, or its path."),
    width=24,
)
PERSON = ImportColumn(
    "person",
    gettext_lazy("Person"),
    ("个人", "登录名", "获奖个人", "person"),
    gettext_lazy("The login name of somebody of your units, or of a keeper of your stations."),
)
HOLDER = ImportColumn(
    "holder", gettext_lazy("Awarded to"), ("获奖者",), gettext_lazy("The name; for reading only."), width=28
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("荣誉名称", "荣誉称号", "荣誉", "称号", "名称", "title"),
    gettext_lazy("Required. At most 100 characters."),
    "最美工会户外劳动者服务站点",
    width=34,
    is_required=True,
)
LEVEL = ImportColumn(
    "level",
    gettext_lazy("Level"),
    ("级别", "荣誉级别", "level"),
    gettext_lazy("Required. One of: %(choices)s."),
    "省级",
    is_required=True,
    choices=HonourLevel,
)
YEAR = ImportColumn(
    "year",
    gettext_lazy("Year"),
    ("年度", "年份", "获奖年份", "year"),
    gettext_lazy("Required. Four digits."),
    "2025",
    "integer",
    is_required=True,
)
EXPIRES = ImportColumn(
    "expires_date",
    gettext_lazy("Expires on"),
    ("有效期至", "到期日期", "expires"),
    gettext_lazy("The last day."),
    "",
    "date",
)


def _people(by: User) -> QuerySet[Any]:
    """Those of whom `may_honour` says so."""
    scope = scope_of(by)
    people: QuerySet[Any] = User.objects.order_by("pk")
    if not scope.everything:
        own = scope.paths_as(Role.OFFICER)
        kept = Q(keeperships__station__in=Station.objects.in_units(own).order_by().values("pk"))
        people = people.filter(in_subtrees(own, "memberships__unit") | kept).distinct()
    return people


def _mark(rows: Sequence[Any]) -> None:
    mark_many_changed(sorted({row.station_id for row in rows if row.station_id}))


HONOURS = PlainList(
    key="honours",
    model=Honour,
    title=gettext_lazy("Honours"),
    lead=gettext_lazy(
        "Each row is an honour of a station, a unit or a person of yours. What the list does not name stays."
    ),
    columns=(
        PlainColumn(STATION, stations, "station__code"),
        PlainColumn(UNIT, own_units, "unit__code"),
        PlainColumn(PERSON, named(_people, "username"), "person__username"),
        PlainColumn(HOLDER, shown=Coalesce("station__name", "unit__name", "person__name"), is_told=True),
        PlainColumn(TITLE),
        PlainColumn(LEVEL),
        PlainColumn(YEAR),
        PlainColumn(EXPIRES),
    ),
    found_by=("station", "unit", "person", "title", "level", "year"),
    heads=("station", "unit", "person", "title", "year"),
    refuse=refuse_unless_officer,
    touched=_mark,
    order=("-year", "title"),
).as_kind()
