"""The figures of a month report: computed from the roll-up, or as they were frozen when it was submitted."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.choices import RunState
from reports.models import MonthReport, RollupRun, StationMonth, StationMonthVisits
from reports.subjects import Subject
from services.choices import Method, WorkerGroup
from stations.models import Unit

Row = dict[str, Any]

MEASURES = ("stations", "stations_recording", "days_opened", "days_recorded", "days_nil", "visits")
# The three months that stand side by side in every table, by the key of their column.
WHEN = ("value", "previous", "last_year")


@dataclass(frozen=True)
class MonthFigures:
    """All figures of one subject and month, ready to be rendered or frozen.

    `None` means that there is nothing to tell: no record at all, which is not the same as nobody came.
    """

    source: Row
    overview: list[Row]
    groups: list[Row]
    methods: list[Row]
    stations: Sequence[Row]
    """Sliced, it is read page by page; iterated, row by row."""
    report: MonthReport | None = field(default=None, compare=False)

    @property
    def total(self) -> Row:
        """The visits of the three months."""
        return self.overview[MEASURES.index("visits")]

    def rows(self) -> list[Row]:
        """The flat set of rows that is frozen and hashed."""
        sections = {
            "source": [self.source],
            "overview": self.overview,
            "group": self.groups,
            "method": self.methods,
            "station": list(self.stations),
        }
        return [{"section": section} | row for section, rows in sections.items() for row in rows]


def digest_of(rows: Sequence[Row]) -> str:
    """SHA-256 of the rows as JSON with sorted keys, no spaces, UTF-8."""
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def month_figures(subject: Subject, month: Month) -> MonthFigures:
    """The frozen figures if the unit's report is submitted or later, else those of the roll-up as it stands."""
    report = current_report(subject, month)
    return thawed(report) if report and report.digest else live_figures(subject, month, report)


def current_report(subject: Subject, month: Month) -> MonthReport | None:
    if not subject.unit:
        return None
    reports = MonthReport.objects.filter(unit=subject.unit, month=month.first).select_related("unit", "moved_by")
    return reports.order_by("-revision").first()


def thawed(report: MonthReport) -> MonthFigures:
    """The figures of a report as they were frozen."""
    sections: dict[str, list[Row]] = {}
    for row in report.rows:
        sections.setdefault(row["section"], []).append({key: row[key] for key in row if key != "section"})
    return MonthFigures(
        source=sections["source"][0],
        overview=sections["overview"],
        groups=sections["group"],
        methods=sections["method"],
        stations=sections.get("station", []),
        report=report,
    )


def live_figures(subject: Subject, month: Month, report: MonthReport | None = None) -> MonthFigures:
    months = dict(zip(WHEN, (month, month.plus(-1), month.plus(-12)), strict=True))
    base = StationMonth.objects.filter(subject.postings, month__in=[each.first for each in months.values()])
    overview = _overview(base, months)
    visits = StationMonthVisits.objects.filter(subject.postings, month__in=[each.first for each in months.values()])
    is_known = {when: overview[MEASURES.index("visits")][when] is not None for when in WHEN}
    return MonthFigures(
        source=_source(subject, month),
        overview=overview,
        groups=_by_group(visits, months, is_known),
        methods=_by_method(visits, months, is_known),
        stations=StationRows(base, months),
        report=report,
    )


def _source(subject: Subject, month: Month) -> Row:
    run = RollupRun.objects.filter(month=month.first, state=RunState.DONE).order_by("-started_at").first()
    above = Unit.objects.get_ancestors(subject.unit).values_list("name", flat=True) if subject.unit else ()
    return {
        "kind": subject.kind,
        "code": subject.code,
        "name": subject.name,
        "path": [*above, subject.name],
        "month": str(month),
        "run": run.pk if run else None,
        "rolled_up_at": timezone.localtime(run.started_at).isoformat(timespec="seconds") if run else None,
    }


def _sum(measure: str, month: Month, **only: Any) -> Sum:
    return Sum(measure, filter=Q(month=month.first, **only))


def _visits(month: Month) -> Sum:
    """None, not 0, where nothing was recorded in the month."""
    return _sum("visits", month, days_recorded__gt=0)


def _overview(base: QuerySet[StationMonth], months: dict[str, Month]) -> list[Row]:
    aggregates: dict[str, Any] = {}
    for when, month in months.items():
        here = Q(month=month.first)
        station = "posting__station"
        aggregates |= {f"stations_{when}": Count(station, filter=here, distinct=True)}
        recording = here & Q(days_recorded__gt=0)
        aggregates |= {f"stations_recording_{when}": Count(station, filter=recording, distinct=True)}
        days = ("days_opened", "days_recorded", "days_nil")
        aggregates |= {f"{measure}_{when}": _sum(measure, month) for measure in days}
        aggregates |= {f"visits_{when}": _visits(month)}
    found = base.aggregate(**aggregates)
    exists = {when: found[f"stations_{when}"] > 0 for when in months}
    return [
        {"measure": measure} | {when: found[f"{measure}_{when}"] if exists[when] else None for when in months}
        for measure in MEASURES
    ]


def _by_group(visits: QuerySet[StationMonthVisits], months: dict[str, Month], is_known: dict[str, bool]) -> list[Row]:
    sums = {when: _sum("count", month) for when, month in months.items()}
    found = _by("group", visits.filter(is_counted=True), sums)
    return [{"group": str(group)} | _known(found.get(group, {}), is_known) for group in WorkerGroup.values]


def _by_method(visits: QuerySet[StationMonthVisits], months: dict[str, Month], is_known: dict[str, bool]) -> list[Row]:
    sums = {when: _sum("count", month, is_counted=True) for when, month in months.items()}
    found = _by("method", visits, sums | {"beside": _sum("count", months["value"], is_counted=False)})
    rows = [(str(method), found.get(method, {})) for method in Method.values]
    return [{"method": method} | _known(row, is_known) | {"beside": row.get("beside")} for method, row in rows]


def _by(key: str, visits: QuerySet[StationMonthVisits], sums: dict[str, Sum]) -> dict[str, Row]:
    rows: Iterable[Any] = visits.values(key).annotate(**sums)
    return {row[key]: row for row in rows}


def _known(found: Row, is_known: dict[str, bool]) -> Row:
    """0 where others were counted, None in a month without any record."""
    return {when: (found.get(when) or 0) if is_known[when] else None for when in WHEN}


class StationRows(Sequence[Row]):
    """One row per station that the subject held in any of the three months, so that each column foots."""

    def __init__(self, base: QuerySet[StationMonth], months: dict[str, Month]) -> None:
        now = Q(month=months["value"].first)
        names = {
            key: ArrayAgg(f"posting__{key}__name", filter=now, order_by="posting__since")
            for key in ("operator", "supervisor", "division")
        }
        days = {key: _sum(key, months["value"]) for key in ("days_opened", "days_recorded", "days_nil")}
        rows = base.values(code=F("posting__station__code"), name=F("posting__station__name"))
        # In this order: from where `days_recorded` is the name of a sum, no further sum can be filtered by the field.
        rows = rows.annotate(**names, **{when: _visits(month) for when, month in months.items()}, **days)
        self._rows = rows.order_by(F("value").desc(nulls_last=True), "code")

    def __len__(self) -> int:
        return self._rows.count()

    def __iter__(self) -> Iterator[Row]:
        return map(_station, self._rows.iterator(chunk_size=2000))

    def __getitem__(self, index: Any) -> Any:
        found = self._rows[index]
        return list(map(_station, found)) if isinstance(index, slice) else _station(found)


def _station(row: Any) -> Row:
    names = {key: _chain(row[key]) for key in ("operator", "supervisor", "division")}
    return dict(row) | names


def _chain(names: Iterable[str | None] | None) -> str:
    """The units of a month in turn, each once: "济南分行 → 青岛分行"."""
    return " → ".join(dict.fromkeys(name for name in names or () if name))
