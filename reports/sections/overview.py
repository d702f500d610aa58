"""The overview: the figures that one reads first, and what must be known to compare them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column, Share
from reports.periods import Period
from reports.sections.activities import activity_counts
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import (
    ANSWERED,
    CHANGES,
    COMPLETE,
    DAYS_KEPT,
    HOURS_KEPT,
    MENDED,
    PER_DAY,
    SPANS,
    Behind,
    Reason,
    in_spans,
)
from reports.sections.printing import NONE, Row, Table, change_columns, changes, printed, span_columns
from reports.sections.returns import reporting
from reports.sections.told import feedback_counts, finding_counts
from reports.sections.traps import traps
from reports.sums import ALL_DAYS, BY_MONTH, DAYS, TOTALS
from services.choices import Method

SHARES = ("share_opened", "share_kept", "share_complete", "share_answered", "share_mended")
"""Measures that are shares from 0 to 1."""
MEASURES = (
    "visits",
    "visits_year",
    "per_day",
    "stations_end",
    "stations",
    "stations_recording",
    "share_opened",
    "share_kept",
    "share_complete",
    *(measure for measure in DAYS if measure.startswith("days_")),
    "days_kept",
    "days_suspended",
    "minutes_posted",
    "minutes_open",
    "activities",
    "participants",
    "feedback",
    "share_answered",
    "findings",
    "share_mended",
    "units",
    "units_reported",
    "units_in_time",
)


def _rows(asked: Asked) -> list[Row]:
    found = {when: Row() for when in WHEN}
    for computed in (_of_stations(asked), _of_the_year(asked), _happened(asked), _returned(asked)):
        for when in WHEN:
            found[when] |= computed.get(when, Row())
    return [{"measure": measure} | {when: _figure(found[when], measure) for when in WHEN} for measure in MEASURES]


def _figure(row: Row, measure: str) -> Any:
    """Where there was no station, nothing that did not happen is worth a nought."""
    return row.get(measure) if row.get("stations") else row.get(measure) or None


def _of_stations(asked: Asked) -> dict[str, Row]:
    found = {when: _measures(sums) for when, sums in asked.by_span(TOTALS).items()}
    return {when: row | _shares(row) if row["stations"] else Row() for when, row in found.items()}


def _measures(sums: Mapping[str, Any]) -> Row:
    return {name.removeprefix("sum_"): value for name, value in sums.items()}


def _shares(row: Row) -> Row:
    """Where nothing at all is on record, nobody knows whether anybody opened."""
    visits, opened = row["visits"], row["days_opened"]
    is_told = bool(opened or row["days_recorded"])
    return {
        "per_day": round(visits / opened, 2) if visits is not None and opened else None,
        "share_opened": _part(row["minutes_open"], row["minutes_posted"]) if is_told else None,
        "share_kept": _part(row["days_kept"], row["days_expected"]) if is_told else None,
        "share_complete": _part(row["days_expected"] - row["days_missing"], row["days_expected"]),
    }


def _of_the_year(asked: Asked) -> dict[str, Row]:
    """From January on. Of the year before only if each of its months has figures: else nothing would compare."""
    last = asked.period.last
    spans = {when: Period(Month(year, 1), Month(year, last.number)) for when, year in
             (("value", last.year), ("last_year", last.year - 1))}  # fmt: skip
    found = asked.summed(BY_MONTH, [month for span in spans.values() for month in span.months])
    visits = {month: sums["sum_visits"] for month, sums in found.items() if sums}
    known = {
        when: [visits[month] for month in span.months if visits.get(month) is not None] for when, span in spans.items()
    }
    is_whole = len(known["last_year"]) == spans["last_year"].length
    return {
        "value": {"visits_year": sum(known["value"]) if known["value"] else None},
        "last_year": {"visits_year": sum(known["last_year"]) if is_whole else None},
    }


def _happened(asked: Asked) -> dict[str, Row]:
    held, told, found = asked.once(activity_counts), asked.once(feedback_counts), asked.once(finding_counts)
    return {
        when: {
            "activities": _all(held[when], "held"),
            "participants": _all(held[when], "participants"),
            "feedback": _all(told[when], "count"),
            "findings": _all(found[when], "count"),
            "share_answered": _part(_all(told[when], "settled"), _all(told[when], "count")),
            "share_mended": _part(_all(found[when], "settled"), _all(found[when], "count")),
        }
        for when in WHEN
    }


def _all(rows: Sequence[Row], key: str) -> int:
    return sum(row[key] for row in rows)


def _returned(asked: Asked) -> dict[str, Row]:
    """Of the units right below, of the last month; a division, and a unit with none below it, is told nothing."""
    found = reporting(asked)
    if not found:
        return {}
    counts = {
        "units": len(found),
        "units_reported": sum(one.is_reported for one in found),
        "units_in_time": sum(one.in_time is True for one in found),
    }
    return {"value": counts}


def _part(part: int | None, whole: int) -> float | None:
    return round(part / whole, 4) if whole and part is not None else None


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("measure", _("Measure"), width=30),
        *span_columns(figures.spans),
        *change_columns(figures.spans),
    ]
    lines = [line for row in rows for line in (_line(row), *_by_method(row["measure"], figures))]
    return Table("overview", _("Overview"), columns, lines, " ".join(traps(figures)), behind=CHANGES)


WORKED_OUT: dict[str, Reason] = {
    "per_day": PER_DAY,
    "share_opened": HOURS_KEPT,
    "share_kept": DAYS_KEPT,
    "share_complete": COMPLETE,
    "share_answered": ANSWERED,
    "share_mended": MENDED,
}
LEDGERS = {
    "visits": in_spans("visits", "visits"),
    "visits_year": {
        "value": Behind("visits", "visits", "year"),
        "last_year": Behind("visits", "visits", "year_before"),
    },
    "stations_end": in_spans("stations", "end"),
    "stations": in_spans("stations", "any"),
    "stations_recording": in_spans("stations", "recording"),
    **{days: in_spans("days", days) for days in ALL_DAYS},
    "activities": in_spans("activities", "held"),
    "participants": in_spans("activities", "participants"),
    "feedback": in_spans("feedback", "count"),
    "findings": in_spans("finding", "count"),
    **{measure: {"value": Behind("returns", measure)} for measure in ("units", "units_reported", "units_in_time")},
}


def _behind(measure: str) -> Row:
    reason = WORKED_OUT.get(measure)
    behind = dict.fromkeys(SPANS, reason) if reason else LEDGERS[measure]
    return {"only": {}, "line": measure, "behind": behind}


def _line(row: Row) -> Row:
    measure = row["measure"]
    line = {**printed(row), "measure": measure_labels()[measure], **_behind(measure)}
    if measure in SHARES:
        shares = {when: line[when] if line[when] == NONE else Share(line[when]) for when in WHEN}
        return line | shares | {"change_previous": NONE, "change_last_year": NONE}
    return line | changes(row)


BY_METHOD: dict[str, dict[str, str]] = {
    "visits": dict(zip(WHEN, WHEN, strict=True)),
    "visits_year": {"value": "year", "last_year": "year_before"},
}
"""Measures that are split by counting method: by the span, where the section of the methods tells the parts."""


def _by_method(measure: str, figures: MonthFigures) -> Iterator[Row]:
    """Below a measure its parts, since figures of different methods are hard to compare."""
    for row in figures.of("method") if measure in BY_METHOD else ():
        parts = {when: row.get(BY_METHOD[measure].get(when, "")) for when in WHEN}
        label = _("of them: %(method)s") % {"method": Method(row["method"]).label}
        line = f"{measure}:{row['method']}"
        known = {"measure": label, "rank": "part", "line": line, "only": {"method": row["method"]}}
        yield printed(parts) | changes(parts) | known | {"behind": LEDGERS[measure]}


def measure_labels() -> dict[str, str]:
    return {
        "visits": _("Visits"),
        "visits_year": _("Visits since January"),
        "per_day": _("Visits per station and open day"),
        "stations_end": _("Stations at the end"),
        "stations": _("Stations, at any time"),
        "stations_recording": _("Stations with records"),
        "share_opened": _("Posted hours kept"),
        "share_kept": _("Posted days opened"),
        "share_complete": _("Expected days on record or explained"),
        "days_expected": _("Days expected"),
        "days_opened": _("Days opened"),
        "days_recorded": _("Days recorded"),
        "days_nil": _("Nil returns"),
        "days_explained": _("Days explained"),
        "days_missing": _("Days missing"),
        "days_kept": _("Expected days opened"),
        "days_suspended": _("Days suspended"),
        "minutes_posted": _("Minutes posted"),
        "minutes_open": _("Minutes of them open"),
        "activities": _("Activities"),
        "participants": _("Participants"),
        "feedback": _("Reports of visitors"),
        "share_answered": _("of them answered"),
        "findings": _("Findings of inspections"),
        "share_mended": _("of them mended"),
        "units": _("Units that report"),
        "units_reported": _("of them handed in"),
        "units_in_time": _("of them in time"),
    }


SECTION = Section("overview", ("measure",), _rows, _table, is_fixed=True)
