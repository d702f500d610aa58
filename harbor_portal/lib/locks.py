"""Work that one process at a time may do, held by an advisory lock of PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error as DatabaseFailure
from django.db import connection


@contextmanager
def held(space: int, key: int) -> Iterator[bool]:
    """Hold the lock until the block ends; False if another process holds it.

    It belongs to the session: PostgreSQL itself lets go of it when this process or its connection dies.
    """
    names = [space, key]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", names)
        is_mine: bool = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(DatabaseFailure), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", names)
