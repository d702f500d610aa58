"""Real processes of the portal beside the tests, on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import Task
from django.conf import settings
from django.db import connection, connections

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


def until(condition: Callable[[], object], seconds: float = 40, every: float = 0.1) -> None:
    """Wait until it holds; an assertion fails when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(every)


def killed_before(number: int, do: Callable[[], object]) -> bool:
    """Let a child of this process do it, and kill it with -9 before its statement of that number, counted from 0.

    A commit is a statement. Whether it died; answers once the server has let go of all that the dead one held.
    """

    def counted() -> None:
        left = iter(range(number))

        def count(run: Callable[..., Any], *args: Any) -> Any:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*args)

        handle: Any = connection  # a commit is no statement to the wrapper
        commit = handle._commit
        handle._commit = lambda: count(commit)
        with connection.execute_wrapper(count):
            do()

    return _has_died(_child(counted))


def killed_after(seconds: float, do: Callable[[], object]) -> bool:
    """The same at a moment, wherever it is by then; it may have finished."""
    child = _child(do)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return _has_died(child)


def _child(do: Callable[[], object]) -> int:
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            do()
        except BaseException:  # noqa: BLE001  # nothing of the tests may run on in the child
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _has_died(child: int) -> bool:
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or not status, "the child failed"
    until(lambda: _others() == 0, every=0.01)
    return os.WIFSIGNALED(status)


def _others() -> int:
    """Connections to the database of the tests other than ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
