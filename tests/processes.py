"""Real processes of the portal beside the tests, on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Task
from django.conf import settings
from django.db import connection

QUEUE = f"test-{os.getpid()}"
"""A queue of its own, so that no other worker on the same broker takes what the tests send."""


def start(*command: str, var: Path) -> subprocess.Popen[bytes]:
    """A Python process with its files below `var`, in a session of its own."""
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(var),
        "SECRET_KEY": settings.SECRET_KEY,
        "PERSONAL_DATA_KEYS": ",".join(settings.PERSONAL_DATA_KEYS),
    }
    return subprocess.Popen([sys.executable, *command], env=environment, cwd=settings.BASE_DIR, start_new_session=True)


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` for the process and its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start_worker(var: Path, pool: str = "solo") -> subprocess.Popen[bytes]:
    """A Celery worker that takes what `send` sends."""
    options = ["--quiet", "worker", f"--pool={pool}", "--concurrency=1", "--without-gossip", "--without-mingle"]
    return start("-m", "celery", "--app=harbor_portal", *options, "--queues", QUEUE, var=var)


@contextmanager
def celery_worker(var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`start_worker`, until the block ends."""
    process = start_worker(var)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def send(task: "Task[..., Any]", args: tuple[object, ...] = ()) -> None:
    """Send a task to the worker of the tests."""
    task.apply_async(args, queue=QUEUE)


def until(condition: Callable[[], object], seconds: float = 40) -> None:
    """Wait until it holds; an assertion fails when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
