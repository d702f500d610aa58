"""What a station shows of itself: adding, changing and removing its photos."""

import secrets
from datetime import date, datetime
from typing import TypedDict, Unpack

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.files import sweep_folder
from harbor_portal.lib.images import Picture, Readable, clean_pictures
from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.models import Photo, Station, User
from stations.models.showing import LARGE, PHOTO_FOLDER, SMALL, photo_file
from stations.pictures import files_of_others
from stations.policies import refuse_unless_may_edit

MOST_PHOTOS = 12
SMALLEST_SIDE = 200
"""Pixels; less is no photo of a place but an icon."""


class PhotoFacts(TypedDict, total=False):
    """What is said of a photo."""

    caption: str
    taken_date: date | None
    order: int


def read_photo(upload: Readable) -> list[Picture]:
    """A photo as sent, in the sizes in which it is kept. Raises `Invalid`."""
    pictures = clean_pictures(upload, longest_sides=(LARGE, SMALL))
    if min(pictures[0].width, pictures[0].height) < SMALLEST_SIDE:
        raise Invalid("photo", _("The photo is too small: at least {n} pixels wide and high.").format(n=SMALLEST_SIDE))
    return pictures


@transaction.atomic
def add_photo(
    *, by: User, station: Station, pictures: list[Picture], reason: str = "", **facts: Unpack[PhotoFacts]
) -> Photo:
    """Add what `read_photo` made of an upload, behind the others unless an order is given."""
    station = _held(by, station)
    last = station.photos.order_by("order").last()
    if station.photos.count() >= MOST_PHOTOS:
        raise Invalid("photo", _("A station shows {n} photos at most. Remove one first.").format(n=MOST_PHOTOS))
    large, small = pictures
    photo = Photo(
        station=station,
        key=secrets.token_hex(8),
        width=large.width,
        height=large.height,
        small_width=small.width,
        **{"order": last.order + 1 if last else 0} | facts,
    )
    save_with_history(photo, by=by, reason=reason)
    # Should the transaction fail, the files stay behind without a row, and `sweep_photos` takes them away.
    for side, picture in ((LARGE, large), (SMALL, small)):
        default_storage.save(photo_file(photo.key, side), ContentFile(picture.content))
    return photo


@transaction.atomic
def update_photo(*, by: User, photo: Photo, reason: str = "", **facts: Unpack[PhotoFacts]) -> Photo:
    """Change what is said of a photo; another picture is another photo."""
    _held(by, photo.station)
    row: Photo = Photo.objects.get(pk=photo.pk)
    change_with_history(row, dict(facts), by=by, reason=reason)
    return row


@transaction.atomic
def remove_photo(*, by: User, photo: Photo, reason: str = "") -> None:
    """Remove the photo, and its files once that is certain."""
    _held(by, photo.station)
    delete_with_history(photo, by=by, reason=reason)
    key = photo.key
    transaction.on_commit(lambda: _delete_files(key), robust=True)


def sweep_photos(*, at: datetime) -> int:
    """Delete files that no photo names and that are not of the last day: left by saves that failed. How many."""
    kept = {photo_file(key, side) for key in Photo.objects.values_list("key", flat=True) for side in (LARGE, SMALL)}
    return sweep_folder(PHOTO_FOLDER, kept | files_of_others(), at=at)


def _held(by: User, station: Station) -> Station:
    """The station, held until the end of the transaction, if the person may change it."""
    current: Station = Station.objects.select_for_update().get(pk=station.pk)
    refuse_unless_may_edit(by, current)
    return current


def _delete_files(key: str) -> None:
    for side in (LARGE, SMALL):
        default_storage.delete(photo_file(key, side))
