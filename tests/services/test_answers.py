"""What officers do with reports: who may, what follows, and what happens when somebody else was quicker."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from services.actions.answers import (
    answer_feedback,
    confirm_open,
    follow_suggestion,
    hand_over,
    merge_feedback,
    suggests_action,
    take_in_hand,
)
from services.choices import FeedbackKind, FeedbackState
from services.facets import reported_closed
from services.models import Feedback
from stations.actions.amenities import report_broken
from stations.choices import Health, Role
from stations.models import MapChange, StationAmenity
from tests.conftest import World
from tests.factories import make_amenity, make_keeper, make_member
from tests.services.conftest import SHANGHAI
from tests.services.feedback import tell

Act = Callable[..., Any]


@pytest.fixture
def acts(world: World) -> list[Act]:
    """Everything that may be done with a report of the station, wanting only who does it."""
    broken = tell(world.station, FeedbackKind.BROKEN, amenity=make_amenity("water"))
    other = tell(world.station, FeedbackKind.REFUSED)
    return [
        partial(take_in_hand, feedback=broken),
        partial(hand_over, feedback=broken, to=world.officer),
        partial(answer_feedback, feedback=broken, text="已修好"),
        partial(merge_feedback, feedback=broken, into=other),
        partial(follow_suggestion, feedback=broken),
    ]


def test_only_officers_of_the_station_do_anything(world: World, acts: list[Act]) -> None:
    people = (world.keeper, world.official, world.auditor, world.outsider, make_keeper(world.station))
    before = list(Feedback.objects.values())
    for act in acts:
        for person in people:
            with pytest.raises(Refused, match="officers"):
                act(by=person)
    assert list(Feedback.objects.values()) == before


def test_nothing_is_done_with_what_is_answered_or_merged(world: World, acts: list[Act]) -> None:
    broken = Feedback.objects.get(kind=FeedbackKind.BROKEN)
    answer_feedback(feedback=broken, text="已修好", by=world.officer)
    for act in acts:
        with pytest.raises(StaleState, match="answered"):
            act(by=world.officer)
    voice = tell(world.sister)
    Feedback.objects.filter(pk=voice.pk).update(state=FeedbackState.MERGED, same_as=broken)
    with pytest.raises(StaleState, match="merged"):
        take_in_hand(feedback=voice, by=world.officer)


def test_a_report_is_taken_in_hand_handed_over_and_answered(world: World) -> None:
    colleague = make_member(world.bank, Role.OFFICER, name="周专员")
    entry = tell(world.station)
    assert take_in_hand(feedback=entry, by=world.officer).owner == world.officer
    assert hand_over(feedback=entry, to=colleague, by=world.officer).owner == colleague
    answer_feedback(feedback=entry, text=" 已联系\r\n网点 ", by=colleague)
    entry.refresh_from_db()
    assert (entry.state, entry.answer, entry.answered_by) == ("answered", "已联系\n网点", colleague)
    lines = entry.history.order_by("history_id").values_list("state", "history_user__name", "history_change_reason")
    assert list(lines) == [
        ("received", None, ""),
        ("in_hand", "李专员", "taken in hand"),
        ("in_hand", "李专员", "handed over"),
        ("answered", "周专员", "answered"),
    ]


def test_a_report_is_handed_only_to_an_officer_of_the_station(world: World) -> None:
    entry = tell(world.station)
    for person in (world.keeper, world.outsider, world.auditor):
        with pytest.raises(Invalid, match="no officer of this station"):
            hand_over(feedback=entry, to=person, by=world.officer)


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
def test_an_answer_says_something_in_few_words(world: World, text: str) -> None:
    with pytest.raises(Invalid):
        answer_feedback(feedback=tell(world.station), text=text, by=world.officer)


def test_the_answer_to_a_locked_door_takes_the_doubt_off_the_map(world: World) -> None:
    entry = tell(world.station)
    tell(world.station)
    MapChange.objects.all().delete()
    answer_feedback(feedback=entry, text="已开门", by=world.officer)
    assert reported_closed([world.station.pk]) == {}
    assert MapChange.objects.get().is_live_only


def test_who_comes_after_the_answer_is_heard_anew(world: World) -> None:
    answer_feedback(feedback=tell(world.station), text="已开门", by=world.officer)
    again = tell(world.station)
    assert (again.state, again.same_as) == (FeedbackState.RECEIVED, None)
    assert reported_closed([world.station.pk])


def test_merging_takes_all_voices_along(world: World) -> None:
    locked, refused = tell(world.station), tell(world.station, FeedbackKind.REFUSED)
    tell(world.station, FeedbackKind.REFUSED)
    take_in_hand(feedback=refused, by=world.officer)
    merge_feedback(feedback=refused, into=locked, by=world.officer)
    entry = Feedback.objects.entries().with_voices().get()
    assert (entry, entry.voice_count) == (locked, 3)
    assert set(Feedback.objects.filter(same_as=locked).values_list("state", flat=True)) == {"merged"}


def test_a_locked_door_merged_with_something_else_is_settled_with_it(world: World) -> None:
    other = tell(world.station, FeedbackKind.IDEA)
    merge_feedback(feedback=tell(world.station), into=other, by=world.officer)
    assert reported_closed([world.station.pk])
    MapChange.objects.all().delete()
    assert confirm_open(station=world.station, by=world.keeper) == 1
    assert reported_closed([world.station.pk]) == {}
    assert MapChange.objects.get().is_live_only


def test_the_answer_to_what_a_locked_door_was_merged_with_takes_the_doubt_off_the_map(world: World) -> None:
    other = tell(world.station, FeedbackKind.IDEA)
    merge_feedback(feedback=tell(world.station), into=other, by=world.officer)
    MapChange.objects.all().delete()
    answer_feedback(feedback=other, text="已开门", by=world.officer)
    assert reported_closed([world.station.pk]) == {}
    assert MapChange.objects.get().is_live_only


def test_reports_are_merged_with_others_of_their_own_station_only(world: World) -> None:
    entry = tell(world.station)
    voice = tell(world.station)
    for into in (entry, tell(world.sister), voice):
        with pytest.raises(Invalid):
            merge_feedback(feedback=entry, into=into, by=world.officer)


def test_what_is_merged_with_an_answered_report_has_its_answer(world: World) -> None:
    answered = tell(world.station)
    answer_feedback(feedback=answered, text="已开门", by=world.officer)
    late = tell(world.station, FeedbackKind.REFUSED)
    merge_feedback(feedback=late, into=answered, by=world.officer)
    late = Feedback.objects.select_related("same_as").get(pk=late.pk)
    assert late.entry.answer == "已开门"


def test_a_suggested_place_moves_the_station_and_says_why(world: World) -> None:
    entry = tell(world.station, FeedbackKind.WRONG_PLACE, longitude=117.03, latitude=36.67)
    assert suggests_action(entry)
    follow_suggestion(feedback=entry, by=world.officer)
    world.station.refresh_from_db()
    assert (world.station.longitude, world.station.latitude) == (117.03, 36.67)
    line = world.station.history.latest()
    assert entry.spelt_receipt in line.history_change_reason
    assert line.history_user == world.officer
    assert Feedback.objects.get().state == FeedbackState.RECEIVED


def test_what_is_reported_broken_is_marked_so(world: World) -> None:
    entry = tell(world.station, FeedbackKind.BROKEN, amenity=make_amenity("water"))
    follow_suggestion(feedback=entry, by=world.officer)
    row = StationAmenity.objects.get(station=world.station, amenity__code="water")
    assert row.health == Health.OUT_OF_ORDER
    assert entry.spelt_receipt in row.note


def test_what_is_out_of_order_already_keeps_its_day_of_repair(world: World) -> None:
    row = StationAmenity.objects.get(station=world.station, amenity__code="water")
    report_broken(amenity=row, by=world.keeper, due_back=date(2026, 12, 1), note="等配件")
    entry = tell(world.station, FeedbackKind.BROKEN, amenity=row.amenity)
    assert not suggests_action(entry)
    with pytest.raises(Refused, match="suggests nothing"):
        follow_suggestion(feedback=entry, by=world.officer)
    row.refresh_from_db()
    assert (row.due_back, row.note) == (date(2026, 12, 1), "等配件")


@pytest.mark.parametrize("kind", [FeedbackKind.PRAISE, FeedbackKind.BROKEN, FeedbackKind.WRONG_PLACE])
def test_where_nothing_is_suggested_nothing_is_done(world: World, kind: FeedbackKind) -> None:
    entry = tell(world.station, kind)
    assert not suggests_action(entry)
    with pytest.raises(Refused, match="suggests nothing"):
        follow_suggestion(feedback=entry, by=world.officer)


def test_the_keeper_at_the_door_takes_the_doubt_off_the_map_and_leaves_the_answer_to_others(world: World) -> None:
    entry = tell(world.station)
    tell(world.station, FeedbackKind.PRAISE)
    MapChange.objects.all().delete()
    assert confirm_open(station=world.station, by=world.keeper) == 1
    entry.refresh_from_db()
    assert entry.confirmed_open_at == datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
    assert entry.state == FeedbackState.RECEIVED
    assert reported_closed([world.station.pk]) == {}
    assert MapChange.objects.get().is_live_only
    assert confirm_open(station=world.sister, by=world.officer) == 0
    for person in (world.outsider, world.auditor):
        with pytest.raises(PortalError):
            confirm_open(station=world.station, by=person)
