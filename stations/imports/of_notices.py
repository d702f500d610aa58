"""Lists of notices: holiday hours for all cities of a province, announced at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Invalid, Refused
from stations.alerts import refuse_end, refuse_start
from stations.changes import mark_index_changed
from stations.choices import WEATHER, AlertKind
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import divisions
from stations.imports.told import told
from stations.imports.words import USUAL
from stations.models import Division, User, WeatherAlert
from stations.policies import alert_prefixes, who_announces

USUAL[AlertKind] = {
    AlertKind.HEAT: "高温",
    AlertKind.COLD: "寒潮 低温",
    AlertKind.TYPHOON: "台风",
    AlertKind.HOLIDAY: "节假日开放 假期开放时间 节假日",
    AlertKind.OTHER: "其他公告 其他 其它",
}
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "类型", "公告类别", "kind"),
    gettext_lazy("Required. One of: %(choices)s."),
    "高温",
    is_required=True,
    choices=AlertKind,
)
DIVISION = ImportColumn(
    "division",
    gettext_lazy("Division"),
    ("行政区划", "适用地区", "地区", "division"),
    gettext_lazy("Required. Where it holds: its code or its names; your union is there."),
    "山东省/济南市",
    width=22,
    is_required=True,
)
FIRST = ImportColumn(
    "first",
    gettext_lazy("First day"),
    ("起始日期", "开始日期", "first"),
    gettext_lazy("Required. Today or later."),
    "",
    "date",
    is_required=True,
)
LAST = ImportColumn(
    "last",
    gettext_lazy("Last day"),
    ("截止日期", "结束日期", "last"),
    gettext_lazy("Required. Then it ends by itself."),
    "",
    "date",
    is_required=True,
)
TITLE = ImportColumn(
    "title",
    gettext_lazy("Title"),
    ("标题", "公告标题", "title"),
    gettext_lazy("At most 40 characters. Of the weather, and of holiday hours, the portal has its own."),
    width=24,
)
MESSAGE = ImportColumn(
    "message",
    gettext_lazy("Message"),
    ("附言", "内容", "公告内容", "message"),
    gettext_lazy("At most 200 characters."),
    width=40,
)
PUBLISH_AT = ImportColumn(
    "publish_at",
    gettext_lazy("Published from"),
    ("发布时间", "提前发布", "publish at"),
    gettext_lazy("A moment from which on the public reads it beforehand; empty: from its first day on."),
    "",
    "datetime",
    width=18,
)
LATER = {"last", "message"}
"""What may be said anew of a notice that stands."""


def _refuse(by: User) -> None:
    if not alert_prefixes(by):
        raise Refused(_("Notices are published by officials of a union."))


def _check(changes: list[Change], asking: Asking) -> None:
    """What announcing, and changing, by hand refuses."""
    where = Division.objects.in_bulk([change.instance.division_id for change in changes])
    own = alert_prefixes(asking.by)
    for change in changes:
        division = where[change.instance.division_id]
        if not division.prefix.startswith(own):
            change.row.error("division", who_announces(division))
        _refuse_one(change)
    _refuse_overlaps([change for change in changes if change.instance.kind in WEATHER])


def _refuse_one(change: Change) -> None:
    notice, row = change.instance, change.row
    try:
        if change.is_new:
            refuse_start(notice)
        else:
            _refuse_new_facts(change)
        refuse_end(notice)
    except Invalid as error:
        row.error(error.field, str(error))


def _refuse_new_facts(change: Change) -> None:
    if change.instance.ended_at:
        change.row.error("last", _("This alert is over. Announce a new one."))
    for name in change.was.keys() - LATER:
        change.row.error(name, _("What was announced stays; end it on its page, and announce another one."))


def _refuse_overlaps(changes: Sequence[Change]) -> None:
    """Of the weather there is one of a kind at a time in a division, also within the list."""
    asked = {change.instance.pk for change in changes}
    where = {change.instance.division_id for change in changes}
    there = WeatherAlert.objects.not_over(timezone.localdate()).filter(kind__in=WEATHER, division__in=where)
    standing = list(there.exclude(pk__in=asked - {None}))
    for change in changes:
        notice = change.instance
        if _overlapping(notice, standing):
            change.row.error("first", _("Another alert of this kind covers some of these days here."))
        standing.append(notice)


def _overlapping(notice: WeatherAlert, others: Iterable[WeatherAlert]) -> bool:
    return any(
        (other.kind, other.division_id) == (notice.kind, notice.division_id)
        and other.first <= notice.last
        and notice.first <= other.last
        for other in others
    )


def _tell_the_map(_rows: Sequence[Any]) -> None:
    mark_index_changed()


NOTICES = PlainList(
    key="notices",
    model=WeatherAlert,
    title=gettext_lazy("Notices"),
    lead=gettext_lazy(
        "Each row is a notice for a division where your union is. Of one that stands the last day and the message may"
        " be said anew; it is ended early on its page."
    ),
    columns=(
        PlainColumn(KIND),
        PlainColumn(DIVISION, divisions),
        PlainColumn(FIRST),
        PlainColumn(LAST),
        PlainColumn(TITLE),
        PlainColumn(MESSAGE),
        PlainColumn(PUBLISH_AT),
        told("ended_at", gettext_lazy("Ended early at"), kind="datetime", width=18),
        told("by", gettext_lazy("Announced by"), "by__name"),
    ),
    found_by=("kind", "division", "first", "title"),
    refuse=_refuse,
    new=lambda asking: {"by": asking.by},
    check=_check,
    touched=_tell_the_map,
    order=("-last", "-pk"),
).as_kind()
