"""The folder of files: a night's files appear together, whole, and with their checksums."""

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from harbor_portal.lib.files import replace_file
from harbor_portal.open_data.formats import Csv, Format, GeoJson
from harbor_portal.open_data.hsds import Hsds
from harbor_portal.open_data.records import published_stations

FORMATS: tuple[type[Format], ...] = (Csv, GeoJson, Hsds)
CURRENT = "current"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
LOCK = 0x6F70656E
"""The key of the advisory lock; "open" in ASCII."""
GZIP_LEVEL = 6


class Busy(Exception):
    """Another process writes them."""


@dataclass(frozen=True)
class File:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What lies in the folder since `at`."""

    at: str
    stations: int
    files: list[File]

    @property
    def written_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def file(self, name: str) -> File | None:
        return next((file for file in self.files if file.name == name), None)


def folder() -> Path:
    """Beside the map's files, since whoever serves those serves these."""
    path: Path = settings.PUBLISH_ROOT / "open-data"
    return path


def current_manifest() -> Manifest | None:
    """None before the first night."""
    try:
        content = json.loads((folder() / CURRENT / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    return Manifest(content["at"], content["stations"], [File(**file) for file in content["files"]])


def write_open_data() -> Manifest:
    """Write all formats anew and put them in the place of the last ones. Raises `Busy`."""
    folder().mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Busy
        run = Path(tempfile.mkdtemp(dir=folder(), prefix="run-"))
        try:
            manifest = _write_run(run)
            _switch(run)
        except BaseException:
            shutil.rmtree(run, ignore_errors=True)
            raise
        _remove_others(run)
    return manifest


def _write_run(run: Path) -> Manifest:
    with ExitStack() as stack:
        outputs = {kind: stack.enter_context(Output(run / kind.name)) for kind in FORMATS}
        formats = [kind(output.write) for kind, output in outputs.items()]
        for one in formats:
            one.begin()
        for station in published_stations():
            for one in formats:
                one.add(station)
        for one in formats:
            one.end()
    files = [file for output in outputs.values() for file in output.files()]
    manifest = Manifest(timezone.localtime().isoformat(timespec="seconds"), formats[0].count, files)
    replace_file(run / SUMS, "".join(f"{file.sha256}  {file.name}\n" for file in files).encode())
    replace_file(run / MANIFEST, json.dumps(asdict(manifest)).encode())
    run.chmod(0o755)
    return manifest


def _switch(run: Path) -> None:
    """A symbolic link is replaced in one step."""
    link = folder() / f".{run.name}"
    link.symlink_to(run.name)
    link.replace(folder() / CURRENT)


def _remove_others(run: Path) -> None:
    """What a reader still has open stays readable for her."""
    for other in folder().glob("run-*"):
        if other != run:
            shutil.rmtree(other, ignore_errors=True)


class Output:
    """A file and the same in gzip, with size and checksum of both counted as they are written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.plain = _Counted(stack.enter_context(self.path.open("wb")))
            self.packed = _Counted(stack.enter_context(self._packed_path.open("wb")))
            # Without the moment, so that the same data give the same bytes.
            self._gzip = stack.enter_context(
                gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=self.packed, mtime=0)
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._gzip.close()
        for counted in (self.plain, self.packed):
            counted.finish()
        self._stack.close()

    def write(self, text: str) -> None:
        content = text.encode()
        self.plain.write(content)
        self._gzip.write(content)

    def files(self) -> list[File]:
        return [self.plain.file(self.path.name), self.packed.file(self._packed_path.name)]

    @property
    def _packed_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.gz")


class _Counted:
    """A binary file that knows what went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, content: Any) -> int:
        self._hash.update(content)
        self._size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def file(self, name: str) -> File:
        return File(name, self._size, self._hash.hexdigest())
