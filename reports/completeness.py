"""How complete a month is: of the days on which stations were to be open, how many are on record.

Everything is read from the roll-up, which follows what is recorded within a quarter of an hour, so a province costs as
little as a district.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Min, Q, Sum
from django.db.models.functions import Substr

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES
from reports.models import MonthReport, StationMonth
from reports.subjects import Subject
from services.models import StationDay
from stations.models import Division, Unit
from stations.querysets import in_subtrees
from stations.trees import line_in, right_below

STATION = "posting__station"
UNKNOWN = Q(days_expected=0, days_suspended=0)
Key = tuple[str, ...]
ON_RECORD = F("days_expected") - F("days_explained") - F("days_missing")
COUNTS = {"stations": Q(pk__gt=0), "stations_missing": Q(days_missing__gt=0), "stations_unknown": UNKNOWN}
"""What is counted in stations, each once, whatever postings it had; and of which of its rows."""
SUMS: dict[str, Any] = {
    **{name: Count(STATION, distinct=True, filter=condition) for name, condition in COUNTS.items()},
    "expected": Sum("days_expected", default=0),
    "recorded": Sum(ON_RECORD, default=0),
    "nil": Sum("days_nil", default=0),
    "explained": Sum("days_explained", default=0),
    "missing": Sum("days_missing", default=0),
    "suspended": Sum("days_suspended", default=0),
}


@dataclass(frozen=True)
class Completeness:
    """Days of stations. `expected` is `recorded` + `explained` + `missing`.

    `nil` are the nil returns of the month, each of which is a record; `stations_unknown` have no hours from which
    something could be expected.
    """

    stations: int
    stations_missing: int
    stations_unknown: int
    expected: int
    recorded: int
    nil: int
    explained: int
    missing: int
    suspended: int

    @property
    def share(self) -> float | None:
        """None where nothing was to be recorded, which is neither all nor nothing."""
        return self.recorded / self.expected if self.expected else None

    @property
    def hundredths(self) -> int | None:
        """Rounded down: "100 %" means all."""
        return self.recorded * 100 // self.expected if self.expected else None

    @property
    def bars(self) -> list[tuple[str, float, float]]:
        """Of a bar of a hundred what is recorded, explained and missing: where each begins, and how long it is."""
        found, left = [], 0.0
        parts = {"recorded": self.recorded, "explained": self.explained, "missing": self.missing}
        for name, part in parts.items():
            width = round(part * 100 / self.expected, 2) if self.expected else 0
            found.append((name, left, width))
            left = round(left + width, 2)
        return found


@dataclass(frozen=True)
class Part:
    """A unit or division right below the one that is shown; None for what is directly its own."""

    of: Unit | Division | None
    sums: Completeness


def rows_of(subject: Subject, month: Month) -> Any:
    return StationMonth.objects.filter(subject.postings, month=month.first).order_by()


def completeness(rows: Any) -> Completeness:
    """One query."""
    return Completeness(**rows.aggregate(**SUMS))


def parts_of(subject: Subject, rows: Any) -> list[Part]:
    """The subject cut into those right below it. Three queries.

    A station that one unit below runs and another supervises, or that moved from one to the other, stands with both,
    and once in the total.
    """
    return _divisions(subject.division, rows) if subject.division else _units(subject, rows)


def _units(subject: Subject, rows: Any) -> list[Part]:
    assert subject.unit
    own = subject.unit.path
    lines = {line: right_below(own, f"posting__{line}", "month", subject.eras) for line in ("operator", "supervisor")}
    cut = _Cut(rows, lines)
    paths = {path for key in cut.keys for path in key} - {own, ""}
    units = Unit.objects.filter(path__in={own, *paths}).order_by("path")
    below = [unit for unit in units if unit.path != own]
    found = [Part(child, cut.sum(key for key in cut.keys if child.path in key)) for child in below]
    return _not_empty([*found, Part(None, cut.sum(key for key in cut.keys if not paths & set(key)))])


def _divisions(division: Division, rows: Any) -> list[Part]:
    children = list(division.children.order_by("code"))
    digits = len(children[0].prefix) if children else 9
    cut = _Cut(rows, {"within": Substr("posting__division__code", 1, digits)})
    prefixes = {(child.prefix,) for child in children}
    found = [Part(child, cut.sum([(child.prefix,)])) for child in children if (child.prefix,) in cut.keys]
    return _not_empty([*found, Part(None, cut.sum(key for key in cut.keys if key not in prefixes))])


def _not_empty(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.sums.stations]


def _truth(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


class _Cut:
    """The sums by some columns, and which stations have rows in several of them. Two queries."""

    def __init__(self, rows: Any, columns: Mapping[str, Any]) -> None:
        names = list(columns)
        self._sums = {
            tuple(row.pop(name) or "" for name in names): row for row in list(rows.values(**columns).annotate(**SUMS))
        }
        several = rows.values(STATION).annotate(postings=Count("pk")).filter(postings__gt=1).values(STATION)
        moved = rows.filter(**{f"{STATION}__in": several}).annotate(**columns)
        self._moved: dict[str, dict[int, set[Key]]] = {name: defaultdict(set) for name in COUNTS}
        for station, *row in moved.values_list(STATION, *map(_truth, COUNTS.values()), *names):
            key = tuple(value or "" for value in row[len(COUNTS) :])
            for name, holds in zip(COUNTS, row, strict=False):
                if holds:
                    self._moved[name][station].add(key)

    @property
    def keys(self) -> Iterable[Key]:
        return self._sums.keys()

    def sum(self, keys: Iterable[Key]) -> Completeness:
        chosen = set(keys)
        sums = {name: sum(self._sums[key][name] for key in chosen) for name in SUMS}
        for name, stations in self._moved.items():
            sums[name] -= sum(max(0, len(where & chosen) - 1) for where in stations.values())
        return Completeness(**sums)


@dataclass(frozen=True)
class StationLine:
    """One station in the month, whatever postings it had."""

    code: str
    name: str
    operator: str
    sums: Completeness
    through: date
    days: Sequence[date]
    """Which are missing."""


def station_lines(rows: Any) -> Any:
    """A queryset of dictionaries, those that miss most first; `read_lines` makes lines of a slice of it."""
    lines = rows.values(code=F(f"{STATION}__code"), name=F(f"{STATION}__name")).annotate(
        operator=Min("posting__operator__name"),
        bits=Sum("missing_bits"),
        judged=Max("through"),
        **{key: value for key, value in SUMS.items() if not key.startswith("stations")},
    )
    return lines.order_by("-missing", "code")


def still_missing(rows: Any, *months: Month) -> Any:
    """Of these rows of these months those with days that are missing and that nobody has handed in."""
    rows = rows.order_by().filter(days_missing__gt=0)
    reports = MonthReport.objects.filter(month__in=[month.first for month in months], state__in=LOCKING_STATES)
    locked: dict[date, list[str]] = defaultdict(list)
    for first, path in reports.values_list("month", "unit__path").distinct():
        locked[first].append(path)
    for first, paths in locked.items():
        for line in ("posting__operator", "posting__supervisor"):
            rows = rows.exclude(in_subtrees(line_in(tuple(paths), Month.of(first)), line), month=first)
    return rows


def said_of(codes: Sequence[str], month: Month) -> dict[str, list[tuple[date, str]]]:
    """By station the days without a record of which somebody said why. One query."""
    days = StationDay.objects.filter(
        station__code__in=codes, date__range=(month.first, month.last), is_nil=False, counted_by=""
    )
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for code, day, remark in days.exclude(remark="").order_by("date").values_list("station__code", "date", "remark"):
        found[code].append((day, remark))
    return dict(found)


def read_lines(lines: Iterable[Any], month: Month) -> list[StationLine]:
    """The postings of a station share no day, so neither do their bits: their sum is all of them."""
    found = []
    for line in lines:
        sums = {key: line.get(key, 0) for key in SUMS}
        found.append(
            StationLine(
                line["code"],
                line["name"],
                line["operator"] or "—",
                Completeness(**sums),
                line["judged"],
                days_of(line["bits"], month),
            )
        )
    return found


def days_of(bits: int, month: Month) -> list[date]:
    return [month.first + timedelta(days=number) for number in range(31) if bits >> number & 1]
