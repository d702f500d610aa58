"""Reports of visitors: kept once, put beside those that say the same, and noticed on the map at once."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.answers import answer_feedback
from services.actions.feedback import forget_words
from services.choices import FeedbackKind, FeedbackState
from services.deadlines import due_date
from services.facets import reported_closed
from services.models import Feedback
from services.receipts import new_receipt, read_receipt
from services.tasks import sweep_feedback_files
from stations.choices import DayKind
from stations.facets import live_of
from stations.models import CalendarDay, MapChange
from tests.conftest import World
from tests.factories import make_amenity, make_station
from tests.services.conftest import SHANGHAI
from tests.services.feedback import tell

KEY = UUID("8f1c1a44-4f0e-4b11-9d7b-3a5b2c9d1e00")


def at(day: int, hour: int, minute: int = 0) -> Any:
    return time_machine.travel(datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI), tick=False)


def test_a_report_is_kept_with_a_receipt_and_nobodys_name(world: World) -> None:
    feedback = tell(world.station, FeedbackKind.BROKEN, text="饮水机坏了", amenity=make_amenity("water"))
    feedback.refresh_from_db()
    assert (feedback.state, feedback.text, str(feedback.amenity.code)) == ("received", "饮水机坏了", "water")  # type: ignore[union-attr]
    assert read_receipt(feedback.spelt_receipt.lower()) == feedback.receipt
    assert feedback.history.get().history_user is None


def test_the_same_key_answers_with_the_same_report(world: World) -> None:
    assert tell(world.station, client_key=KEY) == tell(world.station, client_key=KEY)
    assert Feedback.objects.count() == 1


def test_a_key_is_not_taken_over_by_another_report(world: World) -> None:
    tell(world.station, client_key=KEY)
    for station, kind in ((world.sister, FeedbackKind.ARRIVED_BUT_CLOSED), (world.station, FeedbackKind.PRAISE)):
        with pytest.raises(Refused, match="other content"):
            tell(station, kind, client_key=KEY)


def test_a_key_is_not_taken_over_by_other_words_or_another_thing(world: World) -> None:
    water, toilet = make_amenity("water"), make_amenity("toilet")
    said: dict[str, Any] = {"amenity": water, "text": "没水"}
    sent = tell(world.station, FeedbackKind.BROKEN, client_key=KEY, **said)
    for other in ({"amenity": toilet}, {"text": "有水"}, {"text": ""}):
        with pytest.raises(Refused, match="other content"):
            tell(world.station, FeedbackKind.BROKEN, client_key=KEY, **said | other)
    assert tell(world.station, FeedbackKind.BROKEN, client_key=KEY, waited=timedelta(hours=1), **said) == sent


def test_who_says_the_same_within_a_day_becomes_a_voice_of_the_same_entry(world: World) -> None:
    with at(17, 13):
        first = tell(world.station)
    with at(18, 12, 59):
        second, third = tell(world.station), tell(world.station)
    assert (second.same_as, second.state, third.same_as) == (first, FeedbackState.MERGED, first)
    assert len({first.receipt, second.receipt, third.receipt}) == 3
    assert Feedback.objects.entries().with_voices().get().voice_count == 3


def test_later_elsewhere_of_another_kind_or_thing_is_an_entry_of_its_own(world: World) -> None:
    with at(17, 12):
        tell(world.station)
    water, toilet = make_amenity("water"), make_amenity("toilet")
    with at(18, 12, 1):
        others = [
            tell(world.station),
            tell(world.sister),
            tell(world.station, FeedbackKind.REFUSED),
            tell(world.station, FeedbackKind.BROKEN, amenity=water),
            tell(world.station, FeedbackKind.BROKEN, amenity=toilet),
            tell(world.station, FeedbackKind.SHORT, amenity=toilet),
        ]
    assert {other.state for other in others} == {FeedbackState.RECEIVED}


def test_two_ideas_are_two(world: World) -> None:
    assert tell(world.station, FeedbackKind.IDEA, text="书").same_as is None
    assert tell(world.station, FeedbackKind.IDEA, text="伞").same_as is None


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_the_same_moment_are_one_entry(world: World) -> None:
    start = Barrier(4)

    def send() -> None:
        start.wait()
        tell(world.station)
        connection.close()

    threads = [Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Feedback.objects.entries().with_voices().get().voice_count == 4


@pytest.mark.parametrize(
    ("details", "kind"),
    [
        ({"text": "长" * 501}, FeedbackKind.IDEA),
        ({"longitude": 117.0}, FeedbackKind.WRONG_PLACE),
        ({"longitude": 517.0, "latitude": 36.0}, FeedbackKind.WRONG_PLACE),
        ({"longitude": 117.0, "latitude": 36.0}, FeedbackKind.PRAISE),
        ({"suggested_hours": "24小时"}, FeedbackKind.PRAISE),
    ],
)
def test_what_cannot_be_is_refused(world: World, details: dict[str, Any], kind: FeedbackKind) -> None:
    with pytest.raises(Invalid):
        tell(world.station, kind, **details)
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"receipt": "OIL"},
        {"state": "answered"},
        {"answer": "好的"},
        {"state": "in_hand"},
        {"state": "merged"},
        {"longitude": 117.0, "latitude": 36.0},
        {"suggested_hours": "24小时"},
        {"said_at": datetime(2026, 11, 19, tzinfo=SHANGHAI)},
    ],
)
def test_the_database_itself_refuses_half_a_state(world: World, change: dict[str, Any]) -> None:
    feedback = tell(world.station)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=feedback.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=feedback.pk).update(state="merged", same_as=feedback)


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        (FeedbackKind.ARRIVED_BUT_CLOSED, date(2026, 11, 18), date(2026, 11, 19)),
        (FeedbackKind.ARRIVED_BUT_CLOSED, date(2026, 11, 20), date(2026, 11, 23)),
        (FeedbackKind.BROKEN, date(2026, 11, 18), date(2026, 11, 23)),
        (FeedbackKind.IDEA, date(2026, 11, 21), date(2026, 11, 25)),
        # National Day 2026: 1 to 7 October off, Saturday the 10th worked.
        (FeedbackKind.ARRIVED_BUT_CLOSED, date(2026, 9, 30), date(2026, 10, 8)),
        (FeedbackKind.BROKEN, date(2026, 9, 30), date(2026, 10, 10)),
    ],
)
@pytest.mark.django_db
def test_an_answer_is_due_in_working_days_of_the_calendar(kind: FeedbackKind, received: date, due: date) -> None:
    for day in range(1, 8):
        CalendarDay.objects.create(date=date(2026, 10, day), kind=DayKind.REST, name="国庆节")
    CalendarDay.objects.create(date=date(2026, 10, 10), kind=DayKind.MAKEUP, name="国庆节")
    assert due_date(kind, received) == due


def test_a_locked_door_is_on_the_map_at_once(world: World) -> None:
    with at(18, 10, 2):
        tell(world.station)
    with at(18, 10, 30):
        tell(world.station)
    tell(world.sister, FeedbackKind.PRAISE)
    assert set(MapChange.objects.values_list("station", "is_live_only")) == {(world.station.pk, True)}
    ids = [world.station.pk, world.sister.pk]
    assert reported_closed(ids) == {world.station.pk: {"reported_closed_at": "2026-11-18T10:30:00+08:00"}}
    assert live_of(ids)[world.station.pk]["reported_closed_at"] == "2026-11-18T10:30:00+08:00"


def test_yesterdays_locked_door_says_nothing_of_today(world: World) -> None:
    with at(17, 23, 59):
        tell(world.station)
    assert reported_closed([world.station.pk]) == {}


def test_a_door_that_was_locked_yesterday_says_nothing_of_today_however_late_it_is_sent(world: World) -> None:
    with at(18, 9, 5):
        late = tell(world.station, waited=timedelta(hours=12))
    assert late.said_at == datetime(2026, 11, 17, 21, 5, tzinfo=SHANGHAI)
    assert reported_closed([world.station.pk]) == {}


def test_what_was_said_before_the_keeper_opened_does_not_outlast_the_opening(world: World) -> None:
    with at(18, 9, 5):
        tell(world.station, waited=timedelta(hours=1))
    assert reported_closed([world.station.pk])[world.station.pk]["reported_closed_at"] == "2026-11-18T08:05:00+08:00"


def test_what_was_said_before_somebody_stood_at_the_door_is_settled_even_if_it_comes_later(world: World) -> None:
    with at(18, 9):
        entry = tell(world.station)
    Feedback.objects.filter(pk=entry.pk).update(confirmed_open_at=datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI))
    with at(18, 9, 40):
        tell(world.station, waited=timedelta(minutes=20))
    assert reported_closed([world.station.pk]) == {}


def test_a_photo_is_written_only_when_the_report_holds_and_swept_when_it_was_not_saved(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert sweep_feedback_files() == 0
    with pytest.raises(Invalid):
        tell(world.station, FeedbackKind.PRAISE, photo=b"webp", suggested_hours="24小时")
    assert not list(tmp_path.rglob("*.*"))
    kept = Path(tell(world.station, photo=b"webp").photo.path)
    with transaction.atomic():
        left = Path(tell(world.sister, photo=b"webp").photo.path)
        transaction.set_rollback(True)
    fresh = kept.with_name("fresh.webp")
    fresh.write_bytes(b"still being saved")
    for path in (kept, left):
        before = datetime(2026, 11, 16, tzinfo=SHANGHAI).timestamp()
        os.utime(path, (before, before))
    os.utime(fresh, (now := datetime(2026, 11, 18, 12, tzinfo=SHANGHAI).timestamp(), now))
    assert sweep_feedback_files() == 1
    assert sorted(kept.parent.iterdir()) == sorted([kept, fresh])


def test_after_a_year_the_words_of_what_is_settled_are_erased_and_the_figures_stay(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with at(18, 9):
        settled = tell(world.station, FeedbackKind.PRAISE, text="王先生很热情", photo=b"webp")
        waiting = tell(world.station, FeedbackKind.IDEA, text="再放一台微波炉")
        answer_feedback(feedback=settled, by=world.officer, text="谢谢")
    a_year_later = datetime(2027, 11, 18, 10, tzinfo=SHANGHAI)
    assert forget_words(at=a_year_later - timedelta(days=2)) == 0
    assert forget_words(at=a_year_later) == 1
    assert forget_words(at=a_year_later) == 0
    settled.refresh_from_db()
    assert (settled.text, settled.photo.name, settled.answer) == ("", "", "谢谢")
    assert set(settled.history.values_list("text", "photo")) == {("", "")}
    waiting.refresh_from_db()
    assert waiting.text


def test_whoever_stands_at_the_door_settles_what_was_said_before(world: World) -> None:
    with at(18, 9):
        entry = tell(world.station)
    Feedback.objects.filter(pk=entry.pk).update(confirmed_open_at=datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI))
    assert reported_closed([world.station.pk]) == {}
    with at(18, 11):
        tell(world.station)
    assert reported_closed([world.station.pk])[world.station.pk]["reported_closed_at"] == "2026-11-18T11:00:00+08:00"


def test_locked_doors_of_many_stations_are_one_question(world: World, django_assert_num_queries: Any) -> None:
    stations = [make_station() for _number in range(20)]
    for station in stations:
        tell(station)
    with django_assert_num_queries(1):
        assert len(reported_closed([station.pk for station in stations])) == 20


def test_receipts_are_read_as_people_write_them() -> None:
    assert read_receipt(" 7q2k9-f3mab ") == "7Q2K9F3MAB"
    assert read_receipt("ol0i1-00000") == "0101100000"
    for wrong in ("", "7Q2K9", "7Q2K9-F3MAU", "7Q2K9-F3MAB1", "七"):
        with pytest.raises(ValueError, match="no receipt"):
            read_receipt(wrong)
    assert len({new_receipt() for _number in range(100)}) == 100
