"""What an xlsx file holds besides values, found before any library unfolds it."""

import io
import re
import zipfile
import zlib
from posixpath import normpath

from django.utils.translation import gettext as _

from harbor_portal.lib.tables.scanning import Part, Unsafe, attributes, scan

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_STRINGS = 2_000_000
MEMBER = b"PK\x01\x02"

SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")


def inspect(data: bytes, most_rows: int) -> list[Part]:
    """The sheets in workbook order. Raises `Unsafe` for a bomb, a damaged archive, or one that is no workbook."""
    try:
        _refuse_crowd(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive)
            return [_part(archive, name, path, most_rows) for name, path in _sheets(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unsafe(
            _("The workbook is damaged and cannot be read. Open it in Excel or WPS and save it again.")
        ) from error
    except KeyError as error:
        raise Unsafe(_("This is not an xlsx workbook, whatever its name says.")) from error


def passed_over(data: bytes) -> list[str]:
    """What else the workbook brings, a sentence for each: nothing of it is run, followed or kept."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    found = {
        _("This workbook holds macros. They are not run and not kept."): ("vbaProject", "macrosheets/"),
        _("This workbook has links to other files. They are not followed and not kept."): ("externalLinks/",),
        _("This workbook draws data from elsewhere. Nothing is fetched."): ("xl/connections", "queryTables/"),
        _("This workbook holds embedded objects. They are not opened and not kept."): ("embeddings/", "activeX/"),
    }
    return [sentence for sentence, marks in found.items() if any(mark in name for name in names for mark in marks)]


def _refuse_crowd(data: bytes) -> None:
    """Before they are listed, which takes a thousand bytes for each."""
    if data.count(MEMBER) > MAX_MEMBERS:
        raise zipfile.BadZipFile


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise Unsafe(_("The workbook unpacks to more than %(limit)s MB. Divide it.") % {"limit": 200})
    # Reads every member to its end, so that sizes stated too small are found out here.
    if archive.testzip() is not None:
        raise zipfile.BadZipFile
    for name in archive.namelist():
        if name.lower().endswith("sharedstrings.xml") and _strings(archive, name) > MAX_STRINGS:
            raise Unsafe(_("The workbook holds too many different texts. Divide it."))


def _strings(archive: zipfile.ZipFile, name: str) -> int:
    with archive.open(name) as xml:
        return sum(piece.count(b"<si") for piece in iter(lambda: xml.read(1 << 20), b""))


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name of each sheet and the path of its part."""
    relations = map(attributes, RELATIONSHIP.findall(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {relation["Id"]: relation["Target"] for relation in relations}
    sheets = map(attributes, SHEET.findall(archive.read("xl/workbook.xml")))
    return [(sheet["name"], _path(targets[sheet["id"]])) for sheet in sheets]


def _path(target: str) -> str:
    """The member that a relationship of the workbook points to; it may be written relative or absolute."""
    return normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _part(archive: zipfile.ZipFile, name: str, path: str, most_rows: int) -> Part:
    with archive.open(path) as xml:
        return scan(name, xml, most_rows)
