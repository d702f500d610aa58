"""Whatever is edited in whatever order, the incremental roll-up equals the full one."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harbor_portal.lib.errors import PortalError
from reports.rollups.adding_up import roll_up
from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit
from stations.actions.merging import merge_stations
from stations.actions.units import move_unit
from stations.actions.uploads import ask_to_enter, keep_upload, work_on
from stations.choices import DayKind, StationStatus, UploadState
from stations.imports.kinds import KINDS
from stations.models import CalendarDay, HoursException, Posting, Station, Unit
from tests.conftest import World
from tests.factories import make_exception, make_schedule
from tests.reports.builders import OCTOBER, figures, hand_over, mark, october
from tests.stations.imports.lists import csv_list, undone

GROUPS = [WorkerGroup.COURIER, WorkerGroup.PUBLIC]
METHODS = [Method.GATE, Method.TALLY, Method.ESTIMATE]
whose, days = st.integers(0, 2), st.integers(1, 4)

visits = st.tuples(st.just("visit"), whose, days, st.sampled_from(GROUPS), st.sampled_from(METHODS), st.integers(0, 3))
records = st.tuples(
    st.just("record"), whose, days, st.sampled_from(["", *METHODS]), st.booleans(), st.booleans(), st.booleans()
)
handovers = st.tuples(st.just("hand over"), whose, days)
moves = st.tuples(st.just("move"), whose, days)
closures = st.tuples(st.just("close"), whose, days)
removals = st.tuples(st.just("remove"), whose)
hours = st.tuples(st.just("hours"), whose, st.sampled_from(["", "Mo-Su 08:00-12:00,13:00-17:00", "Th-Sa 22:00-02:00"]))
exceptions = st.tuples(st.just("except"), st.integers(0, 4), days, st.sampled_from(["off", "10:00-12:00", ""]))
suspensions = st.tuples(st.just("suspend"), whose, days, st.booleans())
holidays = st.tuples(st.just("holiday"), days)
parents = st.tuples(st.just("move the branch"), st.sampled_from([OCTOBER.first, OCTOBER.plus(1).first]))
lists = st.tuples(st.just("list"), whose, days, st.integers(0, 3), st.booleans())
merges = st.tuples(st.just("merge"))
runs = st.tuples(st.just("roll up"))
# A ledger to begin with, in which days of two methods are common, and then edits of all kinds.
ledgers = st.lists(visits, min_size=5, max_size=10)
what_was_done = (visits, records, lists, merges, handovers, moves, closures, removals)
what_was_to_be_done = (hours, exceptions, suspensions, holidays, parents)
edits = st.lists(st.one_of(*what_was_done, *what_was_to_be_done, runs, runs), max_size=14)


def _station(world: World, whose: int) -> Station:
    """What has become part of another one is that one."""
    station: Station = Station.objects.get(pk=(world.station, world.sister, world.elsewhere)[whose].pk)
    into: Station | None = station.merged_into
    return into or station


def _visit(world: World, whose: int, day: int, group: str, method: str, count: int) -> None:
    station = _station(world, whose)
    Visit.objects.update_or_create(
        station=station, date=october(day), hour=None, group=group, method=method, defaults={"count": count}
    )
    mark(station, october(day))


def _record(world: World, whose: int, day: int, counted_by: str, nil: bool, opened: bool, explained: bool) -> None:
    station = _station(world, whose)
    opened_at = f"2026-10-{day:02d}T08:30+08:00" if opened else None
    values = {"counted_by": counted_by, "is_nil": nil, "opened_at": opened_at, "remark": "停电" if explained else ""}
    StationDay.objects.update_or_create(station=station, date=october(day), defaults=values)
    mark(station, october(day))


def _list(world: World, whose: int, day: int, count: int, is_taken_back: bool) -> None:
    """Entered as a list, and perhaps taken back; what a list may not say is refused, and changes nothing."""
    where = {"站点编码": _station(world, whose).code, "日期": october(day), "人群": "快递员"}
    data = csv_list(where | {"计数方式": "台账", "人次": count})
    upload = keep_upload(by=world.admin, kind=KINDS["visits"], name="list.csv", data=data)
    work_on(upload.pk)
    upload.refresh_from_db()
    if upload.state == UploadState.CHECKED:
        ask_to_enter(by=world.admin, upload=upload)
        if work_on(upload.pk) == UploadState.ENTERED and is_taken_back:
            undone(world.admin, upload)


def _merge(world: World) -> None:
    """The sister becomes part of the station, once."""
    with suppress(PortalError):
        merge_stations(duplicate=world.sister, into=world.station, reason="一处两名", by=world.admin)


def _hand_over(world: World, whose: int, day: int) -> None:
    station = _station(world, whose)
    last = station.postings.order_by("since").last()
    if last and last.until is None and last.since < october(day):
        hand_over(station, october(day), world.other_bank)


def _move(world: World, whose: int, day: int) -> None:
    """Move the day of the last handover."""
    station = _station(world, whose)
    *earlier, last = station.postings.order_by("since")
    if earlier and earlier[-1].since < october(day) <= (last.until or OCTOBER.last):
        Posting.objects.filter(pk=earlier[-1].pk).update(until=earlier[-1].since)  # no overlap on the way
        Posting.objects.filter(pk=last.pk).update(since=october(day))
        Posting.objects.filter(pk=earlier[-1].pk).update(until=october(day) - timedelta(days=1))


def _close(world: World, whose: int, day: int) -> None:
    station = _station(world, whose)
    Posting.objects.filter(station=station, until=None, since__lte=october(day)).update(until=october(day))


def _remove(world: World, whose: int) -> None:
    station = _station(world, whose)
    *earlier, last = station.postings.order_by("since")
    if earlier:
        last.delete()


def _hours(world: World, whose: int, text: str) -> None:
    station = _station(world, whose)
    station.schedule = make_schedule(text) if text else None
    station.save()


def _except(world: World, whose: int, day: int, hours: str) -> None:
    """Of a station, of its bank or of the branch; or none any more."""
    owner = (world.station, world.sister, world.elsewhere, world.bank, world.branch)[whose]
    of = {"station" if isinstance(owner, Station) else "unit": owner}
    HoursException.objects.filter(first=october(day), **of).delete()
    if hours:
        make_exception(owner, october(day), hours=hours)


def _suspend(world: World, whose: int, day: int, ends: bool) -> None:
    station = _station(world, whose)
    was = station.status == StationStatus.SUSPENDED
    station.status = StationStatus.PUBLISHED if was else StationStatus.SUSPENDED
    station.suspended_from = None if was else october(day)
    station.suspended_until = october(day + 1) if ends and not was else None
    station.save()


def _holiday(world: World, day: int) -> None:
    CalendarDay.objects.update_or_create(date=october(day), defaults={"kind": DayKind.REST, "name": "国庆节"})


def _move_branch(world: World, since: date) -> None:
    """Under the other bank, or back; not before its last move."""
    above = Unit.objects.get_parent(Unit.objects.get(pk=world.branch.pk))
    last = world.branch.moves.order_by("since").last()
    move_unit(
        unit=world.branch,
        parent=world.bank if above == world.other_bank else world.other_bank,
        since=max(since, last.since) if last else since,
        reason="机构调整",
        by=world.admin,
    )


Edits = list[tuple[object, ...]]
EDITS: dict[str, Callable[..., object]] = {
    "visit": _visit,
    "record": _record,
    "list": _list,
    "merge": _merge,
    "hand over": _hand_over,
    "move": _move,
    "close": _close,
    "remove": _remove,
    "hours": _hours,
    "except": _except,
    "suspend": _suspend,
    "holiday": _holiday,
    "move the branch": _move_branch,
    "roll up": lambda _world: roll_up(OCTOBER),
}


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
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
