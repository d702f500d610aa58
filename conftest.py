"""What must stand before the first test is collected: Django, and the servers of a machine that has none.

Without DATABASE_URL and REDIS_URL the session has servers of its own, below a folder that is thrown away, so that it
never meets the data or the worker of a portal that runs from the same tree.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "harbor_portal.settings"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="harbor-tests-")
Path(os.environ["VAR_DIR"]).chmod(0o755)  # root's servers run as another user, who must get to his data
django.setup()

servers = ExitStack()


def pytest_sessionstart() -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    servers.enter_context(settings.EMBEDDED.use(durable=False))


def pytest_unconfigure() -> None:
    servers.close()
    shutil.rmtree(settings.VAR_DIR, ignore_errors=True)
