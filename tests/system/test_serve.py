"""The portal as a whole starts, survives what happens to machines, and leaves nothing behind.

First what needs it running, then what needs it stopped: a start takes seconds.
"""

import json
import os
import signal
import socket
import threading
import time

import pytest
import redis
from celery import Celery

from harbor_portal.lib import processes
from tests.system.conftest import Portal, children_of, wait_for


def test_ctrl_c_ends_it_and_the_next_start_does_nothing_twice(portal: Portal) -> None:
    manifest = portal.var / "static" / "staticfiles.json"
    collected = manifest.stat().st_mtime_ns
    assert portal.end(signal.SIGINT) == 0, portal.words()
    assert portal.pids() == []
    portal.start()
    assert manifest.stat().st_mtime_ns == collected


def test_it_starts_again_after_the_supervisor_was_killed(portal: Portal) -> None:
    portal.end(signal.SIGKILL)
    portal.start()
    assert portal.answers()
    assert len(children_of(portal, "gunicorn")) == 2


def test_it_starts_again_after_everything_was_killed_at_once(portal: Portal) -> None:
    portal.kill_everything()
    assert (portal.var / "postgres" / "postmaster.pid").exists()
    portal.start()
    assert portal.answers()


def test_a_pid_file_that_names_a_stranger_is_a_leftover(portal: Portal) -> None:
    portal.kill_everything()
    pid_file = portal.var / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    portal.start()
    assert portal.answers()


def test_it_brings_back_a_killed_database(portal: Portal) -> None:
    postmaster = portal.services.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    wait_for(lambda: portal.services.postmaster() not in {None, postmaster} and portal.answers(), 30, portal)


def test_it_brings_back_killed_children(portal: Portal) -> None:
    def recorded() -> list[int]:
        return [int(pid) for pid in json.loads((portal.var / "serve.json").read_text())]

    wait_for(lambda: len(recorded()) == 3, 30, portal)  # the worker and the clock begin when the web answers
    processes.end(recorded())
    wait_for(lambda: portal.answers() and len(children_of(portal, "celery")) >= 3, 40, portal)


def test_pages_are_served_while_the_broker_is_away_and_the_worker_finds_it_again(portal: Portal) -> None:
    processes.end(portal.services.broker_pids())
    assert portal.get("/healthz/ready") == 200
    assert portal.get("/stations/") == 200
    wait_for(lambda: bool(portal.services.broker_pids()), 30, portal)
    client = redis.Redis(unix_socket_path=str(portal.services.run / "valkey.sock"))
    with Celery(broker=portal.services.redis_url, set_as_current=False) as sender:
        sender.send_task("stations.tasks.publish_changes")
    wait_for(lambda: client.llen("celery") == 0 and client.hlen("unacked") == 0, 60, portal)
    client.close()


def test_requests_recover_by_themselves_after_a_restart_of_the_database_under_load(portal: Portal) -> None:
    answers: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(portal.get("/stations/"))
            time.sleep(0.05)  # a crowd, and not a test of what the machine can bear

    crowd = [threading.Thread(target=ask) for _ in range(4)]
    for one in crowd:
        one.start()
    wait_for(lambda: len(answers) > 10, 30, portal)
    postmaster = portal.services.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGINT)  # an orderly restart: the supervisor starts it again
    wait_for(lambda: portal.services.postmaster() not in {None, postmaster}, 30, portal)
    time.sleep(2)
    recovered = len(answers)
    wait_for(lambda: len(answers) > recovered + 20, 30, portal)
    over.set()
    for one in crowd:
        one.join()
    assert set(answers[recovered + len(crowd) :]) == {200}  # what was asked before may be answered after


def test_a_second_supervisor_is_refused_with_a_sentence(portal: Portal) -> None:
    second = portal.command("serve")
    assert second.wait(60) == 1
    assert "is running already, as process" in portal.words()


def test_other_commands_share_the_running_servers_and_leave_them(portal: Portal) -> None:
    postmaster = portal.services.postmaster()
    assert portal.command("migrate", "--check").wait(60) == 0, portal.words()
    assert portal.services.postmaster() == postmaster
    assert portal.answers()


def test_it_answers_and_a_signal_to_end_leaves_no_process_and_no_lock(portal: Portal) -> None:
    assert portal.get("/healthz") == 200
    assert portal.get("/admin/login/") == 200
    assert portal.end(signal.SIGTERM) == 0, portal.words()
    assert portal.pids() == []
    assert not (portal.var / "postgres" / "postmaster.pid").exists()
    assert not list((portal.var / "run").iterdir())


@pytest.mark.parametrize("seconds", [0.7, 1.5])
def test_a_signal_while_it_starts_leaves_nothing_either(stopped: Portal, seconds: float) -> None:
    starting = stopped.command("serve")
    time.sleep(seconds)
    starting.terminate()
    starting.wait(60)
    assert stopped.pids() == [], stopped.words()


@pytest.mark.parametrize("step", ["catalogues", "static files"])
def test_a_signal_in_the_midst_of_a_step_ends_it_in_order(stopped: Portal, step: str) -> None:
    said = stopped.log.stat().st_size
    starting = stopped.command("serve")
    wait_for(lambda: step.encode() in stopped.log.read_bytes()[said:], 60, stopped)
    starting.terminate()
    assert starting.wait(60) == 0, stopped.words()
    assert stopped.pids() == [], stopped.words()


def test_what_cannot_be_prepared_is_named_and_leaves_nothing(stopped: Portal) -> None:
    record = stopped.var / "static.fingerprint"
    kept = record.rename(stopped.var / "kept")
    record.mkdir()
    try:
        failing = stopped.command("serve")
        assert failing.wait(60) == 1
    finally:
        record.rmdir()
        kept.rename(record)
    assert "static files …" in stopped.words()
    assert "what it said stands above" in stopped.words()
    assert stopped.pids() == []


def test_a_command_on_its_own_starts_the_servers_and_stops_them(stopped: Portal) -> None:
    assert stopped.command("migrate", "--check").wait(60) == 0, stopped.words()
    assert stopped.pids() == []


def test_a_busy_port_is_named(stopped: Portal) -> None:
    with socket.create_server(("127.0.0.1", stopped.port)):
        assert stopped.command("serve").wait(60) == 1
    assert f"The address 127.0.0.1:{stopped.port} cannot be had" in stopped.words()
