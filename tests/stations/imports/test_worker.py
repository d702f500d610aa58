"""Large lists are the worker's: checked with progress, entered once, and found again when a message is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from harbor_portal.lib import queue
from harbor_portal.lib.errors import StaleState
from stations import tasks
from stations.actions import uploads
from stations.actions.uploads import ask_to_enter, keep_upload, work_on
from stations.choices import UploadState
from stations.imports.of_stations import STATIONS
from stations.models import Station, Upload, User
from tests.conftest import World
from tests.stations.imports.lists import NAME, ROW, csv_list, planted_list

pytestmark = pytest.mark.usefixtures("city", "catalogue")


def kept(by: User, data: bytes) -> Upload:
    return keep_upload(by=by, kind=STATIONS, name="list.csv", data=data)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list counts as large."""
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 0)


def test_a_list_is_checked_and_then_entered_by_the_worker(
    client: Client, world: World, large: None, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    sent: list[Any] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: sent.append((task.name, args)))
    client.force_login(world.officer)
    with django_capture_on_commit_callbacks(execute=True):
        file = SimpleUploadedFile("list.csv", csv_list(ROW))
        response = client.post("/admin/imports/stations/", {"file": file}, headers={"accept-language": "en"})
    (upload,) = Upload.objects.all()
    assert sent == [("stations.tasks.work_on_upload", (str(upload.pk),))]
    page = client.get(response.url, headers={"accept-language": "en"}).content.decode()  # type: ignore[attr-defined]
    assert ("<progress" in page, "Being checked" in page, "enter/" in page) == (True, True, False)
    assert client.get(f"{response.url}state.json").json() == {"state": "sent", "done": 0, "of": 0}  # type: ignore[attr-defined]
    assert tasks.work_on_upload(str(upload.pk)) == UploadState.CHECKED
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{response.url}enter/")  # type: ignore[attr-defined]
    upload.refresh_from_db()
    assert (upload.state, Station.objects.filter(name=NAME).exists()) == (UploadState.TO_ENTER, False)
    assert tasks.work_on_upload(str(upload.pk)) == UploadState.ENTERED
    assert Station.objects.filter(name=NAME).exists()


def test_the_check_tells_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = kept(world.officer, csv_list(*(ROW | {"站点名称": f"站{number}"} for number in range(1200))))
    seen: list[tuple[int, int]] = []
    judge = STATIONS.compare

    def compare(rows: Any, notes: Any, asking: Any) -> Any:
        for _row in asking.counted(rows):
            seen.append(Upload.objects.values_list("rows_done", "rows").get())  # noqa: PERF401
        return judge(rows[:1], notes, asking)

    object.__setattr__(STATIONS, "compare", compare)
    try:
        work_on(upload.pk)
    finally:
        object.__setattr__(STATIONS, "compare", judge)
    assert sorted(set(seen)) == [(0, 1200), (500, 1200), (1000, 1200)]


def test_the_sweep_finds_what_a_lost_message_left_behind(world: World) -> None:
    checked, waiting = (kept(world.officer, csv_list(ROW)) for _number in range(2))
    work_on(checked.pk)
    ask_to_enter(by=world.officer, upload=checked)
    assert tasks.sweep_uploads() == 2
    assert set(Upload.objects.values_list("pk", "state")) == {
        (checked.pk, UploadState.ENTERED), (waiting.pk, UploadState.CHECKED)
    }  # fmt: skip
    assert tasks.sweep_uploads() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_enter_the_same_list(world: World) -> None:
    upload = kept(world.officer, csv_list(ROW))
    key = [uploads.LOCK_SPACE, upload.pk.int & 0x7FFF_FFFF]
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
            assert work_on(upload.pk) == ""
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
    finally:
        other.close()
    assert work_on(upload.pk) == UploadState.CHECKED


def test_entering_is_asked_for_once_and_only_of_what_was_checked(world: World) -> None:
    upload = kept(world.officer, csv_list(ROW))
    for _try in range(2):
        with pytest.raises(StaleState):
            ask_to_enter(by=world.officer, upload=upload)
    work_on(upload.pk)
    with pytest.raises(StaleState):
        ask_to_enter(by=world.outsider, upload=upload)
    ask_to_enter(by=world.officer, upload=upload)
    with pytest.raises(StaleState):
        ask_to_enter(by=world.officer, upload=upload)


def test_whoever_lost_the_right_meanwhile_enters_nothing(world: World) -> None:
    upload = kept(world.officer, csv_list(ROW))
    work_on(upload.pk)
    ask_to_enter(by=world.officer, upload=upload)
    world.officer.memberships.all().delete()
    assert work_on(upload.pk) == UploadState.FAILED
    upload.refresh_from_db()
    assert "Only officers" in upload.failure
    assert not Station.objects.filter(name=NAME).exists()


def test_a_failure_of_the_portal_is_said_and_not_tried_for_ever(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = kept(world.officer, csv_list(ROW))
    monkeypatch.setattr(uploads, "read_plan", lambda *_args, **_options: 1 // 0)
    assert tasks.sweep_uploads() == 1
    assert tasks.sweep_uploads() == 0
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    assert "The portal failed over this list" in client.get(f"/admin/imports/{upload.pk}/").content.decode()


def test_the_first_page_says_how_far_lists_are(client: Client, world: World) -> None:
    bad, slow, done = kept(world.officer, planted_list()), kept(world.officer, csv_list(ROW)), kept(world.officer, b"x")
    work_on(bad.pk)
    Upload.objects.filter(pk=slow.pk).update(rows_done=500, rows=1200)
    Upload.objects.filter(pk=done.pk).update(state=UploadState.ENTERED)
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    text = " ".join(client.get("/admin/").content.decode().split())
    assert "Checked, not entered · 40 errors" in text
    assert "Being checked · 500 / 1200" in text
    assert str(done.pk) not in text


def test_what_was_entered_stays_as_a_record_without_its_contents(world: World) -> None:
    upload = kept(world.officer, csv_list(ROW))
    work_on(upload.pk)
    ask_to_enter(by=world.officer, upload=upload)
    work_on(upload.pk)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=9))
    kept(world.officer, b"x")
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content), upload.counts["new"]) == (UploadState.ENTERED, b"", 1)
