"""All processes of one machine: started together, watched, and ended together."""

import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from harbor_portal.embedded import Services
from harbor_portal.lib import processes
from harbor_portal.lib.files import replace_file

logger = logging.getLogger(__name__)

PATIENCE = 20  # seconds that a child has to finish what it does
LONGEST_PAUSE = 30  # seconds between two tries to start a child that dies at once
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STEADY = 60  # a child that lived so many seconds was no failed start


class AlreadyRunning(Exception):
    """Something stands where this portal would stand; `str(error)` says what."""


class Unprepared(Exception):
    """What has to be done before anything can start was not done; `str(error)` says what failed."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is done, and keep it while the web process is replaced."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    taken = socket.socket(family, kind, protocol)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
        taken.listen(1024)
    except OSError as error:
        taken.close()
        raise AlreadyRunning(
            f"The address {host}:{port} cannot be had ({error.strerror}). Another program may be using it: "
            f"stop that one, or choose another port, for example PORT={port + 1} make run."
        ) from error
    return taken


@dataclass
class Child:
    """A process that the supervisor keeps alive."""

    name: str
    command: Sequence[str]
    folder: Path
    pass_fds: Sequence[int] = ()
    waits: bool = False
    """Whether it starts only once the portal answers, so as not to take the processor from what people wait for."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    due: float = 0
    pause: float = 0.5

    def start(self) -> None:
        # In a session of its own, so that the terminal's Ctrl-C reaches the supervisor alone, which then ends all in
        # order; and told by the kernel when the supervisor is killed.
        self.process = subprocess.Popen(  # noqa: S603 - our words
            ["/usr/bin/setpriv", "--pdeathsig", "TERM", *self.command],
            cwd=self.folder,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            pass_fds=self.pass_fds,
        )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """Notice a death once, and set when to try again: later each time that it does not live long."""
        if self.process is None or self.process.poll() is None:
            return False
        lived = time.monotonic() - self.started
        self.pause = 0.5 if lived > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        logger.error("%s ended with %s; again in %g s", self.name, self.process.returncode, self.pause)
        # Its number is free again, and may in this very moment be a stranger's: only what works in our folder is ours.
        processes.end(pid for pid in processes.session(self.process.pid) if processes.works_in(pid, self.folder))
        self.process, self.due = None, time.monotonic() + self.pause
        return True


class Supervisor:
    """Keeps `children` and the embedded `services` running until it is told to stop.

    `first` is run to its end before the children are started. `greet` is asked again and again until it says that it
    has seen the portal answer.
    """

    def __init__(
        self, services: Services, children: Sequence[Child], *, first: Child, greet: Callable[[], bool]
    ) -> None:
        self.services = services
        self.children = children
        self.first = first
        self.greet = greet
        self.record = services.var / "serve.json"
        self.greeted = self.stopping = False

    def run(self) -> None:
        """Start everything and watch it, until a signal says to end it all."""
        for number in STOP_SIGNALS:
            # Not an exception: one in the midst of starting a child would lose sight of it.
            signal.signal(number, self._stop)
        try:
            self._run_first()
            next_look = time.monotonic() + 2
            while not self.stopping:
                self._tend()
                self.greeted = self.greeted or self.greet()
                if time.monotonic() > next_look:
                    self._tend_services()
                    next_look = time.monotonic() + 2
                time.sleep(0.1)
        finally:
            self._end()

    def _run_first(self) -> None:
        self.first.start()
        assert self.first.process
        while self.first.process.poll() is None:
            if self.stopping:
                return
            time.sleep(0.05)
        code, self.first.process = self.first.process.returncode, None
        if code and not self.stopping:
            raise Unprepared(f"The {self.first.name} ended with {code}; what it said stands above.")

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what Python hands to a handler
        self.stopping = True

    def _tend(self) -> None:
        changed = False
        for child in self.children:
            changed |= child.has_died()
            if child.process is None and time.monotonic() >= child.due and (self.greeted or not child.waits):
                child.start()
                changed = True
        if changed:
            self._write_record()

    def _tend_services(self) -> None:
        if not self.services.is_running():
            logger.error("an embedded server is gone and is started again")
            self.services.start()

    def _write_record(self) -> None:
        pids = [child.process.pid for child in self.children if child.process]
        replace_file(self.record, json.dumps({str(pid): processes.birth(pid) for pid in pids}).encode())

    def _end(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # said once is enough
        living = [child.process for child in (self.first, *self.children) if child.process]
        processes.end([process.pid for process in living], patience=PATIENCE)
        for process in living:
            processes.end(processes.session(process.pid))
            process.wait()
        self.record.unlink(missing_ok=True)


def clean_up(record: Path, folder: Path) -> None:
    """End what a killed supervisor left running, and only that."""
    try:
        left: dict[str, str] = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return
    for text, born in left.items():
        leader = int(text)
        # A leader of that number with another birth is a stranger's. Without a leader, what remains of the session
        # still bars its number from being given away; the folder guards against the rest.
        if processes.birth(leader) in {born, ""}:
            members = [pid for pid in processes.session(leader) if processes.works_in(pid, folder)]
            processes.end(members, patience=PATIENCE)
    record.unlink()


def stop_on_signals() -> None:
    """Until the supervisor runs: let every way of asking us to stop raise, so that all `finally` parts are run."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)


@contextmanager
def only_one(var: Path, *, patience: float = 5) -> Iterator[None]:
    """Only one supervisor per `var` folder; the lock goes with the process, however it ends.

    One that is just ending gets `patience` seconds to do so.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("a+") as file:
        if not processes.wait_until(lambda: _lock(file), patience):
            file.seek(0)
            raise AlreadyRunning(f"The portal of {var} is running already, as process {file.read()}.")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
