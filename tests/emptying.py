"""Empty the database after a test that committed, in a few milliseconds.

Django truncates all its tables, used or not, and writes content types and permissions anew: a third of a second.
"""

from functools import cache

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
"""What is there before the first test, and what no test changes."""
LARGE = 4 * 1024 * 1024
"""Bytes in all tables together, from which on truncating is quicker than deleting row by row."""

flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # private, and unknown to the stubs


def empty_what_was_filled(case: TransactionTestCase) -> None:
    """For `TransactionTestCase._fixture_teardown`, which does it where much is there or we are no superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        filled = _filled(cursor)
        if is_quick := _is_quick(cursor, filled):
            _delete(cursor, list(filled))
    if not is_quick:
        flush(case)


def _filled(cursor: CursorWrapper) -> dict[str, int]:
    """The bytes of each table that has held a row since it was truncated, once whoever still writes has ended."""
    names = ", ".join(connection.ops.quote_name(table) for table in tables())
    cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute("SELECT name, pg_relation_size(name::regclass) FROM unnest(%s) AS name", [tables()])
    return {table: size for table, size in cursor.fetchall() if size}


@cache
def tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - KEPT)


def _is_quick(cursor: CursorWrapper, filled: dict[str, int]) -> bool:
    """Only a superuser may leave out what the database checks and refuses."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0]) and sum(filled.values()) < LARGE


def _delete(cursor: CursorWrapper, tables: list[str]) -> None:
    if tables:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables))
