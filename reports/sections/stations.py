"""Every station, with the sum of them all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, islice
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from harbor_portal.lib.tables import Column
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import HOURS_KEPT, PER_DAY, Known, in_spans, measured
from reports.sections.breakdown import day_columns, per_day
from reports.sections.printing import (
    NONE,
    Row,
    Table,
    change_columns,
    changes,
    printed,
    share,
    span_columns,
    sum_known,
)
from reports.sections.programmes import told_programme
from reports.sections.station_more import CLASSES, COUNTS, METHODS, with_more
from reports.sums import ALL_DAYS, RANKING
from services.choices import GroupClass, Method, WorkerGroup, group_class
from stations.choices import EntryMode, HostKind, StationStatus
from stations.models import Station
from stations.querysets import IsOneOf

CHUNK = 4000
SUMS = ALL_DAYS
NAMES = ("operator", "supervisor", "division")
FACTS = ("host_kind", "entry_mode", "status", "opened_date")


class StationRows(Sequence[Row]):
    """One row per station that the subject held in any of the three spans, so that each column foots."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        names = {
            f"{key}s": ArrayAgg(f"posting__{key}__name", filter=asked.within("value"), order_by="posting__since")
            for key in NAMES
        }
        days = {key: asked.sum(key) for key in SUMS}
        spans = {when: asked.sum("visits", when, days_recorded__gt=0) for when in WHEN}
        facts = {name: F(f"posting__station__{name}") for name in ("code", "name", *FACTS)}
        rows: Any = asked.months.values(key=F("posting__station"), **facts)
        # In this order: from where `days_recorded` is the name of a sum, no further sum can be filtered by the field.
        rows = rows.annotate(**names, **spans, **days)
        self._rows = rows.order_by(F("value").desc(nulls_last=True), "code")

    @cached_property
    def _order(self) -> list[int]:
        """The keys of the stations as `_rows` has them, without what is told of them."""
        ranked = self._asked.by_span(RANKING)
        known, unknown = ranked["value"]
        others = {key for lists in ranked.values() for keys in lists for key in keys}.difference(known, unknown)
        if not others:
            return [*known, *unknown]
        rest = Station.objects.filter(pk__in=[*others, *unknown]).order_by("code")
        return [*known, *rest.values_list("pk", flat=True)]

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Row]:
        rows = self._rows.iterator(chunk_size=CHUNK)
        while some := list(islice(rows, CHUNK)):
            yield from self._told(some)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            return self[index : index + 1 or None][0]
        keys = self._order[index]
        rows = {row["key"]: row for row in self._rows.filter(IsOneOf(F("posting__station"), keys)).order_by()}
        return self._told([rows[key] for key in keys if key in rows])

    def of_station(self, code: str) -> list[Row]:
        return self._told(list(self._rows.filter(code=code)))

    def _told(self, found: Sequence[Any]) -> list[Row]:
        return with_more(self._asked, [_station(row) for row in found], [row["key"] for row in found])


def _station(found: Any) -> Row:
    names = {key: _chain(found[f"{key}s"]) for key in NAMES}
    since = found["opened_date"]
    row = {key: found[key] for key in ("code", "name", *FACTS, *WHEN, *SUMS)}
    return row | names | {"opened_date": str(since) if since else None}


def _chain(names: Iterable[str | None] | None) -> str:
    """The units of a month in turn, each once: "济南分行 → 青岛分行"."""
    return " → ".join(dict.fromkeys(name for name in names or () if name))


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    words = _words() | {"programmes": {one["programme"]: told_programme(one) for one in figures.of("programme")}}
    lines = chain((_line(row, words) for row in rows), [_total(figures)])
    return Table("station", _("By station"), [*_columns(figures)], lines, behind=BEHIND)


BEHIND: Known = {
    **in_spans("visits", "visits"),
    **measured("days", SUMS),
    "open_share": HOURS_KEPT,
    "per_day": PER_DAY,
}


def _columns(figures: MonthFigures) -> Iterator[Column]:
    yield Column("name", _("Station"), width=34)
    yield Column("code", _("Code"), width=16)
    yield Column("operator", _("Operator"), width=20)
    yield Column("supervisor", _("Supervisor"), width=20)
    yield Column("division", _("Division"), width=16)
    yield from _files_only(
        Column("host", _("Kind of host"), width=16),
        Column("programmes", _("Programmes"), width=22),
        Column("entry", _("Entry"), width=14),
        Column("state", pgettext("station", "State"), width=12),
        Column("opened_date", _("Opened on"), "date", 12),
    )
    yield from day_columns()
    yield from span_columns(figures.spans)
    yield Column("per_day", _("Visits per station and open day"), "decimal", 12)
    yield from _files_only(
        *change_columns(figures.spans),
        *(Column(key, str(Method(key.removeprefix("by_")).label), "integer", 12) for key in METHODS),
        *(Column(key, str(GroupClass(key.removeprefix("class_")).label), "integer", 12) for key in CLASSES),
        Column("days_kept", _("Expected days opened"), "integer", 12),
        Column("days_suspended", _("Days suspended"), "integer", 12),
        Column("minutes_posted", _("Minutes posted"), "integer", 12),
        Column("minutes_open", _("Minutes of them open"), "integer", 12),
        *(Column(key, title, "integer", 12) for key, title in zip(COUNTS, _count_titles(), strict=True)),
    )


def _files_only(*columns: Column) -> Iterator[Column]:
    """On a page there is no room for them."""
    for column in columns:
        yield Column(column.key, column.title, column.kind, column.width, on_paper=False)


def _count_titles() -> list[str]:
    return [
        _("Recorded beside, not added"),
        _("Activities"),
        _("Reports of visitors"),
        _("Findings of inspections"),
        _("Findings still open"),
        _("Unusual figures to be looked at"),
        _("Equipment out of order now"),
    ]


def _words() -> dict[str, dict[str, str]]:
    """What the codes of a row are called, looked up once for all rows."""
    lists: dict[str, Any] = {"host_kind": HostKind, "entry_mode": EntryMode, "status": StationStatus}
    return {key: {code: str(label) for code, label in of.choices} for key, of in lists.items()}


def _line(row: Row, words: dict[str, dict[str, str]]) -> Row:
    line: Row = dict.fromkeys(SUMS, NONE) | printed(row, *SUMS)
    line.update(
        changes(row),
        per_day=per_day(row["value"], row["days_opened"]),
        open_share=share(row["minutes_open"], row["minutes_posted"]),
        host=words["host_kind"][row["host_kind"]],
        entry=words["entry_mode"][row["entry_mode"]],
        state=words["status"][row["status"]],
        opened_date=date.fromisoformat(row["opened_date"]) if row["opened_date"] else NONE,
        only={"station": row["code"]},
    )
    if "programmes" in row:
        codes, names = row["programmes"].split(), words["programmes"]
        line["programmes"] = _(", ").join(names.get(code, code) for code in codes)
    return line


def _total(figures: MonthFigures) -> Row:
    row: Row = {key: figures.measures.get(key, {}).get("value") for key in SUMS}
    row |= {when: figures.total[when] for when in WHEN}
    methods = {f"by_{each['method']}": each["value"] for each in figures.of("method")}
    row |= methods | _classes(figures)
    line = {"name": _("Total"), "rank": "total", "only": {}} | printed(row, *SUMS, *METHODS, *CLASSES)
    kept = {"open_share": share(row["minutes_open"], row["minutes_posted"])}
    return line | changes(row) | kept | {"per_day": per_day(row["value"], row["days_opened"])}


def _classes(figures: MonthFigures) -> Row:
    groups = figures.of("group")
    return {
        f"class_{each}": sum_known(row["value"] for row in groups if group_class(WorkerGroup(row["group"])) == each)
        for each in GroupClass
    }


SECTION = Section("station", ("code",), StationRows, _table)
