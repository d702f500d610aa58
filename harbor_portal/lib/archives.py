"""Packed zip archives whose bytes follow from what is in them: the same files and moment give the same archive."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils import timezone

CHUNK = 1 << 20
OLDEST = datetime(1980, 1, 1)  # noqa: DTZ001  # the format's own beginning, which knows no time zone


def add_content(archive: zipfile.ZipFile, name: str, content: bytes, at: datetime | None = None) -> None:
    """Put `content` into the archive under that name, as of that moment."""
    archive.writestr(_member(name, at), content)


@contextmanager
def adding_text(archive: zipfile.ZipFile, name: str, encoding: str, at: datetime | None = None) -> Iterator[IO[str]]:
    """A text to write into the archive under that name; its lines end as they are written."""
    member = _member(name, at)
    with archive.open(member, "w") as target, io.TextIOWrapper(target, encoding, newline="") as text:
        yield text


def add_file(archive: zipfile.ZipFile, name: str, path: Path, at: datetime | None = None) -> str:
    """Put a file into the archive without ever holding all of it; its SHA-256."""
    digest, member = hashlib.sha256(), _member(name, at)
    member.file_size = path.stat().st_size
    with path.open("rb") as file, archive.open(member, "w") as target:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _member(name: str, at: datetime | None) -> zipfile.ZipInfo:
    """Moments are local there, and not before 1980."""
    moment = max(timezone.make_naive(at) if at else OLDEST, OLDEST)
    member = zipfile.ZipInfo(name, moment.timetuple()[:6])
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED  # also of a PDF: the tags by which it is read aloud are plain text
    return member
