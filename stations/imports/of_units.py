"""Lists of units: the tree of a bank or a union, those above before or after those below."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.bulk import record_before
from harbor_portal.lib.errors import Refused
from stations.choices import UnitKind
from stations.imports.columns import DIVISION, ImportColumn
from stations.imports.kinds import Asking, Cells, Entry, ListKind, Plan
from stations.imports.sheets import Notes, Row
from stations.imports.undoing import Undoing, delete_made, refuse_if_depended_on, restore_changed, traces_of
from stations.imports.values import Reader, choice_reader, text_reader
from stations.imports.words import USUAL
from stations.models import Unit, User
from stations.places import Gazetteer
from stations.scope import scope_of

USUAL[UnitKind] = {
    UnitKind.BANK: "银行 金融机构",
    UnitKind.UNION: "工会",
    UnitKind.ENTERPRISE: "企业 公司",
    UnitKind.GOVERNMENT: "政府 机关 政府部门",
    UnitKind.OTHER: "其他 其它",
}
CODE = ImportColumn(
    "code",
    pgettext_lazy("list", "Code"),
    ("单位代码", "代码", "机构代码", "编码", "code", "unit code"),
    gettext_lazy("Required. At most 40 characters; the row finds its unit by it."),
    "CCB-JN",
    is_required=True,
)
NAME = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("单位名称", "名称", "机构名称", "name", "unit"),
    gettext_lazy("Required. At most 100 characters."),
    "济南分行",
    width=30,
    is_required=True,
)
SHORT = ImportColumn(
    "short_name", gettext_lazy("Short name"), ("简称", "short name"), gettext_lazy("At most 40 characters."), "济南"
)
KIND = ImportColumn(
    "kind",
    gettext_lazy("Kind"),
    ("类别", "单位类别", "性质", "kind"),
    gettext_lazy("One of: %(choices)s. Empty: as the unit above."),
    "银行",
    choices=UnitKind,
)
ABOVE = ImportColumn(
    "above",
    gettext_lazy("Unit above"),
    ("上级代码", "上级单位代码", "上级", "上级单位", "parent", "above"),
    gettext_lazy("The code of the unit above, here or in this list. Empty: the top of a hierarchy."),
    "CCB",
)
LIMITS = {"code": 40, "name": 100, "short_name": 40, "above": 40, "division": 100}
MOST = 5_000
"""Each is put into the tree by itself."""


@dataclass
class Wanted:
    """A unit as it shall be; `fields` hold what differs, all of them for a new one."""

    row: Row
    unit: Unit | None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> list[str]:
        values = self.row.values
        return [str(self.row.number), values["code"], values["name"], values.get("above", "")]


def _refuse(by: User) -> None:
    if not scope_of(by).everything:
        raise Refused(_("Only administrators enter lists of units. An officer's list of stations makes missing ones."))


def _readers() -> Mapping[str, Reader]:
    return {key: text_reader(limit) for key, limit in LIMITS.items()} | {"kind": choice_reader(UnitKind)}


def _compare(rows: list[Row], _notes: Notes, asking: Asking) -> Plan:
    units = {unit.code: unit for unit in Unit.objects.all()}
    by_path = {unit.path: unit for unit in units.values()}
    gazetteer = Gazetteer.load()
    wanted: dict[str, Wanted] = {}
    for row in asking.counted(rows):
        code = row.values.get("code")
        if code is None or "name" not in row.values:
            continue
        if code in wanted:
            row.error("code", _("%(row)s has the same code.") % {"row": wanted[code].row.place})
            continue
        wanted[code] = Wanted(row, units.get(code))
        _read_fields(wanted[code], gazetteer)
    for one in wanted.values():
        _check_place(one, units, by_path, wanted)
    good = [one for one in wanted.values() if not one.row.wrong]
    return Plan(
        creates=_from_above(one for one in good if one.unit is None),
        updates=[one for one in good if one.unit and one.fields],
        unchanged=sum(1 for one in good if one.unit and not one.fields),
        today=asking.today,
    )


def _read_fields(one: Wanted, gazetteer: Gazetteer) -> None:
    values = dict(one.row.values)
    if text := values.pop("division", None):
        try:
            values["division_id"] = gazetteer.resolve(text).place.code
        except ValueError as error:
            one.row.error("division", str(error))
    for name in ("name", "short_name", "kind", "division_id"):
        if name in values and (one.unit is None or getattr(one.unit, name) != values[name]):
            one.fields[name] = values[name]


def _check_place(
    one: Wanted, units: Mapping[str, Unit], by_path: Mapping[str, Unit], wanted: Mapping[str, Wanted]
) -> None:
    row, above = one.row, one.row.values.get("above")
    if one.unit:
        parent = by_path.get(one.unit.path[: -Unit.steplen])
        if above and (parent is None or parent.code != above):
            row.error("above", _("This unit stands elsewhere. A list does not move units."))
        return
    if above and above not in units and above not in wanted:
        row.error("above", _("No unit has this code, here or in this list."))
    elif not above and "kind" not in row.values:
        row.error("kind", _("The top of a hierarchy needs a kind."))
    elif above and _is_ring(one, wanted):
        row.error("above", _("These units stand above each other in a ring."))


def _is_ring(one: Wanted, wanted: Mapping[str, Wanted]) -> bool:
    met = {one.row.values["code"]}
    above: str = one.row.values.get("above", "")
    while above in wanted and wanted[above].unit is None:
        if above in met:
            return True
        met.add(above)
        above = wanted[above].row.values.get("above", "")
    return False


def _from_above(new: Iterator[Wanted]) -> list[Wanted]:
    """Those above before those below."""
    by_code = {one.row.values["code"]: one for one in new}
    ordered: dict[str, Wanted] = {}

    def put(code: str) -> None:
        one = by_code.get(code)
        if one is not None and code not in ordered:
            put(one.row.values.get("above", ""))
            ordered[code] = one

    for code in by_code:
        put(code)
    return list(ordered.values())


def _enter(plan: Plan, entry: Entry) -> None:
    for one in plan.creates:
        values = one.fields | {"code": one.row.values["code"]}
        above = one.row.values.get("above")
        if above:
            parent = Unit.objects.get(code=above)
            unit = Unit.objects.add_child(parent, {"kind": parent.kind} | values)
        else:
            unit = Unit.objects.add_root(values)
        unit.history.update(history_user=entry.by, history_change_reason=entry.reason)
    record_before(Unit, [one.unit.pk for one in plan.updates])
    for one in plan.updates:
        for name, value in one.fields.items():
            setattr(one.unit, name, value)
        one.unit._history_user = entry.by
        one.unit._change_reason = entry.reason
        one.unit.save()


def _undo(undoing: Undoing) -> None:
    (trace,) = traces_of([Unit], undoing)
    refuse_if_depended_on([trace], undoing)
    restore_changed(trace, undoing)
    delete_made(trace, undoing)


def _rows(units: QuerySet[Any], _by: User) -> Iterator[Cells]:
    codes = dict(Unit.objects.values_list("path", "code"))
    return (
        {
            "code": unit.code,
            "name": unit.name,
            "short_name": unit.short_name,
            "kind": unit.get_kind_display(),
            "above": codes.get(unit.path[: -Unit.steplen], ""),
            "division": unit.division_id,
        }
        for unit in units.select_related(None).order_by("path").iterator(5000)
    )


UNITS = ListKind(
    key="units",
    model=Unit,
    title=gettext_lazy("Units"),
    lead=gettext_lazy("Each row is a unit with the code of the one above it. Nothing is moved or deleted by a list."),
    heads=(
        gettext_lazy("Row"),
        pgettext_lazy("list", "Code"),
        pgettext_lazy("list", "Name"),
        gettext_lazy("Unit above"),
    ),
    columns=lambda: [CODE, NAME, SHORT, KIND, ABOVE, DIVISION],
    readers=_readers,
    refuse=_refuse,
    compare=_compare,
    enter=_enter,
    undo=_undo,
    export=_rows,
    most_rows=MOST,
)
