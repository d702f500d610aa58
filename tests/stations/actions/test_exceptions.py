"""Saying that other hours hold on some dates."""

from datetime import date
from typing import Any

import pytest

from harbor_portal.lib.errors import Invalid, Refused
from stations import changes
from stations.actions.exceptions import add_exception, change_exception, remove_exception
from stations.models import HoursException, MapChange, User
from tests.conftest import World
from tests.factories import make_exception, make_member, make_station, make_unit

FIRST, LAST = date(2026, 12, 24), date(2026, 12, 26)
SAID: dict[str, Any] = {"first": FIRST, "last": LAST, "hours": "9:00-12:00", "reason": "年末盘点"}


def marked() -> set[int | None]:
    return set(MapChange.objects.values_list("station_id", flat=True))


def test_an_officer_says_it_of_a_station(world: World) -> None:
    made = add_exception(by=world.officer, owner=world.station, **SAID)
    kept = HoursException.objects.get()
    assert (kept.pk, kept.station, kept.unit, kept.by) == (made.pk, world.station, None, world.officer)
    assert (kept.first, kept.last, kept.hours, kept.reason) == (FIRST, LAST, "09:00-12:00", "年末盘点")
    assert kept.history.get().history_user == world.officer
    assert marked() == {world.station.pk}


def test_one_entry_of_a_unit_concerns_all_that_it_and_the_units_below_it_operate(world: World) -> None:
    outlet = make_unit("济西支行", world.branch)
    below = make_station(operator=outlet)
    make_station("指导而不运营", supervisor=world.branch)
    add_exception(by=world.officer, owner=world.branch, **SAID)
    assert HoursException.objects.get().unit == world.branch
    assert marked() == {world.station.pk, world.sister.pk, below.pk}


def test_a_very_large_unit_is_noted_with_one_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_NAMED", 1)
    add_exception(by=world.officer, owner=world.branch, **SAID)
    change = MapChange.objects.get()
    assert (change.station_id, change.is_live_only) == (None, False)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("休息", "off"),
        ("OFF", "off"),
        ("放假", "off"),
        ("08:00-12:00", "08:00-12:00"),
        ("9点到12点", "09:00-12:00"),
    ],
)
def test_hours_are_read_as_people_write_them(world: World, text: str, hours: str) -> None:
    made = add_exception(by=world.officer, owner=world.station, **SAID | {"hours": text})
    assert made.hours == hours


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("hours", {"hours": "随缘"}),
        ("hours", {"hours": ""}),
        ("last", {"last": date(2026, 12, 23)}),
        ("last", {"last": date(2027, 12, 27)}),
        ("reason", {"reason": " "}),
        ("reason", {"reason": "长" * 101}),
    ],
)
def test_what_cannot_be_is_refused_by_name(world: World, field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        add_exception(by=world.officer, owner=world.station, **SAID | change)
    assert refused.value.field == field
    assert marked() == set()


@pytest.mark.parametrize("days", [(FIRST, FIRST), (LAST, date(2026, 12, 31)), (date(2026, 12, 1), date(2026, 12, 31))])
def test_two_exceptions_of_one_owner_do_not_overlap(world: World, days: tuple[date, date]) -> None:
    for owner in (world.station, world.branch):
        add_exception(by=world.officer, owner=owner, **SAID)
        with pytest.raises(Invalid, match="covers some of these days"):
            add_exception(by=world.officer, owner=owner, **SAID | {"first": days[0], "last": days[1]})
    assert HoursException.objects.count() == 2


def test_changing_writes_history_and_nothing_when_nothing_differs(world: World) -> None:
    made = add_exception(by=world.officer, owner=world.station, **SAID)
    MapChange.objects.all().delete()
    change_exception(by=world.officer, exception=made, **SAID)
    assert (made.history.count(), marked()) == (1, set())
    change_exception(by=world.admin, exception=made, **SAID | {"hours": "off"})
    latest = made.history.latest()
    assert (latest.hours, latest.history_user, marked()) == ("off", world.admin, {world.station.pk})
    assert HoursException.objects.get().by == world.admin


def test_taking_it_back_keeps_what_was_said(world: World) -> None:
    made = add_exception(by=world.officer, owner=world.branch, **SAID)
    MapChange.objects.all().delete()
    remove_exception(by=world.officer, exception=made)
    assert not HoursException.objects.exists()
    last = HoursException.history.latest()
    assert (last.history_type, last.history_user, last.reason) == ("-", world.officer, "年末盘点")
    assert marked() == {world.station.pk, world.sister.pk}


@pytest.mark.parametrize("name", ["keeper", "official", "auditor", "outsider"])
def test_only_officers_of_the_line_may(world: World, name: str) -> None:
    by: User = getattr(world, name)
    for owner in (world.station, world.branch):
        made = make_exception(owner)
        with pytest.raises(Refused):
            add_exception(by=by, owner=owner, **SAID)
        with pytest.raises(Refused):
            change_exception(by=by, exception=made, **SAID)
        with pytest.raises(Refused):
            remove_exception(by=by, exception=made)
    assert HoursException.history.filter(history_user=by).count() == 0


def test_an_officer_says_nothing_of_the_units_above(world: World) -> None:
    with pytest.raises(Refused, match="中国建设银行"):
        add_exception(by=world.officer, owner=world.bank, **SAID)
    add_exception(by=make_member(world.bank), owner=world.branch, **SAID)


def test_it_counts_who_operates_the_station_today(world: World) -> None:
    """A station that was handed over is not closed by the unit that had it before."""
    posting = world.sister.postings.get()
    posting.until = date(2025, 6, 30)
    posting.save()
    add_exception(by=world.officer, owner=world.branch, **SAID)
    assert marked() == {world.station.pk}
