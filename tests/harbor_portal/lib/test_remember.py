"""Values that a process keeps for a minute."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

from harbor_portal.lib.remember import MOST, once_a_minute

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_threads_that_ask_at_once_have_it_computed_once() -> None:
    """The first is held back until the others have asked: without a turn each of them would compute as well."""
    begun, go = Event(), Event()
    computed: list[datetime] = []

    @once_a_minute
    def slow(at: datetime) -> int:
        computed.append(at)
        begun.set()
        go.wait(10)
        return len(computed)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(slow, NOW)
        begun.wait(10)
        others = [pool.submit(slow, NOW + timedelta(seconds=second)) for second in (1, 2, 3)]
        go.set()
        assert [job.result(10) for job in (first, *others)] == [1, 1, 1, 1]
    assert computed == [NOW]


def test_only_so_many_moments_are_kept_and_each_is_answered() -> None:
    computed: list[datetime] = []

    @once_a_minute
    def answer(at: datetime) -> datetime:
        computed.append(at)
        return at

    moments = [NOW + timedelta(minutes=number) for number in range(MOST + 1)]
    assert [answer(moment) for moment in moments] == moments
    answer(moments[-1])
    assert len(computed) == MOST + 1
    answer(moments[0])
    assert len(computed) == MOST + 2


def test_what_is_forgotten_is_computed_anew() -> None:
    computed: list[datetime] = []

    @once_a_minute
    def count(at: datetime) -> int:
        computed.append(at)
        return len(computed)

    assert (count(NOW), count(NOW)) == (1, 1)
    count.forget()
    assert count(NOW) == 2
