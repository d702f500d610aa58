"""Photos and honours of a station: who may add, change and remove them, and what becomes of the files."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.honours import add_honour, remove_honour, update_honour
from stations.actions.showing import (
    MOST_PHOTOS,
    add_photo,
    read_photo,
    remove_photo,
    sweep_photos,
    update_photo,
)
from stations.choices import HonourLevel
from stations.models import Honour, Photo, Station, User
from stations.tasks import sweep_photo_files
from tests.conftest import World
from tests.factories import make_honour, make_photo
from tests.pictures import picture_bytes


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "photos"


def added(by: User, station: Station, size: tuple[int, int] = (1600, 1200), **facts: Any) -> Photo:
    return add_photo(by=by, station=station, pictures=read_photo(BytesIO(picture_bytes(size=size))), **facts)


def given(by: User, station: Station, **facts: Any) -> Honour:
    values: dict[str, Any] = {"title": "最美工会驿站", "level": HonourLevel.PROVINCE, "year": 2025}
    return add_honour(by=by, station=station, reason="表彰文件", **values | facts)


def test_a_photo_is_kept_in_two_sizes_behind_the_others_with_its_history(world: World, media: Path) -> None:
    first = added(world.officer, world.station, caption="门口", taken_date=date(2026, 10, 3), reason="新照片")
    second = added(world.officer, world.station, (300, 400))
    assert (first.order, second.order) == (0, 1)
    assert (first.width, first.height, first.small_width) == (1280, 960, 480)
    assert (second.width, second.height, second.small_width) == (300, 400, 300)
    assert first.key != second.key
    assert {f"/media/photos/{path.name}" for path in media.iterdir()} == {
        first.url,
        first.small_url,
        second.url,
        second.small_url,
    }
    line = first.history.get()
    assert (line.history_user, line.history_change_reason) == (world.officer, "新照片")


def test_what_is_said_of_a_photo_changes_and_the_same_again_writes_nothing(world: World) -> None:
    photo = added(world.officer, world.station)
    for _time in range(2):
        update_photo(by=world.officer, photo=photo, caption="休息区", order=7)
    photo.refresh_from_db()
    assert (photo.caption, photo.order, photo.history.count()) == ("休息区", 7, 2)


def test_the_files_of_a_removed_photo_go_once_that_is_certain(
    world: World, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = added(world.officer, world.station)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(by=world.officer, photo=photo, reason="拍得不好")
        assert len(list(media.iterdir())) == 2
    assert not list(media.iterdir())
    line = Photo.history.latest()
    assert (line.history_type, line.history_user, line.history_change_reason) == ("-", world.officer, "拍得不好")


def test_an_honour_is_added_changed_and_taken_back_with_its_history(world: World) -> None:
    honour = given(world.officer, world.station)
    for _time in range(2):
        update_honour(by=world.officer, honour=honour, level=HonourLevel.NATIONAL, expires_date=date(2027, 12, 31))
    honour.refresh_from_db()
    assert (honour.level, honour.expires_date, honour.history.count()) == ("national", date(2027, 12, 31), 2)
    remove_honour(by=world.officer, honour=honour, reason="录错")
    assert not Honour.objects.exists()
    assert Honour.history.latest().history_change_reason == "录错"


WRITES: dict[str, Callable[[User, Station], object]] = {
    "add photo": added,
    "update photo": lambda by, station: update_photo(by=by, photo=station.photos.get(), caption="改"),
    "remove photo": lambda by, station: remove_photo(by=by, photo=station.photos.get()),
    "add honour": lambda by, station: given(by, station, year=2024),
    "update honour": lambda by, station: update_honour(by=by, honour=station.honours.get(), year=2023),
    "remove honour": lambda by, station: remove_honour(by=by, honour=station.honours.get()),
}


@pytest.mark.parametrize("person", ["outsider", "official", "auditor", "keeper"])
@pytest.mark.parametrize("write", WRITES)
def test_only_officers_of_the_station_write(world: World, write: str, person: str) -> None:
    make_photo(world.station)
    make_honour(world.station)
    before = [list(model._default_manager.values()) for model in (Photo, Honour)]
    with pytest.raises(Refused):
        WRITES[write](getattr(world, person), world.station)
    assert [list(model._default_manager.values()) for model in (Photo, Honour)] == before


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": ""}, "title"),
        ({"level": "galaxy"}, "level"),
        ({"year": 26}, ""),
        ({"year": -1}, "year"),
        ({"title": "最美工会驿站", "year": 2020}, ""),
    ],
)
def test_an_honour_that_cannot_be_is_refused(world: World, facts: dict[str, Any], field: str) -> None:
    given(world.officer, world.station, year=2020)
    with pytest.raises(Invalid) as refused:
        given(world.officer, world.station, **facts)
    assert refused.value.field == field
    assert Honour.objects.count() == 1


def test_a_photo_that_is_none_or_too_small_is_refused() -> None:
    with pytest.raises(Invalid, match="no picture"):
        read_photo(BytesIO(b"MZ"))
    with pytest.raises(Invalid, match="too small"):
        read_photo(BytesIO(picture_bytes(size=(800, 199))))


def test_a_caption_that_is_too_long_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        update_photo(by=world.officer, photo=make_photo(world.station), caption="长" * 101)


def test_there_is_an_end_to_photos(world: World) -> None:
    for _number in range(MOST_PHOTOS):
        make_photo(world.station)
    with pytest.raises(Invalid, match=f"{MOST_PHOTOS} photos at most"):
        added(world.officer, world.station)


def test_files_that_no_photo_names_are_swept_away_after_a_day(world: World, media: Path) -> None:
    now = timezone.now()
    assert sweep_photos(at=now) == 0
    photo = added(world.officer, world.station)
    old, fresh = media / f"{'a' * 16}-480.webp", media / f"{'b' * 16}-480.webp"
    for path in (old, fresh):
        path.write_bytes(b"left behind")
    for path in (old, *(media / Path(url).name for url in (photo.url, photo.small_url))):
        before = (now - timedelta(days=2)).timestamp()
        os.utime(path, (before, before))
    os.utime(fresh, (now.timestamp(), now.timestamp()))
    assert sweep_photo_files() == 1
    assert sorted(path.name for path in media.iterdir()) == sorted(
        Path(name).name for name in (photo.url, photo.small_url, fresh.name)
    )


def test_a_failed_save_leaves_no_row_behind(world: World, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="no space"):
        added(world.officer, world.station)
    assert not Photo.objects.exists()


def test_honours_are_shown_from_their_year_until_they_expire_the_highest_first(world: World) -> None:
    day = date(2026, 11, 22)
    for title, level, year, expires in (
        ("区级", HonourLevel.DISTRICT, 2026, None),
        ("市级", HonourLevel.CITY, 2024, day),
        ("过期", HonourLevel.CITY, 2020, date(2026, 11, 21)),
        ("明年", HonourLevel.NATIONAL, 2027, None),
        ("省级", HonourLevel.PROVINCE, 2022, None),
        ("新省级", HonourLevel.PROVINCE, 2023, None),
    ):
        make_honour(world.station, title=title, level=level, year=year, expires_date=expires)
    shown: Any = world.station.honours
    assert [honour.title for honour in shown.in_force(day).in_order()] == ["新省级", "省级", "市级", "区级"]
