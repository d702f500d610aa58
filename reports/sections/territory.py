"""By territory, down to the street."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.breakdown import (
    BEHIND,
    FIGURES,
    LINES,
    PLACES,
    breakdown,
    breakdown_columns,
    breakdown_line,
    breakdown_total,
    ranked,
    side_by_side,
)
from reports.sections.printing import NONE, Chart, Row, Table, sum_known
from reports.sums import TOTALS
from stations.choices import DivisionLevel
from stations.models import Division

LEVELS = tuple(DivisionLevel.values)
REST = "rest"
"""The level of what lies in a division, and in none of those inside it that are listed."""


class ByTerritory(Sequence[Row]):
    """Down to the street. Of a province that is more than a page shows, so a page asks for the upper lines alone.

    `whole` makes all lines, `upper` those down to districts, or to cities.
    """

    def __init__(
        self, asked: Asked, whole: Callable[[Asked], list[Row]], upper: Callable[[Asked, str], list[Row]]
    ) -> None:
        self._asked, self._whole, self._upper = asked, whole, upper

    @cached_property
    def _all(self) -> list[Row]:
        return self._whole(self._asked)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all)

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def brief(self, most: int) -> Sequence[Row] | None:
        divisions = (sums["divisions"] for sums in self._asked.by_span(TOTALS).values())
        if max(divisions) <= most:
            return _fitting(self._all, most)
        districts = (len(lines["district"]) for lines in self._asked.by_span(LINES).values())
        dimension = "district" if max(districts) <= most else "city"
        return _fitting(self._upper(self._asked, dimension), most, is_cut=True)


def brief(rows: Sequence[Row], most: int) -> Sequence[Row] | None:
    return rows.brief(most) if isinstance(rows, ByTerritory) else _fitting(rows, most)


def _fitting(rows: Sequence[Row], most: int, *, is_cut: bool = False) -> Sequence[Row] | None:
    """Without the lowest levels, so that the others have room, and without what is a rest of those left out."""
    if len(rows) <= most and not is_cut:
        return None
    listed = {row["division"] for row in rows if row["level"] in LEVELS}
    shown = [row for row in rows if row["level"] != REST or row["division"] not in listed]
    for level in reversed(LEVELS):
        if len(shown) <= most:
            break
        fewer = [row for row in shown if row["level"] != level]
        shown = fewer if any(row["level"] in LEVELS for row in fewer) else shown
    return shown


def _rows(asked: Asked) -> ByTerritory:
    return ByTerritory(asked, _whole, _upper)


def _whole(asked: Asked) -> list[Row]:
    return _told(asked, side_by_side(asked, PLACES, "division"))


def _upper(asked: Asked, dimension: str) -> list[Row]:
    return _told(asked, breakdown(asked)[dimension])


def _told(asked: Asked, sums: Mapping[str, Row]) -> list[Row]:
    return [
        line.named | (_summed([sums[code] for code in line.parts]) if len(line.parts) > 1 else sums[line.parts[0]])
        for line in territories(asked, sums)
    ]


def _summed(rows: Sequence[Row]) -> Row:
    return {key: sum_known(row[key] for row in rows) for key in FIGURES}


@dataclass(frozen=True)
class Territory:
    """A line of a table by territory; `parts` are the codes of the divisions whose figures it adds up."""

    division: str
    level: str
    name: str
    parts: list[str]

    @property
    def named(self) -> Row:
        return {"division": self.division, "level": self.level, "name": self.name}


def territories(asked: Asked, codes: Collection[str]) -> list[Territory]:
    """The lines for figures that are known by the code of a division, down to the street."""
    known = asked.once(_no_chains)
    known |= _chains([code for code in codes if code and code not in known])
    chains = {code: known[code] if code else [] for code in codes}
    shown = _branching(asked, chains)
    found: dict[tuple[str, str, str], list[str]] = {}
    parents = {chain[-2].code for chain in chains.values() if len(chain) > 1}
    for code, chain in chains.items():
        below = [place for place in chain if place.level in shown]
        for place in below:
            found.setdefault((place.code, str(place.level), place.name), []).append(code)
        if not below or (code in parents):
            name = chain[-1].name if chain else NONE
            found.setdefault((code, REST, name), []).append(code)
    lines = [Territory(*key, parts) for key, parts in found.items()]
    return sorted(lines, key=lambda line: (line.division, line.level == REST))


class _Place(NamedTuple):
    code: str
    level: str
    name: str


def _no_chains(_asked: Asked) -> dict[str, list[_Place]]:
    """Before the first section by territory has asked for some."""
    return {}


UPWARDS = [f"{'parent__' * steps}{name}" for steps in range(len(LEVELS)) for name in _Place._fields]


def _chains(codes: Sequence[str]) -> dict[str, list[_Place]]:
    """Of each division those above it, from the province down to itself. One query."""
    found = {}
    for row in Division.objects.filter(code__in=codes).values_list(*UPWARDS):
        upwards = [_Place(*row[begin : begin + 3]) for begin in range(0, len(row), 3)]
        found[row[0]] = [place for place in reversed(upwards) if place.code]
    return found


def _branching(asked: Asked, chains: dict[str, list[_Place]]) -> list[str]:
    """The levels below the division asked for; of a unit, from where its stations lie in more than one."""
    if asked.subject.division:
        return list(LEVELS[LEVELS.index(asked.subject.division.level) + 1 :])
    shown = list(LEVELS)
    while len(shown) > 1 and len(_at(shown[0], chains)) < 2 and _at(shown[1], chains):
        shown.pop(0)
    return shown


def _at(level: str, chains: dict[str, list[_Place]]) -> set[str]:
    return {place.code for chain in chains.values() for place in chain if place.level == level}


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = level_labels()
    lines = [
        breakdown_line(row, figures) | {"level_name": str(labels[row["level"]]), "only": place_of(row)} for row in rows
    ]
    highest = highest_of(rows)
    first = [line for line in lines if line["level"] == highest]
    places = {
        (line["level"], line["division"]): line["place"]
        for level in LEVELS
        for line in ranked([line for line in lines if line["level"] == level])
    }
    lines = [
        line
        | {"place": places.get((line["level"], line["division"]), NONE)}
        | {"rank": "whole" if line["level"] == highest else "part"}
        for line in lines
    ]
    columns = [
        Column("name", _("Division"), width=20),
        Column("level_name", _("Level"), width=12),
        Column("division", _("Division code"), width=11),
        *breakdown_columns(figures),
        Column("place", _("Rank"), "integer", 8),
    ]
    total = {"name": _("Total"), "place": NONE} | breakdown_total(figures)
    chart = Chart(
        "bars",
        _("Visits by division"),
        [line["name"] for line in first],
        [row["value"] for row in rows if row["level"] == highest],
    )
    note = _(
        "Ranked by visits per station and open day, so that large and small compare, each among those of its level."
        " Lines of a lower level are part of the one above them; those of the highest level add up to the total."
    )
    return Table("territory", _("By territory"), columns, [*lines, total], note, chart, BEHIND)


def level_labels() -> dict[str, Any]:
    return {**dict(DivisionLevel.choices), REST: _("Not listed further")}


def highest_of(rows: Sequence[Row]) -> str:
    """The level whose lines add up to the whole."""
    return next((level for level in LEVELS if any(row["level"] == level for row in rows)), "")


def place_of(row: Row) -> dict[str, str]:
    """The filter of what lies in a line's division: all of it, or only what lies in none of the lines below."""
    return {"directly" if row["level"] == REST else "division": row["division"]}


SECTION = Section("territory", ("division", "level"), _rows, _table, brief)
