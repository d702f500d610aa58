"""Whatever is edited in whatever order, the incremental roll-up equals the full one."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.rollups import roll_up
from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit
from stations.models import Posting
from tests.conftest import World
from tests.reports.builders import OCTOBER, figures, hand_over, mark, october

GROUPS = [WorkerGroup.COURIER, WorkerGroup.PUBLIC]
METHODS = [Method.GATE, Method.TALLY, Method.ESTIMATE]
whose, days = st.integers(0, 2), st.integers(1, 4)

visits = st.tuples(st.just("visit"), whose, days, st.sampled_from(GROUPS), st.sampled_from(METHODS), st.integers(0, 3))
records = st.tuples(st.just("record"), whose, days, st.sampled_from(["", *METHODS]), st.booleans(), st.booleans())
handovers = st.tuples(st.just("hand over"), whose, days)
moves = st.tuples(st.just("move"), whose, days)
closures = st.tuples(st.just("close"), whose, days)
removals = st.tuples(st.just("remove"), whose)
runs = st.tuples(st.just("roll up"))
# A ledger to begin with, in which days of two methods are common, and then edits of all kinds.
ledgers = st.lists(visits, min_size=5, max_size=10)
edits = st.lists(st.one_of(visits, records, handovers, moves, closures, removals, runs), max_size=12)


def _visit(world: World, whose: int, day: int, group: str, method: str, count: int) -> None:
    station = (world.station, world.sister, world.elsewhere)[whose]
    Visit.objects.update_or_create(
        station=station, date=october(day), hour=None, group=group, method=method, defaults={"count": count}
    )
    mark(station, october(day))


def _record(world: World, whose: int, day: int, counted_by: str, nil: bool, opened: bool) -> None:
    station = (world.station, world.sister, world.elsewhere)[whose]
    opened_at = "2026-10-01T08:30+08:00" if opened else None
    values = {"counted_by": counted_by, "is_nil": nil, "opened_at": opened_at}
    StationDay.objects.update_or_create(station=station, date=october(day), defaults=values)
    mark(station, october(day))


def _hand_over(world: World, whose: int, day: int) -> None:
    station = (world.station, world.sister, world.elsewhere)[whose]
    last = station.postings.order_by("since").last()
    if last and last.until is None and last.since < october(day):
        hand_over(station, october(day), world.other_bank)


def _move(world: World, whose: int, day: int) -> None:
    """Move the day of the last handover."""
    station = (world.station, world.sister, world.elsewhere)[whose]
    *earlier, last = station.postings.order_by("since")
    if earlier and earlier[-1].since < october(day) <= (last.until or OCTOBER.last):
        Posting.objects.filter(pk=earlier[-1].pk).update(until=earlier[-1].since)  # no overlap on the way
        Posting.objects.filter(pk=last.pk).update(since=october(day))
        Posting.objects.filter(pk=earlier[-1].pk).update(until=october(day) - timedelta(days=1))


def _close(world: World, whose: int, day: int) -> None:
    station = (world.station, world.sister, world.elsewhere)[whose]
    Posting.objects.filter(station=station, until=None, since__lte=october(day)).update(until=october(day))


def _remove(world: World, whose: int) -> None:
    station = (world.station, world.sister, world.elsewhere)[whose]
    *earlier, last = station.postings.order_by("since")
    if earlier:
        last.delete()


Edits = list[tuple[object, ...]]
EDITS: dict[str, Callable[..., object]] = {
    "visit": _visit,
    "record": _record,
    "hand over": _hand_over,
    "move": _move,
    "close": _close,
    "remove": _remove,
    "roll up": lambda _world: roll_up(OCTOBER),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers, edits=edits)
def test_incremental_equals_full(world: World, ledger: Edits, edits: Edits) -> None:
    with transaction.atomic():
        for what, *about in [*ledger, *edits]:
            EDITS[str(what)](world, *about)
        roll_up(OCTOBER)
        incremental = figures()
        roll_up(OCTOBER, full=True)
        assert figures() == incremental
        transaction.set_rollback(True)
