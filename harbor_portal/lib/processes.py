"""Processes of this machine, known by more than their number: a recycled pid is never taken for its predecessor."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
STATE, SESSION, STARTED = 0, 3, 19  # places in /proc/<pid>/stat after the name


def stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name; empty for one that is gone, or dead and not yet reaped."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [] if fields[STATE] in "ZX" else fields


def birth(pid: int) -> str:
    """What tells this process from every other that has or will have its number; "" when it is gone."""
    fields = stat(pid)
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[STARTED]}" if fields else ""


def everybody() -> Iterator[int]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and has `folder` as its working directory, as far as we may look into it."""
    try:
        return (PROC / str(pid) / "cwd").samefile(folder) and bool(stat(pid))
    except OSError:
        return False


def working_in(folder: Path) -> list[int]:
    return [pid for pid in everybody() if works_in(pid, folder)]


def name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_listed(pid: int) -> bool:
    """Whether the number is taken, be it by one who is dead and not yet reaped."""
    return (PROC / str(pid)).exists()


def session(leader: int) -> list[int]:
    """The living members of the session that `leader` founded, itself included."""
    return [pid for pid in everybody() if (fields := stat(pid)) and fields[SESSION] == str(leader)]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until `condition` holds; False when it did not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(pids: Iterable[int], *, patience: float = 0) -> None:
    """End the processes: ask them first if there is `patience` (in seconds), then make them."""
    births = {pid: birth(pid) for pid in pids}

    def living() -> list[int]:
        return [pid for pid, born in births.items() if born and birth(pid) == born]

    if patience:
        _signal(living(), signal.SIGTERM)
        wait_until(lambda: not living(), patience)
    _signal(living(), signal.SIGKILL)
    wait_until(lambda: not living(), 10)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
