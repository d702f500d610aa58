"""Who runs a station, by date: handing it over, moving the day, and correcting the past."""

from datetime import date
from typing import Any

import pytest

from harbor_portal.lib.errors import Refused
from stations import policies
from stations.actions.postings import save_postings
from stations.models import MapChange, Posting, Station
from tests.conftest import World
from tests.factories import SINCE, make_division

DAY, DAY_BEFORE = date(2026, 11, 21), date(2026, 11, 20)
FAR = date(9999, 12, 30)


def new_posting(station: Station, **values: Any) -> Posting:
    return Posting(station=station, **{"since": DAY} | values)


def changed(posting: Posting, **values: Any) -> Posting:
    for name, value in values.items():
        setattr(posting, name, value)
    return posting


def hand_over(world: World, **line: Any) -> None:
    """From `DAY` on, said as it is said in the form: the old posting ends, the new one begins."""
    ended = changed(world.station.postings.get(), until=DAY_BEFORE)
    save_postings(by=world.officer, station=world.station, postings=[new_posting(world.station, **line), ended])


def test_a_station_that_moves_keeps_its_earlier_days_where_they_were(world: World) -> None:
    hand_over(world, operator=world.branch, supervisor=world.union)
    earlier, later = world.station.postings.order_by("since")
    assert (earlier.supervisor, earlier.until) == (world.district_union, DAY_BEFORE)
    assert (later.supervisor, later.since, later.until) == (world.union, DAY, None)
    assert earlier.history.latest().history_user == world.officer
    assert MapChange.objects.filter(station=world.station, is_live_only=False).exists()


def test_a_new_posting_without_a_supervisor_gets_the_nearest_union(world: World) -> None:
    hand_over(world, operator=world.branch, division=make_division())
    assert world.station.postings.get(until=None).supervisor == world.district_union


def test_a_station_given_away_is_given_away_in_one_step(world: World) -> None:
    hand_over(world, operator=world.other_bank, supervisor=world.branch)
    with pytest.raises(Refused, match="your own units"):
        save_postings(
            by=world.officer,
            station=world.station,
            postings=[changed(world.station.postings.get(until=None), supervisor=None)],
        )


@pytest.mark.parametrize("day", [date(2026, 11, 11), date(2026, 11, 30)])
def test_the_day_of_the_move_is_moved_in_either_direction(world: World, day: date) -> None:
    hand_over(world, operator=world.branch)
    earlier, later = world.station.postings.order_by("since")
    ended = date.fromordinal(day.toordinal() - 1)
    both = [changed(earlier, until=ended), changed(later, since=day)]
    save_postings(by=world.officer, station=world.station, postings=both)
    assert list(world.station.postings.order_by("since").values_list("since", "until")) == [(SINCE, ended), (day, None)]


def test_two_postings_of_one_day_are_refused_with_the_one_that_is_meant(world: World) -> None:
    with pytest.raises(Refused, match=r"Posting since 21 Nov 2026: Another posting of this station covers"):
        save_postings(
            by=world.officer, station=world.station, postings=[new_posting(world.station, operator=world.branch)]
        )


@pytest.mark.parametrize("who", ["keeper", "official", "auditor", "outsider"])
def test_only_officers_of_the_station_say_who_runs_it(world: World, who: str) -> None:
    ended = changed(world.station.postings.get(), until=DAY_BEFORE)
    with pytest.raises(Refused):
        save_postings(by=getattr(world, who), station=world.station, postings=[ended])
    assert world.station.postings.get().until is None


def test_what_others_ran_is_not_made_ones_own(world: World) -> None:
    Posting.objects.filter(station=world.station).update(operator=world.other_bank, supervisor=None, until=DAY_BEFORE)
    before = world.station.postings.get()
    Posting.objects.create(station=world.station, operator=world.branch, since=DAY)
    with pytest.raises(Refused, match=r"Posting since .* then may change this"):
        save_postings(by=world.officer, station=world.station, postings=[changed(before, operator=world.branch)])
    before.refresh_from_db()
    assert before.operator == world.other_bank


@pytest.mark.parametrize(
    ("values", "spans"),
    [
        ({"until": DAY_BEFORE}, [("branch", DAY, FAR), ("district_union", DAY, FAR)]),
        ({"since": DAY}, [("branch", SINCE, DAY_BEFORE), ("district_union", SINCE, DAY_BEFORE)]),
        ({"operator": "bank"}, [("branch", SINCE, FAR), ("bank", SINCE, FAR)]),
        ({"supervisor": None}, [("district_union", SINCE, FAR)]),
        ({"division": None}, []),
        ({"until": date.max}, []),
    ],
)
def test_the_days_are_asked_for_that_change_hands_and_no_others(
    world: World, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], spans: list[tuple[str, date, date]]
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(policies, "SPAN_LOCKS", [lambda *span: asked.append(span)])
    said = {name: getattr(world, value) if isinstance(value, str) else value for name, value in values.items()}
    posting = changed(world.station.postings.get(), **said)
    save_postings(by=world.admin, station=world.station, postings=[posting])
    assert asked == [([getattr(world, unit).path], first, last, None) for unit, first, last in spans]
