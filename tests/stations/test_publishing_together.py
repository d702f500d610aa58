"""Publishers that meet, and the worker that publishes for the back office."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Retry
from django.db import connection, transaction

from harbor_portal.celery import app
from harbor_portal.lib import queue
from stations.changes import mark_changed
from stations.models import MapChange, Station, StationCard
from stations.publishing.publisher import Busy, publish_everything, publish_noted
from stations.tasks import publish_changes, publish_map
from tests.factories import make_station
from tests.processes import celery_worker, send, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    settings.PUBLISH_ROOT = tmp_path / "published"
    return tmp_path / "published"


@pytest.fixture(autouse=True)
def no_messages(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Only the test of the worker talks to the broker."""
    if "worker" not in request.fixturenames:
        monkeypatch.setattr(publish_changes, "apply_async", lambda *_args, **_options: None)


def in_a_thread(work: Any) -> Any:
    """Run on a connection of its own."""
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001  # the caller looks at it
            answers.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return answers[0]


def test_a_second_publisher_leaves_at_once_and_its_task_comes_back_later() -> None:
    make_station()
    with transaction.atomic():
        publish_everything()
        assert isinstance(in_a_thread(publish_noted), Busy)
        assert isinstance(in_a_thread(publish_changes), Retry)


def test_two_publishers_at_once_lose_no_change(root: Path) -> None:
    stations = [make_station(longitude=117 + number / 100) for number in range(20)]
    publish_everything()
    for station in stations:
        Station.objects.filter(pk=station.pk).update(name=f"新{station.pk}")
        mark_changed([station.pk])

    def until_done() -> None:
        while True:
            try:
                publish_noted()
            except Busy:
                time.sleep(0.01)
            else:
                return

    threads = [threading.Thread(target=lambda: in_a_thread(until_done)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not MapChange.objects.exists()
    assert {card.record["name"] for card in StationCard.objects.all()} == {f"新{station.pk}" for station in stations}
    assert names_on_the_map(root) == {f"新{station.pk}" for station in stations}


def names_on_the_map(root: Path) -> set[str]:
    index = json.loads((root / "index.json").read_bytes())
    names = [f"leaves/{quadkey or 'r'}-{digest}.json" for quadkey, digest in zip(*index["leaves"][0:3:2], strict=True)]
    leaves = [json.loads((root / name).read_bytes()) for name in names]
    return {name for leaf in leaves for name in leaf["stations"][1]}


def test_a_change_that_is_rolled_back_is_not_published() -> None:
    station = make_station()
    with transaction.atomic():
        mark_changed([station.pk])
        transaction.set_rollback(True)
    assert not MapChange.objects.exists()


def test_one_transaction_sends_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(publish_changes, "apply_async", lambda *args, **_options: sent.append(args))
    station = make_station()
    with transaction.atomic():
        for _ in range(3):
            mark_changed([station.pk])
        assert sent == []
    assert len(sent) == 1
    assert MapChange.objects.count() == 3


def test_the_nightly_task_publishes_everything() -> None:
    make_station()
    assert publish_map() == 1
    assert publish_changes() == 0


def test_the_clock_knows_both_tasks() -> None:
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {publish_changes.name, publish_map.name} <= names


@pytest.fixture
def worker(root: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with celery_worker(tmp_path) as process:
        yield process


def test_a_worker_rewrites_the_leaf_within_seconds(
    root: Path, worker: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = make_station("旧名")
    publish_everything()
    monkeypatch.setattr(queue, "_send", send)
    with transaction.atomic():
        Station.objects.filter(pk=station.pk).update(name="新名")
        mark_changed([station.pk])
    until(lambda: not MapChange.objects.exists())  # the files are there before the note of the change is gone
    assert names_on_the_map(root) == {"新名"}
    assert worker.poll() is None
