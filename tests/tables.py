"""The tables of the tests, made from the models in two seconds; all the migrations one after another take a minute.

That both make the same is what `tests/system` finds out, where the portal has migrated a database of its own.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.contrib.postgres.operations import CreateExtension
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate

APPS = ("stations", "partners", "services", "reports")


def make_tables_from_models() -> None:
    """From now on, whoever creates the database of the tests does so without migrations."""
    connection.settings_dict["TEST"]["MIGRATE"] = False
    before, after = _what_models_do_not_say()
    _once(pre_migrate, lambda: _execute(f"CREATE EXTENSION {name}" for name in before))
    _once(post_migrate, lambda: _execute(after))
    _once(post_migrate, MigrationRecorder(connection).ensure_schema)


def _what_models_do_not_say() -> tuple[list[str], list[str]]:
    """The extensions, and what is defined in SQL; what SQL does to rows is nothing where there are none."""
    known = MigrationLoader(None).disk_migrations
    operations = [one for key in sorted(known) if key[0] in APPS for one in known[key].operations]
    extensions = [one.name for one in operations if isinstance(one, CreateExtension)]
    written = [one.sql for one in operations if isinstance(one, RunSQL) and isinstance(one.sql, str)]
    return extensions, [sql for sql in written if re.search(r"\b(CREATE|ALTER|DROP)\b", sql)]


def _once(signal: Any, step: Callable[[], object]) -> None:
    """When it is sent for the first time, by the first of our apps."""
    first = apps.get_app_config("stations")

    def run(**_about: object) -> None:
        signal.disconnect(run, sender=first)
        step()

    signal.connect(run, sender=first, weak=False)


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
