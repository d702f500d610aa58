"""What PostgreSQL can do besides: COPY, for loading many rows at once, and reading all of one moment."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg2.errors import SerializationFailure

from harbor_portal.lib.errors import StaleState

BUFFER = 1 << 20
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append `rows` to `table` in the caller's transaction, without holding them in memory.

    Values may be None, str, bool, numbers, dates, moments and UUIDs. Neither `save()` nor history runs.
    """
    copy_lines(table, columns, (as_line(row) for row in rows))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """As `copy_rows`, of lines already in COPY's text form, each with its line end."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', _Lines(iter(lines)), BUFFER)


def as_line(row: Sequence[Any]) -> str:
    # Of a large import's values most are text; asked here, they need no call each.
    texts = [value.translate(ESCAPES) if type(value) is str else as_text(value) for value in row]
    return "\t".join(texts) + "\n"


def as_text(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    return str(value)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A transaction that sees the database throughout as its first statement did, and its own changes.

    It cannot change a row that somebody else has changed since: then nothing of it remains, and `StaleState` is raised.
    Within a transaction that has begun, that one's isolation holds.
    """
    has_begun = connection.in_atomic_block
    try:
        with transaction.atomic():
            if not has_begun:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, SerializationFailure):
            raise StaleState(_("Somebody else changed it this very moment. Look again, and then try again.")) from error
        raise


class _Lines(io.TextIOBase):
    """The readable file that psycopg2 wants, over an iterator."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = ""

    def read(self, size: int | None = -1, /) -> str:
        wanted = BUFFER if size is None or size < 0 else size
        parts, length = [self._rest], len(self._rest)
        while length < wanted and (line := next(self._lines, "")):
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._rest = text[wanted:]
        return text[:wanted]
