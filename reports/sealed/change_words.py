"""What a revision changed, in the words of the report itself: each row and cell as its section's table tells it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from harbor_portal.lib.tables import Column
from reports.figures import MonthFigures, row_key, thawed
from reports.models import MonthReport
from reports.sealed.comparable import SOURCE
from reports.sealed.frozen import STATIONS, FrozenStations
from reports.sections import SECTIONS
from reports.sections.overview import SHARES, measure_labels
from reports.sections.printing import NONE, Row, Table, is_figure, told
from stations.models import User

Key = tuple[str, ...]


@dataclass(frozen=True)
class ChangeLine:
    """A changed cell as a page shows it."""

    where: str
    section: str
    figure: str
    before: str
    after: str
    who: str
    is_row: bool
    """Whether a whole row came or went."""

    @property
    def said(self) -> str:
        """Of a row: what stood, or stands, in it."""
        return self.before if self.after == NONE else self.after


def told_changes(report: MonthReport) -> list[Any]:
    """Those that stand in a section of the report; when the figures were added up is no correction."""
    return [change for change in report.changes if change["section"] in SECTIONS and change["section"] != SOURCE]


def change_lines(report: MonthReport, changes: Sequence[Row]) -> list[ChangeLine]:
    """These of the report's changes in words."""
    people = User.objects.in_bulk({pk for change in changes for pk in change["by"]})
    words = _Words(report, changes)
    lines = [
        ChangeLine(*words.of(change), who=_who(change, people), is_row=change["kind"] != "changed")
        for change in changes
    ]
    # Two frozen cells may be told as one: a line that says nothing new is left out.
    return list(dict.fromkeys(lines))


def _who(change: Row, people: dict[int, User]) -> str:
    names = _(", ").join(str(people[pk]) for pk in change["by"] if pk in people)
    others = change.get("others", 0)
    if not others:
        return names
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", others)
    return text % {"names": names, "count": others}


@dataclass(frozen=True)
class _Pair:
    """A row as its table told it before and tells it now; of one that came or went both are the same."""

    table: Table
    before: Row
    after: Row


class _Words:
    def __init__(self, report: MonthReport, changes: Sequence[Row]) -> None:
        self._figures = thawed(report)
        self._rows = {row_key(row): row for row in _rows_of(self._figures, changes)}
        self._before: dict[Key, Row] = {}
        for change in report.changes:
            if change["kind"] == "changed":
                self._before.setdefault(_key_of(change), {})[change["field"]] = change["before"]
        self._pairs: dict[Key, _Pair] = {}

    def of(self, change: Row) -> tuple[str, str, str, str, str]:
        """Which row, in which section, which figure, before and after."""
        pair = self._pair(change)
        # What changed is told as the figure and not as the name of its row.
        named = [one for one in _naming(pair.table) if _told(one, pair.before) == _told(one, pair.after)]
        where = " · ".join(filter(None, (_told(column, pair.after) for column in named)))
        if change["kind"] != "changed":
            said = " · ".join(_said(pair.table, pair.after, named))
            said_of = (_("Row added"), NONE, said) if change["kind"] == "added" else (_("Row gone"), said, NONE)
            return where or NONE, pair.table.title, *said_of
        column = _column(pair, change)
        before, after = (_told(column, row) or NONE for row in (pair.before, pair.after))
        return where or NONE, pair.table.title, column.title, before, after

    def _pair(self, change: Row) -> _Pair:
        key = _key_of(change)
        if key not in self._pairs:
            row = self._rows.get(key) or change["before"]
            table, after = self._line(change["section"], row)
            _table, before = self._line(change["section"], row | self._before.get(key, {}))
            self._pairs[key] = _Pair(table, before, after)
        return self._pairs[key]

    def _line(self, section: str, row: Row) -> tuple[Table, Row]:
        table = SECTIONS[section].table(self._figures, [row])
        line = next(line for line in table.rows if line.get("rank") != "subtotal")
        return table, row | line


def _key_of(change: Row) -> Key:
    return (change["section"], *change["key"])


def _rows_of(figures: MonthFigures, changes: Iterable[Row]) -> Iterator[Row]:
    """The rows of the sections that these are in; of the stations only those that they are about."""
    for section in {change["section"] for change in changes}:
        rows = figures.of(section)
        if isinstance(rows, FrozenStations):
            rows = rows.of_stations([change["key"][0] for change in changes if change["section"] == STATIONS])
        for row in rows:
            yield {"section": section} | row


def _naming(table: Table) -> Iterator[Column]:
    """The columns that say which row it is: those of its identity with its name, or else all before the figures."""
    columns = {column.key: column for column in table.columns}
    names = SECTIONS[table.key].names
    if columns.keys() >= {*names}:
        first = table.columns[0].key
        yield from (column for column in table.columns if column.key in {first, "name", *names})
        return
    for column in table.columns:
        if is_figure(column):
            return
        yield column


def _column(pair: _Pair, change: Row) -> Column:
    """The one of that name; or the one whose text follows from the cell."""
    field = change["field"]
    columns = {column.key: column for column in pair.table.columns}
    if field in columns:
        return columns[field]
    labels = measure_labels()
    if field in labels:
        return Column(field, labels[field], "percent" if field in SHARES else "integer")
    differing = (column for column in pair.table.columns if _told(column, pair.before) != _told(column, pair.after))
    return next(differing, Column(field, field))


def _said(table: Table, line: Row, named: Sequence[Column]) -> Iterator[str]:
    """The cells of a row beside those that say which it is."""
    for column in table.columns:
        text = _told(column, line)
        if column not in named and text:
            yield f"{column.title} {text}"


def _told(column: Column, line: Row) -> str:
    text = told(column, line.get(column.key))
    return "" if text == NONE else text
