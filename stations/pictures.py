"""The folder of public pictures: each is two files, named by a key that is given once.

Photos of stations are there, and whatever apps above show to everybody; each says which keys are its own, so that
files that nobody names can be swept away.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from harbor_portal.lib.images import Picture
from stations.models.showing import LARGE, SMALL, photo_file

Keys = Callable[[], Iterable[str]]

OWNERS: list[Keys] = []


def register_pictures(keys: Keys) -> None:
    """Called in the `ready()` of the app that owns the rows: the keys that they name."""
    if keys not in OWNERS:
        OWNERS.append(keys)


def keep_picture(pictures: Sequence[Picture]) -> str:
    """Store a picture in both sizes; the key by which it is known.

    Should the transaction fail, the files stay behind without a row, and are swept away.
    """
    key = secrets.token_hex(8)
    for side, picture in zip((LARGE, SMALL), pictures, strict=True):
        default_storage.save(photo_file(key, side), ContentFile(picture.content))
    return key


def delete_picture(key: str) -> None:
    for side in (LARGE, SMALL):
        default_storage.delete(photo_file(key, side))


def files_of_others() -> set[str]:
    """The names of the files that apps above keep."""
    return {photo_file(key, side) for keys in OWNERS for key in keys() for side in (LARGE, SMALL)}
