"""What must stand before the first test is collected: Django, and the servers of a machine that has none.

Each process that runs tests has servers of its own below a folder that is thrown away, so that it never meets the data
or the worker of a portal that runs from the same tree, nor those of the process beside it. `DATABASE_URL` is heeded all
the same: pytest-django gives each process a database of its own there.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import pytest
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "harbor_portal.settings"
os.environ.pop("REDIS_URL", None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="harbor-tests-")
Path(os.environ["VAR_DIR"]).chmod(0o755)  # root's servers run as another user, who must get to his data
django.setup()

servers = ExitStack()


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("dist") != "no" and not hasattr(session.config, "workerinput"):
        # It hands the tests out and runs none. A process that inherited this would read the settings, and so the
        # folder, before it has one of its own.
        del os.environ["DJANGO_SETTINGS_MODULE"]
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    servers.enter_context(settings.EMBEDDED.use(durable=False))


def pytest_unconfigure() -> None:
    servers.close()
    shutil.rmtree(settings.VAR_DIR, ignore_errors=True)
