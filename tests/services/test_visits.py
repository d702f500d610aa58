"""The ledger: adding, setting, undoing, and what a retried request does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from services.actions.days import nil_return
from services.actions.ledger import ChangedMeanwhile
from services.actions.visits import Bucket, add_visits, set_visits, undo_entry
from services.choices import EntryKind, Method, WorkerGroup
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.models import MapChange, Station, User
from tests.conftest import World
from tests.factories import make_keeper, make_station
from tests.services.conftest import TODAY, bucket, count_visits, sender

KEY = UUID("6f1f2f5e-0000-4000-8000-000000000001")


def figures() -> list[int]:
    return list(Visit.objects.order_by("pk").values_list("count", flat=True))


def test_each_add_is_a_line_and_the_bucket_is_their_sum(world: World) -> None:
    count_visits(world.keeper, world.station, 2)
    entry = count_visits(world.keeper, world.station, 3)
    assert figures() == [5]
    assert (entry.kind, entry.change, entry.by) == (EntryKind.ADD, 3, world.keeper)
    assert LedgerChange.objects.count() == MapChange.objects.filter(is_live_only=True).count() == 2


def test_a_retried_request_counts_once(world: World) -> None:
    first = add_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY))
    again = add_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY))
    assert first == again
    assert figures() == [1]


def test_a_retry_is_answered_even_when_the_month_was_locked_meanwhile(
    world: World, request: pytest.FixtureRequest
) -> None:
    first = add_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY))
    request.getfixturevalue("locked")
    assert add_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY)) == first


def test_a_key_used_for_something_else_is_refused(world: World) -> None:
    add_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY))
    others: list[tuple[Bucket, int]] = [
        (bucket(world.station), 2),
        (bucket(world.station, WorkerGroup.TAXI), 1),
        (bucket(world.station, day=TODAY - timedelta(days=1)), 1),
        (bucket(world.station, hour=9), 1),
    ]
    for about, count in others:
        with pytest.raises(StaleState, match="key"):
            add_visits(bucket=about, count=count, sender=sender(world.keeper, KEY))
    with pytest.raises(StaleState, match="key"):
        set_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper, KEY))
    assert figures() == [1]


def test_a_minus_is_a_line_too_and_never_below_nobody(world: World) -> None:
    count_visits(world.keeper, world.station, 1)
    count_visits(world.keeper, world.station, -1)
    with pytest.raises(Refused, match="less than nobody"):
        count_visits(world.keeper, world.station, -1)
    assert figures() == [0]


def test_setting_a_figure_stores_the_difference(world: World) -> None:
    count_visits(world.keeper, world.station, 4)
    entry = set_visits(bucket=bucket(world.station), count=10, sender=sender(world.keeper, KEY))
    assert (entry.kind, entry.change) == (EntryKind.SET, 6)
    count_visits(world.keeper, world.station, 1)
    assert set_visits(bucket=bucket(world.station), count=10, sender=sender(world.keeper, KEY)) == entry
    assert figures() == [11]
    with pytest.raises(StaleState, match="key"):
        set_visits(bucket=bucket(world.station), count=11, sender=sender(world.keeper, KEY))


def test_an_undo_is_a_line_of_its_own_and_happens_once(world: World) -> None:
    entry = count_visits(world.keeper, world.station, 3)
    undo = undo_entry(entry=entry, sender=sender(world.keeper, KEY))
    assert (undo.change, undo.undoes, figures()) == (-3, entry, [0])
    assert undo_entry(entry=entry, sender=sender(world.keeper, KEY)) == undo
    with pytest.raises(Refused, match="already"):
        undo_entry(entry=entry, sender=sender(world.keeper))
    with pytest.raises(Refused, match="takes another one back"):
        undo_entry(entry=undo, sender=sender(world.keeper))


def test_an_undo_that_would_go_below_nobody_is_refused(world: World) -> None:
    entry = count_visits(world.keeper, world.station, 3)
    set_visits(bucket=bucket(world.station), count=1, sender=sender(world.keeper))
    with pytest.raises(Refused, match="later lines"):
        undo_entry(entry=entry, sender=sender(world.keeper))


def test_within_a_method_a_day_is_hourly_or_whole(world: World) -> None:
    whole = count_visits(world.keeper, world.station)
    with pytest.raises(Refused, match="whole day"):
        count_visits(world.keeper, world.station, hour=9)
    count_visits(world.keeper, world.station, hour=9, method=Method.GATE)
    with pytest.raises(Refused, match="by the hour"):
        count_visits(world.keeper, world.station, method=Method.GATE)
    undo_entry(entry=whole, sender=sender(world.keeper))
    assert count_visits(world.keeper, world.station, hour=9).hour == 9


@pytest.mark.parametrize(
    ("count", "hour", "field"),
    [(0, None, "count"), (100_001, None, "count"), (-100_001, None, "count"), (1, 24, "hour")],
)
def test_impossible_figures_are_named(world: World, count: int, hour: int | None, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        count_visits(world.keeper, world.station, count, hour=hour)
    assert caught.value.field == field


def test_a_figure_cannot_be_set_below_nobody(world: World) -> None:
    with pytest.raises(Invalid):
        set_visits(bucket=bucket(world.station), count=-1, sender=sender(world.keeper))


def test_days_that_cannot_be_take_no_visits(world: World) -> None:
    with pytest.raises(Invalid):
        count_visits(world.keeper, world.station, day=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="days back"):
        count_visits(world.keeper, world.station, day=TODAY - timedelta(days=8))
    assert not StationDay.objects.exists()


WRITES: list[Callable[[Station, User], VisitEntry]] = [
    lambda station, by: add_visits(bucket=bucket(station), count=1, sender=sender(by)),
    lambda station, by: set_visits(bucket=bucket(station), count=1, sender=sender(by)),
    lambda station, by: undo_entry(entry=VisitEntry.objects.get(station=station), sender=sender(by)),
]


@pytest.mark.parametrize("write", WRITES)
def test_nobody_else_writes_the_ledger(world: World, write: Callable[[Station, User], VisitEntry]) -> None:
    count_visits(world.keeper, world.station)
    for person in (world.official, world.auditor, world.outsider):
        with pytest.raises(Refused, match="Only the keepers"):
            write(world.station, person)
    assert figures() == [1]


@pytest.mark.parametrize("write", WRITES)
def test_a_locked_month_takes_no_visits(
    world: World, write: Callable[[Station, User], VisitEntry], request: pytest.FixtureRequest
) -> None:
    count_visits(world.keeper, world.station)
    reason = request.getfixturevalue("locked")
    with pytest.raises(Refused, match=reason):
        write(world.station, world.officer)
    assert figures() == [1]


@pytest.mark.django_db(transaction=True)
def test_the_same_tap_sent_many_times_at_once_counts_once() -> None:
    station = make_station()
    keeper = make_keeper(station)

    def send(key: UUID) -> UUID:
        try:
            return add_visits(bucket=bucket(station), count=1, sender=sender(keeper, key)).client_key
        finally:
            connection.close()

    keys = [uuid4(), uuid4()]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, keys * 4))
    assert sorted(answers) == sorted(keys * 4)
    assert figures() == [2]
    assert VisitEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_several_who_replace_the_same_figure_at_once_one_does_and_the_others_are_told() -> None:
    station = make_station()
    keeper = make_keeper(station, name="王站长")

    def replace(count: int) -> int | str:
        try:
            return set_visits(bucket=bucket(station), count=count, seen=0, sender=sender(keeper)).change
        except ChangedMeanwhile as changed:
            return f"there are {changed.theirs} now"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(replace, (3, 4, 5, 6)))
    (written,) = figures()
    assert sorted(map(str, answers)) == sorted([str(written), *[f"there are {written} now"] * 3])


GROUPS = st.sampled_from([WorkerGroup.COURIER, WorkerGroup.PUBLIC])
METHODS = st.sampled_from([Method.GATE, Method.TALLY])
HOURS = st.sampled_from([None, 8, 9])
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), GROUPS, METHODS, HOURS, st.integers(-3, 5), st.integers(1, 2)),
        st.tuples(st.just("set"), GROUPS, METHODS, HOURS, st.integers(0, 9), st.integers(1, 2)),
        st.tuples(st.just("undo"), GROUPS, METHODS, HOURS, st.integers(0, 9), st.integers(1, 2)),
        st.tuples(st.just("nil"), GROUPS, METHODS, HOURS, st.just(0), st.just(1)),
    ),
    max_size=14,
)


class LedgerProperties(HypothesisTestCase):
    """Whatever is sent, however often."""

    @settings(max_examples=25)
    @given(OPERATIONS)
    def test_a_bucket_is_the_sum_of_its_entries_and_never_negative(
        self, operations: list[tuple[str, WorkerGroup, Method, int | None, int, int]]
    ) -> None:
        station = make_station()
        keeper = make_keeper(station)
        for name, group, method, hour, figure, times in operations:
            key = uuid4()
            for _ in range(times):
                operate(name, bucket(station, group, method, hour=hour), figure, keeper, key)
            assert_the_ledger_adds_up(station)


def operate(name: str, about: Bucket, figure: int, by: User, key: UUID) -> None:
    entries = list(VisitEntry.objects.filter(station=about.station).order_by("pk"))
    try:
        if name == "add":
            add_visits(bucket=about, count=figure, sender=sender(by, key))
        elif name == "set":
            set_visits(bucket=about, count=figure, sender=sender(by, key))
        elif name == "nil":
            nil_return(station=about.station, day=about.day, by=by)
        elif entries:
            # A second sending of the same undo names the same line, also when the first one has added a line.
            known = VisitEntry.objects.filter(client_key=key).first()
            target = known.undoes if known and known.undoes else entries[figure % len(entries)]
            undo_entry(entry=target, sender=sender(by, key))
    except PortalError:
        pass


def assert_the_ledger_adds_up(station: Station) -> None:
    key = ("date", "hour", "group", "method")
    sums = VisitEntry.objects.filter(station=station).values_list(*key).annotate(total=Sum("change"))
    buckets = {row[:4]: row[4] for row in Visit.objects.filter(station=station).values_list(*key, "count")}
    assert buckets == {row[:4]: row[4] for row in sums}
    assert all(count >= 0 for count in buckets.values())
    counting = Visit.objects.filter(station=station, count__gt=0)
    for method in Method:
        hours = {hour is None for hour in counting.filter(method=method).values_list("hour", flat=True)}
        assert len(hours) <= 1
    record = StationDay.objects.filter(station=station).first()
    if record:
        assert not (record.is_nil and counting.exists())
        assert record.counted_by == min(counting.values_list("method", flat=True), key=list(Method).index, default="")
