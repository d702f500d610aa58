"""The photo that proves that a wish came true may show the family: sealed, and whoever opens it says why."""

import secrets
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.sealed import Unreadable
from services.actions.families import erase_families, read_sealed
from services.actions.wish_claims import fulfil_wish, take_on
from services.models import PersonalReading, Wish
from tests.conftest import World
from tests.pictures import picture_bytes
from tests.services.wishing import on_wall

PICTURE = picture_bytes("WEBP", size=(64, 48))


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def wish(world: World) -> Wish:
    taken = take_on(wish=on_wall(world), unit=world.branch, by=world.officer).wish
    return fulfil_wish(wish=taken, proof="已送到", cost=None, photo=PICTURE, by=world.officer)


def opened(wish: Wish, world: World) -> bytes:
    found = Wish.objects.select_related("unit", "family").get(pk=wish.pk)
    return read_sealed(wish=found, why="核对", by=world.officer).photo


def stored(media: Path) -> Path:
    (found,) = (media / "wishes").iterdir()
    return found


def test_on_the_disk_lies_no_picture(world: World, wish: Wish, media: Path) -> None:
    content = stored(media).read_bytes()
    assert b"WEBP" not in content
    assert PICTURE not in content
    assert opened(wish, world) == PICTURE


def test_it_is_seen_by_who_says_why_and_that_stays_known(world: World, wish: Wish) -> None:
    client, address = Client(headers={"accept-language": "en"}), reverse("admin:wish_family", args=[wish.pk])
    client.force_login(world.officer)
    assert address in client.get(reverse("admin:services_wish_change", args=[wish.pk])).text
    assert "data:image/webp" not in client.get(address).text
    assert "data:image/webp" not in client.post(address, {"why": ""}).text
    assert not PersonalReading.objects.exists()
    assert "data:image/webp" in client.post(address, {"why": "核对"}).text
    assert PersonalReading.objects.get().why == "核对"


def test_a_new_key_seals_it_anew_and_the_old_one_is_not_needed(world: World, wish: Wish, settings: Any) -> None:
    old, new = settings.PERSONAL_DATA_KEYS, secrets.token_urlsafe(32)
    settings.PERSONAL_DATA_KEYS = [new, *old]
    call_command("reseal_personal_data", stdout=StringIO())
    settings.PERSONAL_DATA_KEYS = [new]
    assert opened(wish, world) == PICTURE
    settings.PERSONAL_DATA_KEYS = old
    with pytest.raises(Unreadable):
        opened(wish, world)


def test_a_lost_file_hinders_no_change_of_keys(wish: Wish, media: Path) -> None:
    stored(media).unlink()
    call_command("reseal_personal_data", stdout=StringIO())
    assert not list((media / "wishes").iterdir())


@pytest.mark.django_db(transaction=True)
def test_it_is_erased_with_the_family(world: World, wish: Wish, media: Path) -> None:
    later = timezone.now() + timedelta(days=400)
    assert erase_families(at=later) == 1
    assert not list((media / "wishes").iterdir())
    assert opened(wish, world) == b""
