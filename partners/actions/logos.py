"""Logos of partners and signs of programmes: one picture each."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from harbor_portal.lib.images import Picture, Readable, clean_pictures
from partners.models import Partner, Programme
from partners.models.partners import LOGO_SIDE, WithLogo, logo_file


def read_logo(upload: Readable, field: str = "new_logo") -> Picture:
    """A logo as sent, in the size in which it is kept. Raises `Invalid`."""
    return clean_pictures(upload, longest_sides=[LOGO_SIDE], field=field)[0]


def put_logo(row: WithLogo, picture: Picture | None) -> None:
    """Give the row this picture, or none; whoever calls saves the row, in the same transaction.

    Should the transaction fail, the new file stays behind without a row, and is swept away with those of photos.
    """
    if former := row.logo_key:
        transaction.on_commit(lambda: default_storage.delete(logo_file(former)), robust=True)
    if picture is None:
        row.logo_key, row.logo_width, row.logo_height = "", 0, 0
        return
    row.logo_key = secrets.token_hex(8)
    row.logo_width, row.logo_height = picture.width, picture.height
    default_storage.save(logo_file(row.logo_key), ContentFile(picture.content))


def logo_keys() -> set[str]:
    """Of the files that rows name."""
    models: tuple[type[Partner | Programme], ...] = (Partner, Programme)
    return {
        key
        for model in models
        for key in model._default_manager.exclude(logo_key="").values_list("logo_key", flat=True)
    }
