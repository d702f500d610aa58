"""Papers, pictures and words about activities and grants go when the years are over for which accounts are kept."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from harbor_portal.lib.images import Picture
from harbor_portal.lib.personal import ERASURES
from services.actions.activity_files import add_activity_file, add_activity_photo, remove_activity_file
from services.actions.grants import add_grant_file
from services.actions.old_papers import erase_activity_papers, erase_grant_papers
from services.models import Activity, ActivityFile, ActivityPhoto, GrantFile
from services.papers import Paper
from tests.conftest import World
from tests.factories import make_activity, make_batch, make_grant
from tests.harbor_portal.test_privacy import stored

NAME, SPEAKER = "孙小美的发票.pdf", "孙小美律师"
PDF = b"%PDF-1.7 invoice"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def years_later(years: int, days: int = 0) -> datetime:
    return timezone.now() + timedelta(days=365 * years + days)


def documented(world: World) -> Activity:
    activity = make_activity(world.branch, world.station, summary=f"{SPEAKER}来讲课")
    for name in (NAME, "孙小美.pdf"):
        file = add_activity_file(activity=activity, upload=SimpleUploadedFile(name, PDF), by=world.officer)
    remove_activity_file(file=file, by=world.officer)
    pictures = [Picture(b"RIFF", 8, 6), Picture(b"RIFF", 4, 3)]
    add_activity_photo(activity=activity, pictures=pictures, caption=SPEAKER, by=world.officer)
    return activity


@pytest.mark.django_db(transaction=True)
def test_those_of_an_activity_go_ten_years_later_and_its_figures_stay(world: World, media: Path) -> None:
    activity = documented(world)
    assert erase_activity_papers(at=years_later(10)) == 0
    later = years_later(10, days=8)
    assert ERASURES["activity-papers"].count(later) == 1
    assert erase_activity_papers(at=later) == 1
    assert "孙小美" not in stored()
    assert not ActivityFile.objects.exists() | ActivityPhoto.objects.exists()
    assert not [path for path in (media / "photos").rglob("*") if path.is_file()]
    activity.refresh_from_db()
    assert (activity.title, activity.summary) == ("义务理发", "")
    assert erase_activity_papers(at=later) == 0


@pytest.mark.django_db(transaction=True)
def test_those_of_a_grant_go_ten_years_after_it_was_last_dealt_with(world: World, media: Path) -> None:
    grant = make_grant(world.station, make_batch(world.bank), world.officer)
    add_grant_file(grant=grant, paper=Paper(NAME, "pdf", PDF), by=world.officer)
    assert erase_grant_papers(at=years_later(10, days=-1)) == 0
    assert ERASURES["grant-papers"].count(years_later(10, days=1)) == 1
    assert erase_grant_papers(at=years_later(10, days=1)) == 1
    assert not GrantFile.objects.exists()
    assert "孙小美" not in stored()
    assert not [path for path in (media / "grants").iterdir() if path.is_file()]
    grant.refresh_from_db()
    assert grant.purpose
