"""What people at a station's desk tell each other, and their officer."""

import json
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import StaleState
from services.actions.desk import hand_over, settle_note, take_over, write_note
from services.models import HandOver, KeeperNote
from stations.models import User
from tests.conftest import World
from tests.factories import make_keeper
from tests.office.test_my_station import as_, send, text_of
from tests.services.conftest import _wednesday_noon  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(world: World) -> User:
    return make_keeper(world.station, name="李站长")


def page_of(client: Client, world: World) -> str:
    return text_of(client.get(f"/admin/my-station/{world.station.code}/"))


def leave(client: Client, world: World, text: str = "") -> Any:
    return client.post(reverse("admin:hand_over", args=[world.station.code]), {"text": text})


def test_a_keeper_tells_the_officer_who_answers_and_the_keeper_reads_it(world: World) -> None:
    keeper, officer = as_(world.keeper), as_(world.officer)
    send(keeper, world.station, "note", text="门口的灯\0 坏了", waited="3600", client_key=str(uuid4()))
    note = KeeperNote.objects.get()
    assert (note.text, note.by, timezone.localtime(note.at).hour) == ("门口的灯 坏了", world.keeper, 11)
    assert "with your officer" in page_of(keeper, world)
    assert "/settle/" not in page_of(keeper, world)
    waiting = "/admin/services/keepernote/?state=waiting"
    assert f"/admin/my-station/{world.station.code}/" in text_of(officer.get(waiting))
    send(officer, world.station, "settle", note=note.pk, answer="明天来修")
    assert "明天来修" in page_of(keeper, world)
    assert "明天来修" not in text_of(officer.get(waiting))


def test_who_may_not_answer_a_note_is_not_led_to_where_it_is_answered(world: World) -> None:
    send(as_(world.keeper), world.station, "note", text="缺纸杯", client_key=str(uuid4()))
    page = f"/admin/my-station/{world.station.code}/"
    for reader, is_led in (
        (world.official, False),
        (world.auditor, False),
        (world.officer, True),
        (world.keeper, True),
    ):
        text = text_of(as_(reader).get("/admin/services/keepernote/"))
        assert "缺纸杯" in text
        assert (page in text) is is_led


def test_a_note_sent_twice_is_one_note(world: World) -> None:
    key = str(uuid4())
    for _twice in range(2):
        send(as_(world.keeper), world.station, "note", text="缺纸杯", client_key=key)
    assert KeeperNote.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  \0 ", "x" * 301])
def test_a_note_that_says_nothing_or_too_much_is_refused(world: World, text: str) -> None:
    send(as_(world.keeper), world.station, "note", text=text)
    assert not KeeperNote.objects.exists()


def test_keepers_do_not_deal_with_their_own_notes_and_nobody_does_twice(world: World) -> None:
    note = write_note(station=world.station, text="缺纸杯", by=world.keeper)
    keeper = as_(world.keeper)
    send(keeper, world.station, "settle", note=note.pk)
    assert "Only officers" in page_of(keeper, world)
    settle_note(note=note, by=world.officer)
    assert "dealt with" in page_of(as_(world.keeper), world)
    with pytest.raises(StaleState):
        settle_note(note=note, by=world.admin, answer="再说一次")
    note.refresh_from_db()
    assert (note.settled_by, note.answer) == (world.officer, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        KeeperNote.objects.update(settled_at=None)


def test_a_note_of_another_station_is_not_there(world: World) -> None:
    note = write_note(station=world.elsewhere, text="缺纸杯", by=world.outsider)
    assert send(as_(world.officer), world.station, "settle", note=note.pk).status_code == 404


def test_one_keeper_leaves_a_word_is_logged_out_and_the_other_takes_over(world: World, colleague: User) -> None:
    first, second = as_(world.keeper), as_(colleague)
    assert "Hand over to a colleague" in page_of(first, world)
    response = leave(first, world, "药箱空了")
    assert unquote(response["Location"]) == f"/admin/login/?next=/admin/my-station/{world.station.code}/"
    assert first.get("/admin/").status_code == 302
    page = page_of(second, world)
    assert "王站长 handed over at 11-18 12:00" in page
    assert "药箱空了" in page
    answer = json.loads(
        second.post(
            reverse("admin:my_station_take_over", args=[world.station.code, "2026-11-18"]),
            headers={"Accept": "application/json"},
        ).content
    )
    assert "李站长 took over from 王站长 at 12:00" in answer["parts"]["duty"]
    assert "I take over" not in page_of(second, world)


def test_a_hand_over_is_taken_once_and_the_last_one_counts(world: World, colleague: User) -> None:
    with pytest.raises(StaleState):
        take_over(station=world.station, by=colleague)
    hand_over(station=world.station, by=world.keeper, text="早班")
    hand_over(station=world.station, by=world.keeper, text="晚班")
    assert take_over(station=world.station, by=colleague).text == "晚班"
    with pytest.raises(StaleState):
        take_over(station=world.station, by=world.officer)
    assert HandOver.objects.filter(taken_by=None).count() == 1


def test_who_has_no_colleague_has_nobody_to_hand_over_to(world: World) -> None:
    assert "Hand over to a colleague" not in page_of(as_(world.keeper), world)


def test_the_desk_is_left_only_by_those_who_keep_it(world: World) -> None:
    assert "/admin/login/" in leave(Client(), world)["Location"]
    assert leave(as_(world.outsider), world).status_code == 404
    assert leave(as_(world.official), world).status_code == 403
    client = as_(world.keeper)
    assert leave(client, world, "x" * 301)["Location"] == f"/admin/my-station/{world.station.code}/"
    assert "At most 300 characters." in page_of(client, world)
    assert client.get(reverse("admin:hand_over", args=[world.station.code])).status_code == 405
    assert not HandOver.objects.exists()
