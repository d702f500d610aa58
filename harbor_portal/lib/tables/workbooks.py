"""What an xlsx file holds besides values, found before any library unfolds it."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from html import unescape
from posixpath import normpath

from django.utils.translation import gettext as _

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_COLUMNS = 200

SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
WIDTH = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
PREFIXED_CELL_END = re.compile(rb"</\w+:c>")
PLACED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')
FORMULA = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*>\s*<(?:\w+:)?f[\s/>]')
ERROR = re.compile(rb'<(?:\w+:)?c\s(?=[^<>]*\bt="e")(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')

Place = tuple[int, int]
"""Row and column, from 1."""


class Unsafe(Exception):
    """The archive is no workbook, or would unfold to more than it should; the sentence says so."""


@dataclass(frozen=True)
class Part:
    """One sheet of a workbook: how far down its filled cells reach, and which are no plain values."""

    name: str
    last_row: int
    formulas: frozenset[Place]
    errors: frozenset[Place]
    widths: dict[int, float]


def inspect(data: bytes) -> list[Part]:
    """The sheets in workbook order. Raises `Unsafe` for a bomb, a damaged archive, or one that is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive)
            return [_part(archive, name, path) for name, path in _sheets(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unsafe(
            _("The workbook is damaged and cannot be read. Open it in Excel or WPS and save it again.")
        ) from error
    except KeyError as error:
        raise Unsafe(_("This is not an xlsx workbook, whatever its name says.")) from error


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise Unsafe(_("The workbook unpacks to more than %(limit)s MB. Divide it.") % {"limit": 200})
    # Reads every member to its end, so that sizes stated too small are found out here.
    if archive.testzip() is not None:
        raise zipfile.BadZipFile


def _attributes(tag: bytes) -> dict[str, str]:
    return {key.decode().rpartition(":")[2]: unescape(value.decode()) for key, value in ATTRIBUTE.findall(tag)}


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name of each sheet and the path of its part."""
    relations = map(_attributes, RELATIONSHIP.findall(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {relation["Id"]: relation["Target"] for relation in relations}
    sheets = map(_attributes, SHEET.findall(archive.read("xl/workbook.xml")))
    return [(sheet["name"], _path(targets[sheet["id"]])) for sheet in sheets]


def _path(target: str) -> str:
    """The member that a relationship of the workbook points to; it may be written relative or absolute."""
    return normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _part(archive: zipfile.ZipFile, name: str, path: str) -> Part:
    xml = archive.read(path)
    places = PLACED_CELL.findall(xml)
    # An empty cell is one tag that closes itself; a filled one has an end.
    if len(places) != xml.count(b"</c>") + len(PREFIXED_CELL_END.findall(xml)):
        raise Unsafe(
            _("Sheet “%(sheet)s” leaves out where its cells stand. Open it in Excel or WPS and save it again.")
            % {"sheet": name}
        )
    if max((_column(letters) for letters in {letters for letters, _row in places}), default=0) > MAX_COLUMNS:
        raise Unsafe(
            _("Sheet “%(sheet)s” is wider than %(limit)s columns. Delete what is not needed.")
            % {"sheet": name, "limit": MAX_COLUMNS}
        )
    return Part(
        name=name,
        last_row=max((int(row) for _letters, row in places), default=0),
        formulas=_places(FORMULA, xml) if b"f>" in xml or b"f/>" in xml else frozenset(),
        errors=_places(ERROR, xml) if b't="e"' in xml else frozenset(),
        widths=_widths(xml),
    )


def _places(pattern: re.Pattern[bytes], xml: bytes) -> frozenset[Place]:
    return frozenset((int(row), _column(letters)) for letters, row in pattern.findall(xml))


def _widths(xml: bytes) -> dict[int, float]:
    """Of the columns whose width is said."""
    widths: dict[int, float] = {}
    for said in map(_attributes, WIDTH.findall(xml[: xml.find(b"<sheetData")])):
        if said.keys() >= {"min", "max", "width"}:
            last = min(int(said["max"]), MAX_COLUMNS)
            widths |= dict.fromkeys(range(int(said["min"]), last + 1), float(said["width"]))
    return widths


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
