"""Programs served for a measurement as they are in production: by gunicorn with two workers, on a port of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

WORKERS = 2
COLLECT = (
    "import django; django.setup(); from harbor_portal.statics import collect_when_changed; collect_when_changed()"
)


@contextmanager
def portal(address: str, port: int, **environment: str) -> Iterator[str]:
    """The portal over the database at `address`; gives its web address."""
    with served("harbor_portal.wsgi", port, {"DATABASE_URL": address, **environment}, ready="/healthz/ready") as base:
        yield base


@contextmanager
def served(application: str, port: int, environment: Mapping[str, str], *, ready: str = "/") -> Iterator[str]:
    """Any WSGI application, once it answers at `ready`."""
    given = {**os.environ, "PORT": str(port), "WEB_WORKERS": str(WORKERS), **environment}
    # A benchmark that is killed takes its servers with it.
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "gunicorn"]
    words = [*command, "--config", "python:harbor_portal.web", application]
    process = subprocess.Popen(words, env=given, stderr=subprocess.DEVNULL)
    try:
        _await_answer(port, ready)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def collect_static(var: Path) -> None:
    """Hashed and compressed, into the `static` folder of a portal with this `VAR_DIR`; again only when changed."""
    environment = os.environ | {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "harbor_portal.settings"}
    subprocess.run([sys.executable, "-c", COLLECT], env=environment, check=True)


def _await_answer(port: int, path: str) -> None:
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")
