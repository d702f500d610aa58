"""Photos by programs: what the pages do, by the same rules."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.models import ActivityPhoto, SentWrite, StoryPhoto
from stations.models import Photo
from tests.conftest import World
from tests.factories import make_activity, make_photo
from tests.pictures import picture_bytes, picture_file
from tests.services import telling
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
NO_PICTURE = b"%PDF-1.7"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, path: str, content: bytes | None = None, **given: Any) -> Any:
    photo = picture_file() if content is None else SimpleUploadedFile("door.jpg", content)
    return client.post(f"{API}{path}/", {"client_key": str(uuid4()), "photo": photo} | given)


def of_station(world: World) -> dict[str, Any]:
    return {"station": world.station.code.lower(), "caption": "门口"}


def of_activity(world: World) -> dict[str, Any]:
    return {"activity": make_activity(world.branch, world.station).code, "caption": "现场"}


def of_story(world: World) -> dict[str, Any]:
    return {"story": telling.tell_story(world.officer, world.branch).slug, "caption": "一杯水"}


KINDS: list[tuple[str, type[Any], Callable[[World], dict[str, Any]]]] = [
    ("photos", Photo, of_station),
    ("activity-photos", ActivityPhoto, of_activity),
    ("story-photos", StoryPhoto, of_story),
]


@pytest.mark.parametrize(("path", "model", "about"), KINDS)
def test_a_photo_is_kept_once_and_removed(
    world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]
) -> None:
    client, given, key = with_key(world.officer), about(world), str(uuid4())
    made = [upload(client, path, **given, client_key=key).json() for _again in range(2)]
    assert (made[0], model.objects.count(), made[0]["width"]) == (made[1], 1, 800)
    other = upload(client, path, picture_bytes(size=(300, 300)), **given, client_key=key)
    assert (error(other), model.objects.count()) == ((409, "stale"), 1)
    one = f"{path}/{made[0]['id']}/"
    assert client.get(f"{API}{one}").json() == made[0]
    [name] = given.keys() - {"caption"}
    assert client.get(f"{API}{path}/", {name: given[name]}).json()["results"] == [made[0]]
    assert client.delete(f"{API}{one}").status_code == 204
    assert error(client.get(f"{API}{one}")) == (404, "not_found")
    assert error(upload(client, path, **given, client_key=key)) == (404, "not_found")


@pytest.mark.parametrize(("path", "model", "about"), KINDS)
def test_photos_are_sent_by_those_who_may(
    world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]
) -> None:
    given = about(world)
    officer, auditor, outsider = (with_key(user) for user in (world.officer, world.auditor, world.outsider))
    assert error(upload(Client(), path, **given)) == (401, "not_authenticated")
    assert error(upload(auditor, path, **given)) == (403, "refused")
    [name] = given.keys() - {"caption"}
    assert fields(upload(outsider, path, **given)) == [name]
    assert fields(upload(officer, path, NO_PICTURE, **given)) == ["photo"]
    assert fields(upload(officer, path, **given | {"photo": ""})) == ["photo"]
    assert fields(upload(officer, path, **given | {"caption": "长" * 101})) == ["caption"]
    assert error(send(officer, f"{path}/", **given)) == (400, "parse_error")
    assert (model.objects.exists(), SentWrite.objects.exists()) == (False, False)
    made = upload(officer, path, **given).json()["id"]
    assert error(auditor.delete(f"{API}{path}/{made}/")) == (403, "refused")
    assert error(outsider.delete(f"{API}{path}/{made}/")) == (404, "not_found")


def test_what_is_said_of_a_photo_is_changed(world: World) -> None:
    client, photo = with_key(world.officer), make_photo(world.station)
    changed = send(client, f"photos/{photo.pk}/", "patch", caption="大厅", order=3, taken_date="2026-11-01").json()
    assert (changed["caption"], changed["order"], changed["taken_date"]) == ("大厅", 3, "2026-11-01")
    line = Photo.history.latest("history_id")
    assert (line.history_user, line.history_device) == (world.officer, "API · 门口计数器")
    assert fields(send(client, f"photos/{photo.pk}/", "patch", order=-1)) == ["order"]
    assert error(send(with_key(world.auditor), f"photos/{photo.pk}/", "patch", order=1)) == (403, "refused")


def test_what_a_photo_of_a_story_shows_is_said_while_it_is_told(world: World) -> None:
    client, given = with_key(world.officer), of_story(world)
    send(client, f"stories/{given['story']}/", "patch", shows_person=False)
    made = upload(client, "story-photos", **given).json()
    assert made["caption"] == "一杯水"
    send(client, f"stories/{given['story']}/withdraw/", reason="撤")
    assert client.get(f"{API}story-photos/{made['id']}/").json()["caption"] == ""


@pytest.mark.parametrize(("path", "model", "about"), KINDS)
def test_a_page_of_many_costs_as_many_queries_as_one_of_two(
    world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]
) -> None:
    client = with_key(world.officer)

    def queries(count: int) -> int:
        for _number in range(count):
            assert upload(client, path, **about(world)).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(f"{API}{path}/").json()["results"]) == model.objects.count()
        return len(captured)

    assert queries(2) == queries(4)
