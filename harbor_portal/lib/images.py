"""Pictures that people send: read with care, made small, and freed of all that they tell besides what they show."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from django.utils.translation import gettext as _
from PIL import Image

from harbor_portal.lib.errors import Invalid

MAX_BYTES = 15 * 1024**2
MAX_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000}
"""By format: a JPEG can be decoded at a fraction of its size, so that one of a large camera costs little memory."""
MAX_OTHER_PIXELS = 25_000_000
QUALITY = 78

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its EXIF orientation (Exif 2.32, tag 0x0112)."""
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error)
"""What Pillow raises over damaged files."""


class Readable(Protocol):
    """An upload, or any file opened for reading bytes."""

    def read(self, size: int = ..., /) -> Any: ...


@dataclass(frozen=True)
class Picture:
    """A WebP file and its size in pixels."""

    content: bytes
    width: int
    height: int


def clean_image(upload: Readable, *, longest_side: int, field: str = "photo") -> bytes:
    """The picture as WebP, upright, at most that many pixels wide and high, with nothing in it but pixels.

    Raises `Invalid` for `field` if it is no JPEG, PNG, WebP or GIF, is damaged, or has too many bytes or pixels.
    """
    return clean_pictures(upload, longest_sides=[longest_side], field=field)[0].content


def clean_pictures(upload: Readable, *, longest_sides: Sequence[int], field: str = "photo") -> list[Picture]:
    """The same as `clean_image` in several sizes, of one reading; a small picture is never made larger."""
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(field, _("The picture is larger than {limit} MB.").format(limit=MAX_BYTES // 1024**2))
    picture = _upright(content, max(longest_sides), field)
    return [_encoded(picture, side) for side in longest_sides]


def _upright(content: bytes, longest_side: int, field: str) -> Image.Image:
    try:
        # Only the head is read here; the pixels are counted before the first of them is unpacked.
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            _refuse_bomb(picture, field)
            turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
            picture.draft("RGB", (longest_side, longest_side))
            flat = _on_white(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(field) from error
    except _BROKEN as error:
        raise Invalid(
            field, _("This is no picture that can be read. Send a JPEG, PNG, WebP or GIF, undamaged.")
        ) from error
    return flat.transpose(turn) if turn is not None else flat


def _refuse_bomb(picture: Image.Image, field: str) -> None:
    limit = MAX_PIXELS.get(picture.format or "", MAX_OTHER_PIXELS)
    if picture.width * picture.height > limit:
        raise _too_many_pixels(field)


def _too_many_pixels(field: str) -> Invalid:
    return Invalid(field, _("The picture has too many pixels. Send it smaller."))


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency; of an animation the first picture."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _encoded(picture: Image.Image, longest_side: int) -> Picture:
    small = picture.copy()
    small.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    small.info = {}  # what the source said in it (EXIF, XMP, profile, comments) stays behind
    buffer = BytesIO()
    small.save(buffer, "WEBP", quality=QUALITY, method=4)
    return Picture(buffer.getvalue(), *small.size)
