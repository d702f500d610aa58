"""A broker that is away, or ill, costs nobody more than one short wait."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery, Task
from pytest_django import DjangoCaptureOnCommitCallbacks

from harbor_portal.lib import queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def trusted_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test remembers the failures of another."""
    monkeypatch.setattr(queue, "_away_until", 0.0)


def task_of(broker: str) -> Task[[], None]:
    """A task that would be sent to this broker, with the portal's own settings."""
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=broker)

    # Not shared: else the portal's own app, set up by a later test, meets as many of this name as were made here.
    @app.task(name="tests.nothing", shared=False)
    def nothing() -> None:
        """Work that no worker will ever see."""

    return nothing


def send(task: Task[[], None], capture: DjangoCaptureOnCommitCallbacks) -> float:
    """The seconds that the person waited."""
    began = time.monotonic()
    with capture(execute=True):
        queue.send_on_commit(task)
    return time.monotonic() - began


@pytest.fixture
def ill_broker() -> Iterator[str]:
    """Takes connections and refuses every command, as Valkey does when its disk is full."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=refuse_everything, args=[server], daemon=True).start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        server.shutdown(socket.SHUT_RDWR)


def refuse_everything(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            while connection.recv(65536):
                connection.sendall(b"-MISCONF the disk is full\r\n" * 8)


def test_a_broker_that_is_not_there_is_noted_at_once_and_left_alone_for_a_while(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    task = task_of(f"redis+socket://{tmp_path}/none.sock")
    assert send(task, django_capture_on_commit_callbacks) < 1
    assert send(task, django_capture_on_commit_callbacks) < 0.1
    assert [record.getMessage()[:14] for record in caplog.records] == ["broker is away"]


def test_a_refused_connection_is_noted_at_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(task_of("redis://127.0.0.1:1/0"), django_capture_on_commit_callbacks) < 1
    assert "broker is away" in caplog.text


def test_a_broker_that_refuses_commands_does_not_reach_the_person(
    ill_broker: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert send(task_of(ill_broker), django_capture_on_commit_callbacks) < 1
    assert "broker is away" in caplog.text


def test_the_same_message_is_sent_once_in_a_transaction(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, tmp_path: Path
) -> None:
    task = task_of(f"redis+socket://{tmp_path}/none.sock")
    with django_capture_on_commit_callbacks() as callbacks:
        queue.send_on_commit(task)
        queue.send_on_commit(task)
        queue.send_on_commit(task, 7)
    assert len(callbacks) == 2
