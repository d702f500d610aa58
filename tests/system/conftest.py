"""A portal of its own, run as a person would: `manage.py serve` with the servers that it brings along."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from harbor_portal.embedded import Services
from harbor_portal.lib import processes


class Portal:
    """`manage.py serve` on a port and a `var` folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.log = var.parent / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.services = Services(var, with_database=True, with_broker=True)

    @property
    def environment(self) -> dict[str, str]:
        # Not counted as covered: a start is half a dozen processes, and counting makes each twice as slow.
        left_out = {"DATABASE_URL", "REDIS_URL", "COVERAGE_PROCESS_CONFIG"}
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        return inherited | {"VAR_DIR": str(self.var), "PORT": str(self.port), "WEB_WORKERS": "1", "DEMO": "0"}

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def start(self) -> None:
        """Start it and wait for its own word, since what a killed one left may answer for another moment."""
        said = self.log.stat().st_size if self.log.exists() else 0
        self.process = self.command("serve")

        def is_settled() -> bool:
            return self.is_dead() or b"Stop with Ctrl-C" in self.log.read_bytes()[said:]

        assert processes.wait_until(is_settled, 150), self.words()
        assert not self.is_dead(), f"ended with {self.process.returncode}: {self.words()}"

    def end(self, number: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def kill_everything(self) -> None:
        """As when the machine loses power, or runs out of memory."""
        assert self.process

        def is_done() -> bool:
            processes.end(self.pids())  # again and again: some were just about to have a child
            return not self.pids()

        assert processes.wait_until(is_done, 30), self.pids()
        self.process.wait(10)

    def is_running(self) -> bool:
        return self.process is not None and not self.is_dead() and self.answers()

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def get(self, path: str) -> int:
        """The status of the answer; 0 when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def answers(self) -> bool:
        return self.get("/healthz/ready") == 200

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def pids(self) -> list[int]:
        """Every process that runs for this portal, told by its environment or by the folder it works in."""
        mark = f"VAR_DIR={self.var}\0".encode()
        servers = [*self.services.database_pids(), *self.services.broker_pids()]
        return sorted({*servers, *(pid for pid in processes.everybody() if mark in _read(pid, "environ"))})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(pid: int, name: str) -> bytes:
    try:
        return (processes.PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""


@pytest.fixture(autouse=True)
def clock() -> None:
    """That of the machine, which the portal goes by."""


@pytest.fixture(scope="package")
def machine() -> Iterator[Portal]:
    """One portal for all tests of this folder: each finds what the one before left, as in life."""
    with tempfile.TemporaryDirectory(prefix="harbor-system-") as folder:
        Path(folder).chmod(0o755)  # root's servers run as another user, who must get to his data
        one = Portal(Path(folder) / "var")
        yield one
        processes.end(one.pids(), patience=20)
        if one.process:
            one.process.wait(30)


@pytest.fixture
def portal(machine: Portal) -> Portal:
    """The portal, running."""
    if not machine.is_running():
        machine.start()
    return machine


@pytest.fixture
def stopped(machine: Portal) -> Portal:
    """The portal, which ran before and has ended in order."""
    if machine.process is None:
        machine.start()
    if machine.is_running():
        machine.end(signal.SIGTERM)
    return machine


def wait_for(condition: object, seconds: float, portal: Portal) -> None:
    assert callable(condition)
    assert processes.wait_until(condition, seconds), portal.words()


def children_of(portal: Portal, word: str) -> Sequence[int]:
    return [pid for pid in portal.pids() if word.encode() in _read(pid, "cmdline")]
