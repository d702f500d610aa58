"""Which hashes a file names, so that one which is not as we gave it out can still say what it claims to be.

Whoever sends it is a stranger. A zip is opened only if it is as plain as ours are, and of any file so much is unpacked.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import SEEK_END
from itertools import islice
from typing import IO

MOST_BYTES = 40 * 1024 * 1024
"""Of what a file unpacks to; a report's text is far smaller."""
MOST_HASHES = 10
HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
PDF = b"%PDF-"
STREAM = re.compile(rb"stream\r?\n")
MOST_PARTS = 20_000
MOST_PACKED, MOST_STREAM_BYTES = 256 * 1024, 1024 * 1024
"""Of one part of a PDF; what it says of itself is far smaller than its sheets and fonts."""
MOST_MEMBERS = 200
LONGEST_ENTRY = 512
"""Bytes that the list of members of a zip has for each, on the average."""
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Whatever else unpacks a member takes as much memory as the member asks for."""
_LAST = struct.Struct("<4s4H2LH")
"""The record that ends a zip (APPNOTE 4.3.16): its mark, two disks, the members twice, the length and the place of
their list, and the length of a remark."""
_BEFORE_LAST = 20
"""What stands before it if the figures are in another place, because they are too large for it (4.3.15)."""
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError),
    *(OSError, ValueError, EOFError),
)


def named_hashes(file: IO[bytes]) -> list[str]:
    """The first few, in the order in which they stand. Anything that is no file of ours names none."""
    found: dict[str, None] = {}
    for text in _texts(file):
        for match in HASH.findall(text):
            found[match.decode()] = None
            if len(found) == MOST_HASHES:
                return list(found)
    return list(found)


def _texts(file: IO[bytes]) -> Iterator[bytes]:
    """A workbook, or a zip of csv files, member by member; a PDF part by part; everything else as it is."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        content = file.read(MOST_BYTES)
        yield content
        if content.startswith(PDF):
            yield from _parts(content)
    elif _is_plain(file):
        try:
            yield from _members(file)
        except BROKEN:
            return


def _parts(content: bytes) -> Iterator[bytes]:
    """What a PDF says of itself may be packed, and have two bytes for each letter."""
    yield content.replace(b"\0", b"")
    left = MOST_BYTES
    for start in islice(STREAM.finditer(content), MOST_PARTS):
        # zlib hands back what it did not need: of all that follows this would be a copy for each part.
        packed = memoryview(content)[start.end() : start.end() + MOST_PACKED]
        try:
            part = zlib.decompressobj().decompress(packed, min(MOST_STREAM_BYTES, left))
        except zlib.error:
            continue
        left -= len(part)
        yield part.replace(b"\0", b"")
        if left <= 0:
            return


def _members(file: IO[bytes]) -> Iterator[bytes]:
    left = MOST_BYTES
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.compress_type not in PLAIN:
                continue
            with archive.open(member) as text:
                content = text.read(left)
            left -= len(content)
            yield content
            if left <= 0:
                return


def _is_plain(file: IO[bytes]) -> bool:
    """Whether it says at its very end that it has few members: their list is read before anything can be counted."""
    size = file.seek(0, SEEK_END)
    if size < _LAST.size:
        return False
    file.seek(size - min(size, _LAST.size + _BEFORE_LAST))
    end = file.read()
    mark, *_disks, _here, members, length, _at, _remark = _LAST.unpack(end[-_LAST.size :])
    is_large = end[: -_LAST.size].startswith(b"PK\x06\x07")
    few = members <= MOST_MEMBERS and length <= MOST_MEMBERS * LONGEST_ENTRY
    return bool(mark == b"PK\x05\x06" and not is_large and few)
