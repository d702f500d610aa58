"""Putting a unit below another one from a month on: who may, when it is refused, and what the tree was before."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.months import Month
from stations import policies
from stations.actions.units import move_unit
from stations.choices import Role, UnitKind
from stations.models import MapChange, Station, Unit, UnitMove, User
from stations.trees import TODAY, eras, tree_on
from tests.conftest import World
from tests.factories import make_member, make_unit

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 1)


def move(unit: Unit, parent: Unit, by: User, **said: Any) -> UnitMove:
    values: dict[str, Any] = {"since": NOVEMBER, "reason": "机构调整"} | said
    return move_unit(unit=unit, parent=parent, by=by, **values)


@pytest.fixture
def elsewhere(world: World) -> Unit:
    """Another city of the bank."""
    return make_unit("青岛分行", world.bank, code="CCB-QD")


@pytest.fixture
def head(world: World) -> User:
    return make_member(world.bank, name="总行专员")


def again(unit: Unit) -> Unit:
    found: Unit = Unit.objects.get(pk=unit.pk)
    return found


def then(unit: Unit, day: date) -> list[int]:
    """The unit and those above it on that day."""
    paths = dict(Unit.objects.values_list("path", "pk"))
    return [paths[path] for path in tree_on(day).above(again(unit).path)]


def test_a_unit_moves_with_everything_below_it_and_what_was_is_kept(world: World, elsewhere: Unit, head: User) -> None:
    outlet = make_unit("泉城支行", world.branch, code="CCB-JN-1")
    moved = move(world.branch, elsewhere, head)
    assert (moved.unit, moved.old_parent, moved.new_parent) == (world.branch, world.bank, elsewhere)
    assert (moved.since, moved.reason, moved.by) == (NOVEMBER, "机构调整", head)
    assert moved.history.get().history_user == head
    assert then(outlet, NOVEMBER) == [outlet.pk, world.branch.pk, elsewhere.pk, world.bank.pk]
    assert then(outlet, date(2026, 10, 31)) == [outlet.pk, world.branch.pk, world.bank.pk]
    assert tree_on(NOVEMBER) == TODAY


def test_who_may_see_follows_the_tree_of_today(world: World, elsewhere: Unit, head: User) -> None:
    there = make_member(elsewhere)
    assert not Station.objects.visible_to(there).exists()
    move(world.branch, elsewhere, head)
    assert set(Station.objects.visible_to(there)) == {world.station, world.sister}


def test_the_map_follows_since_other_exceptions_to_the_hours_hold_now(
    world: World, elsewhere: Unit, head: User
) -> None:
    move(world.branch, elsewhere, head)
    assert set(MapChange.objects.values_list("station", flat=True)) == {world.station.pk, world.sister.pk}


def test_each_month_has_one_tree_however_often_a_unit_moves(world: World, elsewhere: Unit, head: User) -> None:
    outlet = make_unit("泉城支行", world.branch, code="CCB-JN-1")
    move(outlet, elsewhere, head, since=OCTOBER)
    move(elsewhere, world.branch, head)
    move(outlet, world.bank, head)
    assert then(outlet, date(2026, 9, 30)) == [outlet.pk, world.branch.pk, world.bank.pk]
    assert then(outlet, OCTOBER) == [outlet.pk, elsewhere.pk, world.bank.pk]
    assert then(outlet, NOVEMBER) == [outlet.pk, world.bank.pk]
    spans = [(era.first, era.last) for era in eras(date(2026, 9, 1), date(2026, 11, 30))]
    assert spans == [
        (date(2026, 9, 1), date(2026, 9, 30)),
        (OCTOBER, date(2026, 10, 31)),
        (NOVEMBER, date(2026, 11, 30)),
    ]


def test_a_subtree_is_read_as_it_was(world: World, elsewhere: Unit, head: User) -> None:
    outlet = make_unit("泉城支行", world.branch, code="CCB-JN-1")
    desk = make_unit("泉城支行网点", outlet, code="CCB-JN-1-1")
    move(outlet, elsewhere, head, since=OCTOBER)
    move(world.branch, elsewhere, head)
    for day, of_branch, of_elsewhere in (
        (date(2026, 9, 1), {world.branch, outlet, desk}, {elsewhere}),
        (OCTOBER, {world.branch}, {elsewhere, outlet, desk}),
        (NOVEMBER, {world.branch}, {elsewhere, outlet, desk, world.branch}),
    ):
        tree = tree_on(day)
        for unit, below in ((world.branch, of_branch), (elsewhere, of_elsewhere), (desk, {desk})):
            assert set(Unit.objects.filter(tree.below([again(unit).path]))) == below, (day, unit)
        assert Unit.objects.filter(tree.below([world.bank.path])).count() == 5


def test_only_officers_above_both_and_administrators_move_a_unit(world: World, elsewhere: Unit, head: User) -> None:
    nobody: Any = AnonymousUser()
    for by in (nobody, world.keeper, world.officer, world.auditor, world.outsider, make_member(elsewhere)):
        with pytest.raises(Refused, match="officer of units above both"):
            move(world.branch, elsewhere, by)
    official = make_member(world.bank, Role.REVIEWER)
    with pytest.raises(Refused, match="officer of units above both"):
        move(world.branch, elsewhere, official)
    with pytest.raises(Refused, match="officer of units above both"):
        move(world.branch, world.other_bank, head)
    assert not UnitMove.objects.exists()
    assert move(world.branch, world.other_bank, world.admin).old_parent == world.bank


def test_the_top_of_a_hierarchy_is_put_below_another_one_by_an_administrator(world: World, head: User) -> None:
    with pytest.raises(Refused):
        move(world.bank, world.other_bank, head)
    assert move(world.bank, world.other_bank, world.admin).old_parent is None
    assert then(world.branch, NOVEMBER) == [world.branch.pk, world.bank.pk, world.other_bank.pk]
    assert then(world.branch, OCTOBER) == [world.branch.pk, world.bank.pk]


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        (date(2026, 11, 16), "first day of a month"),
        (date(2026, 12, 1), "has not come yet"),
        (date(1999, 12, 1), "too far back"),
    ],
)
def test_a_move_begins_with_a_month_that_has_come(world: World, elsewhere: Unit, since: date, sentence: str) -> None:
    refused(world.branch, elsewhere, world, "since", sentence, since=since)


def test_a_unit_does_not_move_before_its_last_move(world: World, elsewhere: Unit) -> None:
    move(world.branch, elsewhere, world.admin)
    refused(world.branch, world.bank, world, "since", "moved already", since=OCTOBER)


def test_a_unit_moves_only_to_where_it_can_stand(world: World, elsewhere: Unit) -> None:
    outlet = make_unit("泉城支行", world.branch, code="CCB-JN-1")
    refused(world.branch, world.bank, world, "parent", "already")
    refused(world.branch, world.branch, world, "parent", "itself or below it")
    refused(world.branch, outlet, world, "parent", "itself or below it")
    refused(world.branch, world.union, world, "parent", "different kinds")
    refused(world.branch, elsewhere, world, "reason", "why", reason="  ")
    refused(world.branch, elsewhere, world, "reason", "100", reason="久" * 101)


def test_a_ring_in_a_month_that_is_over_is_refused_too(world: World, elsewhere: Unit) -> None:
    move(world.branch, elsewhere, world.admin, since=OCTOBER)
    move(world.branch, world.bank, world.admin)
    refused(elsewhere, world.branch, world, "parent", "was in 2026-10", since=OCTOBER)
    assert move(elsewhere, world.branch, world.admin).since == NOVEMBER


def refused(unit: Unit, parent: Unit, world: World, field: str, sentence: str, **said: Any) -> None:
    """By an administrator; nothing is half-written."""
    before = list(Unit.objects.values_list("pk", "path")), UnitMove.objects.count()
    with pytest.raises(Invalid, match=sentence) as error:
        move(unit, parent, world.admin, **said)
    assert error.value.field == field
    assert (list(Unit.objects.values_list("pk", "path")), UnitMove.objects.count()) == before


@pytest.mark.parametrize("whose", ["old", "new"])
def test_a_month_that_one_of_the_lines_has_handed_in_is_not_written_anew(
    world: World, elsewhere: Unit, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    held = world.branch if whose == "old" else elsewhere
    asked = []

    def lock(paths: Collection[str], first: date, last: date, station: int | None) -> str | None:
        asked.append((first, last, station))
        return "Locked: handed in" if held.path in paths and first <= OCTOBER else None

    monkeypatch.setattr(policies, "SPAN_LOCKS", [lock])
    with pytest.raises(PortalError, match="Locked: handed in"):
        move(world.branch, elsewhere, world.admin, since=OCTOBER)
    assert not UnitMove.objects.exists()
    assert move(world.branch, elsewhere, world.admin).since == NOVEMBER
    assert {(last, station) for _first, last, station in asked} == {(date(2026, 11, 23), None)}


@pytest.mark.parametrize("change", ["delete", "since", "new_parent"])
def test_the_database_itself_keeps_what_was(world: World, elsewhere: Unit, change: str) -> None:
    rows = UnitMove.objects.filter(pk=move(world.branch, elsewhere, world.admin).pk)
    values: dict[str, Any] = {"since": OCTOBER, "new_parent": world.bank}
    with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
        rows.delete() if change == "delete" else rows.update(**{change: values[change]})
    assert rows.get().since == NOVEMBER


def test_moves_are_seen_with_their_unit(world: World, elsewhere: Unit) -> None:
    moved = move(world.branch, elsewhere, world.admin)
    assert list(UnitMove.objects.visible_to(world.officer)) == [moved]
    assert not UnitMove.objects.visible_to(world.outsider).exists()
    assert str(moved) == "济南分行 → 青岛分行 (2026-11-01)"
    assert Month.of(moved.since) == Month(2026, 11)
    assert world.branch.kind == UnitKind.BANK
