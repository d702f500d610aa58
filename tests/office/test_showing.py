"""Photos and honours on the form of their station."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from stations.models import Honour, Photo, Station
from tests.conftest import World
from tests.factories import make_honour, make_photo, make_station
from tests.office.test_admin_scope import as_, form_data, url
from tests.pictures import picture_file


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "photos"


def page_of(station: Station) -> str:
    return url(Station, "change", station.pk)


def new_honour(**fields: Any) -> dict[str, Any]:
    values = {"title": "最美工会驿站", "level": "city", "year": 2025} | fields
    return {"honours-TOTAL_FORMS": 1} | {f"honours-0-{name}": value for name, value in values.items()}


def test_several_photos_are_added_at_once_in_the_order_of_their_files(world: World, media: Path) -> None:
    client, page = as_(world, "officer"), page_of(world.station)
    files = [picture_file("a.jpg", size=(400, 300)), picture_file("b.png", kind="PNG", size=(300, 400))]
    assert client.post(page, form_data(client, page) | {"new_photos": files, "reason": "补照片"}).status_code == 302
    assert list(world.station.photos.order_by("order").values_list("width", "height")) == [(400, 300), (300, 400)]
    assert Photo.history.latest().history_change_reason == "补照片"
    assert len(list(media.iterdir())) == 4


def test_photos_are_described_ordered_and_removed(
    world: World, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client, page = as_(world, "officer"), page_of(world.station)
    client.post(page, form_data(client, page) | {"new_photos": [picture_file("a.jpg"), picture_file("b.jpg")]})
    changes = {"photos-0-caption": "门口", "photos-0-order": 5, "photos-1-DELETE": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, form_data(client, page) | changes).status_code == 302
    photo = world.station.photos.get()
    assert (photo.caption, photo.order) == ("门口", 5)
    assert photo.history.latest().history_user == world.officer
    assert sorted(path.name for path in media.iterdir()) == [f"{photo.key}-1280.webp", f"{photo.key}-480.webp"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([SimpleUploadedFile("setup.jpg", b"MZ\x90\x00" * 100)], "setup.jpg: This is no picture"),
        ([picture_file("icon.jpg", size=(64, 64))], "icon.jpg: The photo is too small"),
        ([picture_file("a.jpg", size=(300, 300)) for _file in range(7)], "At most 6 photos at once."),
    ],
)
def test_what_is_no_good_photo_is_refused_on_the_page_by_name(world: World, files: list[Any], sentence: str) -> None:
    client, page = as_(world, "officer"), page_of(world.station)
    response = client.post(page, form_data(client, page) | {"new_photos": files}, headers={"accept-language": "en"})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Photo.objects.exists()


def test_one_photo_too_many_is_refused_and_nothing_of_the_save_remains(world: World) -> None:
    for _number in range(12):
        make_photo(world.station)
    client, page = as_(world, "officer"), page_of(world.station)
    data = form_data(client, page) | {"new_photos": picture_file(size=(300, 300)), "phone": "110"}
    response = client.post(page, data, headers={"accept-language": "en"}, follow=True)
    assert "12 photos at most" in response.content.decode()
    world.station.refresh_from_db()
    assert (world.station.phone, world.station.photos.count()) == ("", 12)
    # One of them goes in the same save, and there is room.
    client.post(page, form_data(client, page) | {"new_photos": picture_file(), "photos-3-DELETE": "on"})
    assert world.station.photos.count() == 12


def test_honours_are_added_changed_and_taken_back(world: World) -> None:
    client, page = as_(world, "officer"), page_of(world.station)
    assert client.post(page, form_data(client, page) | new_honour()).status_code == 302
    assert client.post(page, form_data(client, page) | {"honours-0-year": 2024, "reason": "年份"}).status_code == 302
    honour = world.station.honours.get()
    assert (honour.year, honour.history.count()) == (2024, 2)
    assert honour.history.latest().history_change_reason == "年份"
    assert client.post(page, form_data(client, page) | {"honours-0-DELETE": "on"}).status_code == 302
    assert not Honour.objects.exists()


def test_an_honour_that_cannot_be_is_refused_beside_its_field(world: World) -> None:
    make_honour(world.station, level="city")
    client, page = as_(world, "officer"), page_of(world.station)
    for fields in ({"year": 26}, {"level": "galaxy"}, {"title": ""}):
        data = form_data(client, page) | {f"honours-0-{name}": value for name, value in fields.items()}
        assert client.post(page, data).status_code == 200
    assert world.station.honours.get().year == 2025


@pytest.mark.parametrize("role", ["keeper", "official", "auditor"])
def test_who_only_reads_sees_them_and_changes_none(world: World, role: str) -> None:
    photo, honour = make_photo(world.station, caption="门口"), make_honour(world.station)
    client, page = as_(world, role), page_of(world.station)
    text = client.get(page).content.decode()
    assert photo.small_url in text
    assert honour.title in text
    assert "new_photos" not in text
    assert client.post(page, {"new_photos": picture_file()} | new_honour()).status_code == 403
    assert (Photo.objects.count(), Honour.objects.count()) == (1, 1)


def test_nobody_is_let_in_without_logging_in_or_from_elsewhere(world: World, client: Client) -> None:
    page = page_of(world.station)
    assert client.post(page, {"new_photos": picture_file()})["Location"].startswith("/admin/login/")
    outsider = as_(world, "outsider")
    outsider.post(page, {"new_photos": picture_file()} | new_honour())
    assert (Photo.objects.count(), Honour.objects.count()) == (0, 0)


def test_rows_of_another_station_cannot_be_changed_through_the_form(world: World) -> None:
    foreign = make_photo(world.elsewhere, caption="青岛")
    make_photo(world.station)
    client, page = as_(world, "officer"), page_of(world.station)
    changes = {"photos-0-id": foreign.pk, "photos-0-caption": "改", "photos-0-DELETE": "on"}
    client.post(page, form_data(client, page) | changes)
    foreign.refresh_from_db()
    assert foreign.caption == "青岛"


def test_the_form_asks_as_little_for_many_as_for_few(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, django_assert_max_num_queries: Any
) -> None:
    full = make_station("多", operator=world.branch, supervisor=world.district_union)
    for number in range(10):
        make_photo(full)
        make_honour(full, year=2000 + number)
    few = make_station("少", operator=world.branch, supervisor=world.district_union)
    make_photo(few)
    make_honour(few)
    client = as_(world, "officer")
    with django_assert_max_num_queries(40) as asked:
        client.get(page_of(few))
    with django_assert_num_queries(len(asked)):
        client.get(page_of(full))
