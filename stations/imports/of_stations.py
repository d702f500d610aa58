"""Lists of stations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.tables import text_of
from stations.changes import mark_everything_changed, mark_many_changed
from stations.choices import HowChecked
from stations.freshness import settle_freshness
from stations.imports.apply import apply_plan
from stations.imports.columns import ROWS, station_columns
from stations.imports.duplicates import check_duplicates
from stations.imports.export import station_rows
from stations.imports.kinds import Asking, Cells, Entry, ListKind, Plan
from stations.imports.known import load_known
from stations.imports.sheets import Notes, Row
from stations.imports.targets import target_of
from stations.imports.undoing import (
    Trace,
    Undoing,
    delete_made,
    refuse_if_depended_on,
    restore_changed,
    traces_of,
)
from stations.imports.values import STATION_READERS, Reader
from stations.models import Amenity, FactCheck, Posting, Station, Unit
from stations.policies import refuse_if_span_is_locked, refuse_unless_officer


def _readers() -> Mapping[str, Reader]:
    return STATION_READERS | {key: _plain(rows.reader()) for key, rows in ROWS.items()}


def _plain(read: Callable[[str], Any]) -> Reader:
    return lambda cell, _warn: read(text_of(cell))


def _compare(rows: list[Row], notes: Notes, asking: Asking) -> Plan:
    known = load_known(rows, asking.by, asking.today, is_to_last=asking.is_to_last)
    targets = [target for row in asking.counted(rows) if (target := target_of(row, known))]
    check_duplicates(targets, known)
    _note_datum(rows, notes)
    good = [target for target in targets if not target.row.wrong]
    return Plan(
        creates=[target for target in good if target.is_new],
        updates=[target for target in good if not target.is_new and target.differs],
        unchanged=sum(1 for target in good if not target.differs),
        today=known.today,
    )


def _note_datum(rows: list[Row], notes: Notes) -> None:
    """Once for the file: in China a map's coordinates are rarely WGS-84."""
    silent = [row for row in rows if "longitude" in row.values and "datum" not in row.values]
    if silent:
        notes.add(
            "warning",
            _(
                "Rows that do not name the datum of their coordinates: %(count)s. They are taken as WGS-84. If they"
                " come from Amap or Tencent write GCJ-02 into the column 坐标系, from Baidu BD-09: else they are"
                " hundreds of metres off."
            )
            % {"count": len(silent)},
            silent[0].sheet,
        )


def _enter(plan: Plan, entry: Entry) -> None:
    apply_plan(plan, by=entry.by, reason=entry.reason)


def _undo(undoing: Undoing) -> None:
    models: list[type[Model]] = [*(rows.model for rows in ROWS.values()), Posting, Station, Unit]
    traces = traces_of(models, undoing)
    refuse_if_depended_on(traces, undoing)
    by_model = {trace.model: trace for trace in traces}
    _refuse_counted(by_model[Posting], by_model[Station].made, undoing)
    touched = _touched(traces)
    for trace in traces[:-1]:  # a unit is still run by its stations until these are as before
        delete_made(trace, undoing)
    for trace in traces:
        restore_changed(trace, undoing)
    delete_made(traces[-1], undoing)
    _forget_checks(touched, traces, undoing)
    if by_model[Station].made:
        mark_everything_changed()
    else:
        mark_many_changed(touched)


def _forget_checks(touched: set[int], traces: Sequence[Trace], undoing: Undoing) -> None:
    """Who entered the list had looked at what it said, not at what stands there again now."""
    lines = (trace.lines(undoing).values_list("history_date", "history_user").first() for trace in traces)
    for at, by in filter(None, lines):
        # All of the list was entered in one go; its checks are of the moment before the first line.
        checks = FactCheck.objects.filter(station__in=touched, how=HowChecked.STAFF, by=by)
        checks.filter(at__range=(undoing.since, at)).delete()
    settle_freshness(touched)


def _refuse_counted(postings: Trace, made: Sequence[int], undoing: Undoing) -> None:
    """Where stations were moved, a month that was handed in since has counted them for the units of the list."""
    first = timezone.localdate(undoing.since)
    moved = Posting.objects.filter(pk__in=[*postings.made, *postings.changed]).exclude(station__in=made)
    units = {unit for row in moved.values_list("operator", "supervisor") for unit in row}
    for unit in Unit.objects.filter(pk__in=units - {None}):
        refuse_if_span_is_locked(unit, first, timezone.localdate())


def _touched(traces: Sequence[Trace]) -> set[int]:
    """The stations of all rows that the list made or changed, but for those that go."""
    touched: set[int] = set()
    for trace in traces:
        if trace.model is Station:
            touched.update(trace.changed)
        elif trace.model is not Unit:
            rows = trace.model._base_manager.filter(pk__in=[*trace.made, *trace.changed])
            touched.update(rows.values_list("station", flat=True))
    return touched


def _guide() -> Iterable[Cells]:
    return ({"title": _("Amenity"), "rule": f"{amenity.name} ({amenity.code})"} for amenity in Amenity.objects.all())


STATIONS = ListKind(
    key="stations",
    model=Station,
    title=gettext_lazy("Stations"),
    lead=gettext_lazy(
        "Only name and address are required. Stations are never deleted for being absent, and empty cells leave what is"
        " there."
    ),
    heads=(
        gettext_lazy("Row"),
        gettext_lazy("Name"),
        gettext_lazy("Address"),
        gettext_lazy("Operator"),
        gettext_lazy("Supervisor"),
        gettext_lazy("Division"),
        gettext_lazy("Opening hours"),
    ),
    columns=station_columns,
    readers=_readers,
    refuse=refuse_unless_officer,
    compare=_compare,
    enter=_enter,
    undo=_undo,
    export=station_rows,
    guide=_guide,
)
