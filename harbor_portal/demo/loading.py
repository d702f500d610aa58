"""Loading generated rows by COPY, with ids of our own so that children need not ask for their parents'."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from harbor_portal.lib.db import copy_lines, copy_rows


def refuse_in_production() -> None:
    if settings.PRODUCTION:
        raise CommandError(_("This makes fictional stations and is refused when PORTAL_ENV=production."))


def ids_of(model: type[Model]) -> Iterator[int]:
    """Ids that no row has yet, in rising order."""
    return count((model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1)


def load(model: type[Model], objects: Iterable[Model]) -> None:
    """COPY unsaved instances that carry their own ids; dates of creation and change are filled in."""
    fields = model._meta.local_concrete_fields
    rows = ([field.pre_save(item, add=True) for field in fields] for item in objects)
    copy_rows(model._meta.db_table, [str(field.column) for field in fields], rows)
    follow_ids(model)


def load_lines(model: type[Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines in COPY's own text form, for tables of millions."""
    copy_lines(model._meta.db_table, columns, lines)
    follow_ids(model)


def follow_ids(model: type[Model]) -> None:
    """Move the table's sequence behind the ids that were given by hand."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL",  # noqa: S608  # a table of ours
            [table],
        )


def analyze(models: Iterable[type[Model]]) -> None:
    """Tell the planner what the tables hold now."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def write_history(model: Any, reason: str) -> None:
    """Give every row that has no history its first line of it, as saving one by one would have done."""
    history = model.history.model
    names = {field.name for field in history._meta.concrete_fields}
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.name in names)
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {history._meta.db_table} ({columns}, history_date, history_change_reason, history_type)"  # noqa: S608  # names of our own models
            f" SELECT {columns}, now(), %s, '+' FROM {model._meta.db_table} AS row WHERE NOT EXISTS"
            f" (SELECT FROM {history._meta.db_table} AS line WHERE line.{key} = row.{key})",
            [reason],
        )


def rows_of(values: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines for `load_lines` of values that need no escaping."""
    for row in values:
        yield "\t".join(map(str, row)) + "\n"
