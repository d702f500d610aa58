"""Files that other processes read, and uploads that no row names."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage

TEMPORARY = ".new-"
"""How the name of a file begins that is not whole yet."""
ORPHAN_AFTER = timedelta(days=1)
"""How old a file without a row must be to go: long enough for any save that is still under way."""


def replace_file(path: Path, content: bytes) -> None:
    """Write `path` so that a reader, or a crash, never meets half of it."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write and read, which takes the place of `path` once all of it is there.

    It is a temporary one on the same disk, synced before it gets its name; nothing is left of it if the block fails.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep_folder(folder: str, kept: Collection[str], *, at: datetime) -> int:
    """Delete the uploads that no row names (`kept`) and that are not of the last day. How many."""
    if not default_storage.exists(folder):
        return 0
    names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    gone = [name for name in names.difference(kept) if at - default_storage.get_modified_time(name) > ORPHAN_AFTER]
    for name in gone:
        default_storage.delete(name)
    return len(gone)
