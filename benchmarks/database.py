"""The database to measure on: made once, by `generate_scale`, on whatever server the portal uses; then kept."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from psycopg2 import sql

STATIONS = 200_000
SEED = 1


@contextmanager
def bench_database(*, visits: int = 0, stations: int = STATIONS, more: str = "") -> Iterator[str]:
    """Set Django up on a database with so many stations and that many visit rows; gives its address.

    `more` names one of its own, for a benchmark that lays out further rows there.

    Published files go to a folder of their own, so that the portal's stay as they are.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")
    name = "_".join(filter(None, ("harbor_bench", str(stations), str(visits), more)))
    with settings.EMBEDDED.use():
        is_new = _create(name, stations)
        settings.DATABASES["default"]["NAME"] = name
        settings.PUBLISH_ROOT = settings.VAR_DIR / "bench" / "published"
        django.setup()
        call_command("migrate", verbosity=0)
        if is_new:
            call_command(
                "generate_scale", f"--stations={stations}", "--months=1", f"--visits={visits}", f"--seed={SEED}"
            )
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def _create(name: str, stations: int) -> bool:
    """Whether there was none, or one that was left half-made."""
    if _exists(name) and _is_complete(name, stations):
        return False
    create_database(name)
    return True


def create_database(name: str) -> None:
    """An empty one, in place of whatever had the name."""
    drop_database(name)
    _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop_database(name: str) -> None:
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(name: str) -> bool:
    return bool(_administer(sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(sql.Literal(name))))


def _administer(statement: sql.Composed) -> Any:
    """The first row of its answer."""
    maintenance = urlsplit(settings.DATABASE_URL)._replace(path="/postgres").geturl()
    with closing(psycopg2.connect(maintenance)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone() if cursor.description else None


def _is_complete(name: str, stations: int) -> bool:
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('stations_station') IS NOT NULL")
        row = cursor.fetchone()
        if not (row and row[0]):
            return False
        cursor.execute("SELECT count(*) FROM stations_station")
        row = cursor.fetchone()
        return bool(row and row[0] == stations)
