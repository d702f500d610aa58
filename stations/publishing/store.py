"""The folder of published files: written so that a reader, or a crash, never meets half a file."""

import gzip
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import brotli

from harbor_portal.lib.files import replace_file

INDEX = "index.json"
FOLDERS = ("leaves", "live", "catalogue")
GRACE_SECONDS = 24 * 3600
"""How long a file stays after the last index that names it: browsers may still hold that index."""

_BEST, _GOOD = 11, 10
"""Brotli's best takes ten times as long for an eighth less: worth it for the files that every visitor fetches."""


def content_hash(content: bytes) -> str:
    """Of 24 bits, since the index holds one for every leaf: it need only tell the versions of one leaf apart."""
    return hashlib.sha256(content).hexdigest()[:6]


def file_key(quadkey: str) -> str:
    """How file names write the quadkey: the whole world's is empty."""
    return quadkey or "r"


def leaf_name(quadkey: str, digest: str) -> str:
    return f"leaves/{file_key(quadkey)}-{digest}.json"


def live_name(quadkey: str) -> str:
    return f"live/{file_key(quadkey)}.json"


@dataclass(frozen=True)
class Store:
    """Files below `root` by name; beside each its `.gz` and `.br`."""

    root: Path

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> bool:
        """Write the file if it does not hold this content yet, the plain one last; whether anything was written."""
        path = self.root / name
        if self.read(name) == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path.with_name(f"{path.name}.br"), brotli.compress(content, quality=_quality(name)))
        replace_file(path.with_name(f"{path.name}.gz"), gzip.compress(content, 9, mtime=0))
        replace_file(path, content)
        return True

    def let_go(self, name: str) -> None:
        """The period of grace begins now."""
        for path in self._with_copies(name):
            path.touch()

    def prune(self, wanted: set[str]) -> int:
        """Delete what is not wanted and whose grace is over; how many files that were."""
        limit = time.time() - GRACE_SECONDS
        stale = [path for path in self._files() if self._plain(path) not in wanted and path.stat().st_mtime < limit]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _files(self) -> Iterator[Path]:
        """Its own: others may keep folders beside them."""
        folders = (self.root / folder for folder in FOLDERS)
        mine = chain(self.root.glob("*"), *(folder.rglob("*") for folder in folders))
        return (path for path in mine if path.is_file())

    def _plain(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix().removesuffix(".br").removesuffix(".gz")

    def _with_copies(self, name: str) -> list[Path]:
        return [path for suffix in ("", ".gz", ".br") if (path := self.root / f"{name}{suffix}").exists()]


def _quality(name: str) -> int:
    return _GOOD if name.startswith(("leaves/", "live/")) else _BEST
