"""What the xml of a sheet holds besides values, found piece by piece: however long it is, little of it is in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from django.utils.translation import gettext as _

MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
"""Of the rectangle from the first cell to the last one that is filled: reading it makes one value for each."""
PIECE = 1 << 20
LONGEST_ROW = 16 << 20

ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
WIDTH = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
PREFIXED_CELL_END = re.compile(rb"</\w+:c>")
PLACED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')
FORMULA = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*>\s*<(?:\w+:)?f[\s/>]')
ERROR = re.compile(rb'<(?:\w+:)?c\s(?=[^<>]*\bt="e")(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')

Place = tuple[int, int]
"""Row and column, from 1."""


class Unsafe(Exception):
    """The file is no workbook, or would unfold to more than it should; the sentence says so."""


@dataclass
class Part:
    """One sheet of a workbook: how far its filled cells reach, and which are no plain values."""

    name: str
    last_row: int = 0
    last_column: int = 0
    formulas: set[Place] = field(default_factory=set)
    errors: set[Place] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)


def scan(name: str, xml: IO[bytes], most_rows: int) -> Part:
    """The sheet called so. Raises `Unsafe` as soon as it turns out longer or wider than it may be."""
    part, filled, placed = Part(name), 0, 0
    for number, piece in enumerate(_pieces(xml)):
        if number == 0:
            part.widths = _widths(piece)
        places = PLACED_CELL.findall(piece)
        placed += len(places)
        # An empty cell is one tag that closes itself; a filled one has an end.
        filled += piece.count(b"</c>") + len(PREFIXED_CELL_END.findall(piece))
        if places:
            _reach(part, places, most_rows)
        if b"f>" in piece or b"f/>" in piece:
            part.formulas |= _places(FORMULA, piece)
        if b't="e"' in piece:
            part.errors |= _places(ERROR, piece)
    if placed != filled:
        raise Unsafe(
            _("Sheet “%(sheet)s” leaves out where its cells stand. Open it in Excel or WPS and save it again.")
            % {"sheet": name}
        )
    return part


def too_long(name: str, most_rows: int) -> str:
    return _("Sheet “%(sheet)s” has more than %(limit)s rows; no more are read at once. Divide the file.") % {
        "sheet": name,
        "limit": f"{most_rows:,}",
    }


def attributes(tag: bytes) -> dict[str, str]:
    return {key.decode().rpartition(":")[2]: unescape(value.decode()) for key, value in ATTRIBUTE.findall(tag)}


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """The text in pieces that end where a row begins or ends."""
    rest = b""
    while chunk := xml.read(PIECE):
        rest += chunk
        cut = rest.rfind(b"<", 0, max(rest.rfind(b"<row"), rest.rfind(b":row")) + 1)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > LONGEST_ROW:
            raise Unsafe(_("The workbook is damaged and cannot be read. Open it in Excel or WPS and save it again."))
    yield rest


def _reach(part: Part, places: list[tuple[bytes, bytes]], most_rows: int) -> None:
    columns = {letters for letters, _row in places}
    part.last_row = max([part.last_row, *(int(row) for _letters, row in places)])
    part.last_column = max([part.last_column, *map(_column, columns)])
    if part.last_row > most_rows:
        raise Unsafe(too_long(part.name, most_rows))
    if part.last_column > MAX_COLUMNS or part.last_row * part.last_column > MAX_CELLS:
        raise Unsafe(
            _("Sheet “%(sheet)s” is wider than %(limit)s columns. Delete what is not needed.")
            % {"sheet": part.name, "limit": min(MAX_COLUMNS, MAX_CELLS // part.last_row)}
        )


def _places(pattern: re.Pattern[bytes], xml: bytes) -> set[Place]:
    return {(int(row), _column(letters)) for letters, row in pattern.findall(xml)}


def _widths(xml: bytes) -> dict[int, float]:
    """Of the columns whose width is said, before the first row."""
    widths: dict[int, float] = {}
    for said in map(attributes, WIDTH.findall(xml.partition(b"<sheetData")[0])):
        if said.keys() >= {"min", "max", "width"}:
            first, last = max(int(said["min"]), 1), min(int(said["max"]), MAX_COLUMNS)
            widths |= dict.fromkeys(range(first, last + 1), float(said["width"]))
    return widths


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
