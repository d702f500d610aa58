"""Many rows at once, without losing what single saves would have written: ids known before, and history."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.utils import timezone

from harbor_portal.lib.db import copy_rows
from harbor_portal.lib.history import linked_fields
from harbor_portal.lib.origin import NOWHERE, current_origin


@contextmanager
def collector_paused() -> Iterator[None]:
    """Make many objects, none of which die soon, without the garbage collector walking them again and again.

    Reference counts free everything else meanwhile. A quarter of the time of a large import goes into those walks.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Fresh primary keys of a model with a sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is looked up once, not for every number.
            "WITH sequence AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name)"
            " SELECT nextval(name) FROM sequence, generate_series(1, %s)",
            [f'"{model._meta.db_table}"', _pk(model).column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY; `names` are attribute names (`station_id`). Neither defaults nor `auto_now` apply."""
    copy_rows(model._meta.db_table, [_column(model, name) for name in names], rows)


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set these attributes by primary key: each row is the key and then the values in the order of `names`."""
    table, key = model._meta.db_table, _pk(model).column
    columns = [_column(model, name) for name in names]
    quoted = ", ".join(f'"{column}"' for column in [key, *columns])
    assignments = ", ".join(f'"{column}" = given."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMP TABLE given_rows ON COMMIT DROP AS SELECT {quoted} FROM "{table}" WITH NO DATA'  # noqa: S608  # our own names
        )
        copy_rows("given_rows", [key, *columns], rows)
        cursor.execute(
            f'UPDATE "{table}" target SET {assignments} FROM given_rows given WHERE target."{key}" = given."{key}"'  # noqa: S608  # our own names
        )
        cursor.execute("DROP TABLE given_rows")


def record_history(model: Any, ids: Sequence[int], *, kind: str, by_id: int | None, reason: str) -> None:
    """Write a line of history for each of these rows as it stands now: kind "+" made, "~" changed.

    One statement; the model has `lib.history.History`. The moment is by our clock, as in every other line of history,
    and not by that of the database, which may run on another machine.
    """
    if not ids:
        return
    history = model.history.model
    columns = ", ".join(f'"{field.column}"' for field in history.tracked_fields)
    origin = current_origin() if by_id else NOWHERE
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{history._meta.db_table}" ({columns}, history_date, history_type, history_user_id,'  # noqa: S608  # our own names
            " history_change_reason, history_address, history_device)"
            f" SELECT {columns}, %s, %s, %s, %s, %s, %s"
            f' FROM "{model._meta.db_table}" WHERE "{_pk(model).column}" = ANY(%s)',
            [timezone.now(), kind, by_id, reason, origin.address, origin.device, list(ids)],
        )
    record_links(model, ids)


def record_links(model: Any, ids: Sequence[int]) -> None:
    """Beside the last line of each of these rows, what it is linked to by the fields to many that history follows."""
    history = model.history.model
    for field in linked_fields(model):
        links = getattr(history, field.name).model
        columns = ", ".join(f'"{one.column}"' for one in field.remote_field.through._meta.concrete_fields)
        key = _pk(model).column
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{links._meta.db_table}" (history_id, {columns}) SELECT line.history_id, {columns}'  # noqa: S608  # our own names
                f' FROM "{field.m2m_db_table()}" link JOIN (SELECT "{key}" AS owner, max(history_id) AS history_id'
                f' FROM "{history._meta.db_table}" WHERE "{key}" = ANY(%s) GROUP BY "{key}") line'
                f' ON line.owner = link."{field.m2m_column_name()}"',
                [list(ids)],
            )


def record_before(model: Any, ids: Sequence[int]) -> None:
    """A line of history for those of these rows whose last line does not say what stands there, or that have none.

    So the line before a change is always what the change replaced.
    """
    history = model.history.model
    names = [field.column for field in history.tracked_fields]
    key = f'"{_pk(model).column}"'
    stands, said = (", ".join(f'{table}."{name}"' for name in names) for table in ("row", "last"))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT row.{key} FROM "{model._meta.db_table}" row LEFT JOIN (SELECT DISTINCT ON ({key}) *'  # noqa: S608  # our own names
            f' FROM "{history._meta.db_table}" WHERE {key} = ANY(%s) ORDER BY {key}, history_id DESC) last'
            f" ON last.{key} = row.{key} WHERE row.{key} = ANY(%s) AND ({stands}) IS DISTINCT FROM ({said})",
            [list(ids), list(ids)],
        )
        unsaid = [pk for (pk,) in cursor.fetchall()]
    record_history(model, unsaid, kind="~", by_id=None, reason="")


def _pk(model: type[models.Model]) -> Any:
    return model._meta.pk


def _column(model: type[models.Model], name: str) -> str:
    """The database column of an attribute such as `station_id` or `name`."""
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return str(field.column)
    raise ValueError(f"{model.__name__} has no attribute {name}")
