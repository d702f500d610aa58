"""Counting how often, together and without waiting for a counter that is away."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest
import time_machine
from pytest_django import Settings

from harbor_portal.lib import limits
from harbor_portal.lib.limits import Limit, seconds_left, spend

MINUTE = Limit("minute", 3, 60)
DAY = Limit("day", 100, 86_400)


@pytest.fixture(autouse=True)
def _counter_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_away_until", 0.0)


def test_the_limit_is_reached_and_stays_reached() -> None:
    assert [spend([(MINUTE, "a")]) for _time in range(5)] == [None, None, None, MINUTE, MINUTE]
    assert spend([(MINUTE, "b")]) is None


def test_the_first_limit_that_was_broken_is_named() -> None:
    for _time in range(3):
        spend([(DAY, "x"), (MINUTE, "a")])
    assert spend([(DAY, "x"), (MINUTE, "a")]) == MINUTE


def test_what_is_refused_uses_up_no_other_limit() -> None:
    shared = Limit("shared", 4, 60)
    assert [spend([(MINUTE, "a"), (shared, "all")]) for _time in range(9)] == [None] * 3 + [MINUTE] * 6
    assert [spend([(shared, "all"), (MINUTE, "b")]) for _time in range(2)] == [None, shared]
    assert [spend([(MINUTE, "b")]) for _time in range(3)] == [None, None, MINUTE]


def test_the_time_left_ends_with_the_window_that_is_counted() -> None:
    day = Limit("day", 1, 86_400)
    with time_machine.travel("2026-11-18T23:59:30+08:00", tick=False) as clock:
        spend([(day, "a")])
        clock.shift(seconds_left(day) - 1)
        assert spend([(day, "a")]) == day
        clock.shift(1)
        assert spend([(day, "a")]) is None
        assert seconds_left(day) == 86_400


def test_a_new_window_begins_from_nothing() -> None:
    with time_machine.travel("2026-11-18T12:00:30+08:00", tick=False) as clock:
        assert [spend([(MINUTE, "a")]) for _time in range(4)][-1] == MINUTE
        clock.shift(31)
        assert spend([(MINUTE, "a")]) is None


def test_a_day_ends_at_the_local_midnight() -> None:
    day = Limit("day", 1, 86_400)
    with time_machine.travel("2026-11-18T23:59:30+08:00", tick=False) as clock:
        assert [spend([(day, "a")]) for _time in range(2)][-1] == day
        clock.shift(60)
        assert spend([(day, "a")]) is None


def test_requests_at_the_same_moment_do_not_slip_through_together() -> None:
    with time_machine.travel("2026-11-18T12:00:30+08:00", tick=False), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _time: spend([(MINUTE, "a")]), range(24)))
    assert answers.count(None) == MINUTE.most


def test_what_is_counted_does_not_say_who_it_was_and_does_not_stay(settings: Settings) -> None:
    spend([(MINUTE, "203.0.113.9")])
    client = limits._client(settings.REDIS_URL)
    keys = [key.decode() for key in client.scan_iter(f"{limits.PREFIX}:*")]
    assert len(keys) == 1
    assert "203.0.113.9" not in keys[0]
    assert 0 < client.ttl(keys[0]) <= MINUTE.seconds


def test_without_the_counter_nothing_is_limited_and_it_is_asked_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    asked = Mock(wraps=limits._count)
    monkeypatch.setattr(limits, "_count", asked)
    assert [spend([(MINUTE, "a")]) for _time in range(9)] == [None] * 9
    assert asked.call_count == 1
