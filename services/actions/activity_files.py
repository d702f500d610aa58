"""Pictures and papers of an activity."""

import re
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.files import sweep_folder
from harbor_portal.lib.images import Picture
from services.activity_policies import refuse_if_month_is_locked, refuse_unless_may_organise
from services.models import Activity, ActivityFile, ActivityPhoto
from services.models.activity_files import PAPER_FOLDER
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User
from stations.pictures import delete_picture, keep_picture

MOST_PHOTOS = 12
MOST_FILES = 12
MAX_FILE = 10 * 1024 * 1024
"""Bytes of a paper."""
SIGNS = {
    "pdf": (b"%PDF-",),
    "xlsx": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n",),
    "webp": (b"RIFF",),
}
"""The kinds of papers that are kept, and how each begins."""


@transaction.atomic
def add_activity_photo(*, activity: Activity, pictures: list[Picture], caption: str, by: User) -> ActivityPhoto:
    """Add what `read_photo` made of an upload."""
    found = _held(activity, by)
    if found.photos.count() >= MOST_PHOTOS:
        raise Invalid("photo", _("At most %(most)d photos; remove one first.") % {"most": MOST_PHOTOS})
    large, small = pictures
    photo = ActivityPhoto(
        activity=found,
        key=keep_picture(pictures),
        width=large.width,
        height=large.height,
        small_width=small.width,
        caption=caption.strip(),
    )
    save_with_history(photo, by=by, reason="added")
    return photo


@transaction.atomic
def remove_activity_photo(*, photo: ActivityPhoto, by: User) -> None:
    _held(photo.activity, by)
    key = photo.key
    delete_with_history(photo, by=by, reason="removed")
    transaction.on_commit(lambda: delete_picture(key), robust=True)


@transaction.atomic
def add_activity_file(*, activity: Activity, upload: Any, by: User) -> ActivityFile:
    """Keep a paper, of the kinds that an office knows."""
    found = _held(activity, by)
    if found.files.count() >= MOST_FILES:
        raise Invalid("file", _("At most %(most)d files; remove one first.") % {"most": MOST_FILES})
    name = re.sub(r"[\x00-\x1f/\\]", "", PurePath(upload.name).name)[-100:]
    content = upload.read(MAX_FILE + 1)
    ending = PurePath(name).suffix.lower().lstrip(".")
    if len(content) > MAX_FILE:
        raise Invalid("file", _("The file is larger than %(most)d MB.") % {"most": MAX_FILE // 1024**2})
    if not content.startswith(SIGNS.get(ending, ())):
        kinds = ", ".join(SIGNS)
        raise Invalid("file", _("Such files are not kept; these are: %(kinds)s.") % {"kinds": kinds})
    row = ActivityFile(activity=found, name=name, by=by, at=timezone.now())
    row.file = ContentFile(content, f"{found.code}.{ending}")
    save_with_history(row, by=by, reason="added")
    return row


@transaction.atomic
def remove_activity_file(*, file: ActivityFile, by: User) -> None:
    """The row goes; the file with the next sweep."""
    _held(file.activity, by)
    delete_with_history(file, by=by, reason="removed")


def sweep_activity_files(*, at: datetime) -> int:
    """Delete the papers that no row names and that are not of the last day. How many."""
    return sweep_folder(PAPER_FOLDER, set(ActivityFile.objects.values_list("file", flat=True)), at=at)


def _held(activity: Activity, by: User) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("organiser")
    found: Activity = rows.get(pk=activity.pk)
    refuse_unless_may_organise(by, found.organiser)
    refuse_if_month_is_locked(found)
    return found
