"""How complete the records are, and the stations where most days are missing."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Sum, Value, When
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.periods import Period
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import COMPLETE, Behind, Known, measured
from reports.sections.printing import Row, Table, share, with_total
from reports.subjects import Subject
from reports.summaries import Part, each
from reports.sums import months_within

# The most missing days of each class of stations; beyond the last, and without any record at all.
STEPS = {"complete": 0, "few": 3, "some": 10, "many": 10**6}
NONE_AT_ALL, NOT_EXPECTED = "nothing", "not_expected"
CLASSES = (*STEPS, NONE_AT_ALL, NOT_EXPECTED)
DAYS = ("days_expected", "days_recorded", "days_nil", "days_explained", "days_missing")


def _rows(asked: Asked) -> list[Row]:
    rows: list[Row] = asked.of_period(CLASSED)
    return rows


def _classed(subject: Subject, period: Period) -> list[Row]:
    stations: dict[str, set[int]] = defaultdict(set)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    rows = by_class(months_within(subject, [period]))
    for of, station, *days in rows.values_list("of", "posting__station", *(f"sum_{one}" for one in DAYS)):
        stations[of].add(station)
        sums[of].update(dict(zip(DAYS, days, strict=True)))
    return [
        {"class": name, "stations": len(stations[name])} | {days: sums[name][days] for days in DAYS}
        for name in CLASSES
        if name in sums
    ]


CLASSED = Part("by_class", each(_classed))


def by_class(rows: Any) -> Any:
    """The postings of these rolled-up rows, with the sums of all their months, and which of `CLASSES` each is in."""
    missing = [When(sum_days_missing__lte=most, then=Value(name)) for name, most in STEPS.items()]
    of = Case(
        When(sum_days_expected=0, sum_days_recorded=0, then=Value(NOT_EXPECTED)),
        When(sum_days_recorded=0, sum_days_missing__gt=0, then=Value(NONE_AT_ALL)),
        *missing,
    )
    return rows.order_by().values("posting").annotate(**{f"sum_{days}": Sum(days) for days in DAYS}).annotate(of=of)


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = {
        "complete": _("No day missing"),
        "few": _("1 to 3 days missing"),
        "some": _("4 to 10 days missing"),
        "many": _("More than 10 days missing"),
        NONE_AT_ALL: _("No record at all"),
        NOT_EXPECTED: _("Was not to be open"),
    }
    columns = [
        Column("name", _("Stations by their records"), width=26),
        Column("stations", _("Stations"), "integer", 10),
        Column("days_expected", _("Days expected"), "integer", 12),
        Column("days_recorded", _("Days recorded"), "integer", 12),
        Column("days_nil", _("Nil returns"), "integer", 12),
        Column("days_explained", _("Days explained"), "integer", 12),
        Column("days_missing", _("Days missing"), "integer", 12),
        Column("complete", _("On record or explained"), "percent", 12),
    ]
    lines = [row | {"name": labels[row["class"]], "only": {"days": row["class"]}} for row in rows]
    everything = with_total(lines, ("stations", *DAYS))
    note = _(
        "Expected are the days on which a station was to be open by its hours, the calendar, exceptions and"
        " suspensions. A nil return is a record: the station was open, and nobody came. A station that changed hands"
        " stands in a line for each unit."
    )
    lines = [line | {"complete": _complete(line)} for line in everything]
    return Table("completeness", _("Completeness"), columns, lines, note, behind=BEHIND)


BEHIND: Known = {
    "stations": Behind("stations", "classed"),
    **measured("days", DAYS),
    "complete": COMPLETE,
}


def _complete(line: Row) -> float | str:
    return share(line["days_expected"] - line["days_missing"], line["days_expected"])


SECTION = Section("completeness", ("class",), _rows, _table)
