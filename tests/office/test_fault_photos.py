"""A photo of what broke, on "My station"."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from services.actions.faults import sweep_fault_photos
from services.models import FaultPhoto
from stations.choices import Health
from stations.models import StationAmenity
from tests.conftest import World
from tests.office.test_my_station import as_, send, text_of
from tests.pictures import picture_bytes
from tests.services.conftest import _wednesday_noon  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def water(world: World, settings: Settings, tmp_path: Path) -> StationAmenity:
    settings.MEDIA_ROOT = tmp_path
    found: StationAmenity = StationAmenity.objects.get(station=world.station, amenity__code="water")
    return found


def report(client: Client, world: World, water: StationAmenity, content: bytes) -> Any:
    photo = SimpleUploadedFile("fault.jpg", content, "image/jpeg")
    return send(client, world.station, "broken", amenity=water.pk, due_back="2026-11-25", photo=photo)


def test_a_photo_of_the_fault_is_shown_until_it_is_repaired_and_stays(world: World, water: StationAmenity) -> None:
    client = as_(world.keeper)
    report(client, world, water, picture_bytes())
    photo = FaultPhoto.objects.get()
    url = reverse("admin:fault_photo", args=[photo.pk])
    assert url in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert as_(world.auditor).get(url).content.startswith(b"RIFF")
    send(client, world.station, "repaired", amenity=water.pk)
    assert url not in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert client.get(url).status_code == 200
    photo.photo.delete(save=False)
    FaultPhoto.objects.update(photo="faults/gone.webp")
    assert client.get(url).status_code == 404


def test_a_photo_is_only_for_those_who_see_the_station(world: World, water: StationAmenity) -> None:
    report(as_(world.keeper), world, water, picture_bytes())
    url = reverse("admin:fault_photo", args=[FaultPhoto.objects.get().pk])
    assert "/admin/login/" in Client().get(url)["Location"]
    assert as_(world.outsider).get(url).status_code == 404


def test_what_is_no_picture_is_refused_and_nothing_is_recorded(world: World, water: StationAmenity) -> None:
    client = as_(world.keeper)
    report(client, world, water, b"no picture")
    assert "This is no picture" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    water.refresh_from_db()
    assert water.health == Health.OK
    assert not FaultPhoto.objects.exists()


def test_files_that_no_fault_names_are_swept_away(world: World, water: StationAmenity, tmp_path: Path) -> None:
    report(as_(world.keeper), world, water, picture_bytes())
    (tmp_path / "faults" / "lost.webp").write_bytes(b"")
    assert sweep_fault_photos(at=timezone.now() + timedelta(days=365)) == 1
    assert len(list((tmp_path / "faults").iterdir())) == 1
