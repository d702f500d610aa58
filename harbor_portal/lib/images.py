"""Pictures that people send: read with care, made small, and freed of all that they tell besides what they show."""

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from threading import BoundedSemaphore
from typing import Any, Protocol

from django.utils.translation import gettext as _
from PIL import Image

from harbor_portal.lib.errors import Invalid

MAX_BYTES = 15 * 1024**2
MAX_PIXELS = 60_000_000
"""Of a JPEG that is decoded line by line at a fraction of its size: one of a large camera costs little memory."""
MAX_PIXELS_AT_ONCE = 12_600_000
"""Of every other picture, which stands in memory whole, several times over; a phone's 4096 x 3072 is just let in."""
MAX_SCANS = 64
"""A progressive JPEG has about ten, and each costs as much time as the whole picture."""
MAX_MARKERS = 1000
QUALITY = 78

_FORMATS = ("JPEG", "PNG", "WEBP")
_JPEG = b"\xff\xd8\xff"
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
"""What begins a segment of a JPEG: not a stuffed byte, a restart or a filler (ITU-T T.81, B.1.1)."""
_SCAN, _END = 0xDA, 0xD9
_ORIENTATION = 0x0112
_SMOOTH = {"L", "LA", "RGB", "RGBA", "CMYK"}
"""The modes in which pixels can be averaged; those of a palette cannot."""
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
_ONE_AT_A_TIME = BoundedSemaphore()
"""Pictures are unpacked one after the other in each process, so that several large ones never meet in its memory."""


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

    Raises `Invalid` for `field` if it is no JPEG, PNG or WebP, is damaged, or has too many bytes or pixels.
    """
    return clean_pictures(upload, longest_sides=[longest_side], field=field)[0].content


def clean_pictures(upload: Readable, *, longest_sides: Sequence[int], field: str = "photo") -> list[Picture]:
    """The same as `clean_image` in several sizes, of one reading; a small picture is never made larger."""
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(field, _("The picture is larger than {limit} MB.").format(limit=MAX_BYTES // 1024**2))
    with _ONE_AT_A_TIME:
        picture = _upright(content, max(longest_sides), field)
        return [_encoded(picture, side) for side in longest_sides]


def _upright(content: bytes, longest_side: int, field: str) -> Image.Image:
    try:
        scans = _jpeg_scans(content) if content.startswith(_JPEG) else 0
        # Only the head is read here; the pixels are counted before the first of them is unpacked.
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            _refuse_bomb(picture, field, by_line=scans == 1 and "progressive" not in picture.info)
            turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
            flat = _on_white(_small(picture, longest_side))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(field) from error
    except _BROKEN as error:
        raise Invalid(field, _("This is no picture that can be read. Send a JPEG, PNG or WebP, undamaged.")) from error
    return flat.transpose(turn) if turn is not None else flat


def _jpeg_scans(content: bytes) -> int:
    """The scans up to the end of the picture; what a phone appends to it, such as a film, is not looked at.

    Raises ValueError if it has more segments than any camera writes: each costs time and memory.
    """
    at, scans = len(_JPEG) - 1, 0
    for _number in range(MAX_MARKERS):
        marker = _MARKER.search(content, at)
        if marker is None or marker[1][0] == _END:
            return scans
        scans += marker[1][0] == _SCAN
        if scans > MAX_SCANS:
            break
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    raise ValueError("a JPEG of too many pieces")


def _refuse_bomb(picture: Image.Image, field: str, *, by_line: bool) -> None:
    if picture.width * picture.height > (MAX_PIXELS if by_line else MAX_PIXELS_AT_ONCE):
        raise _too_many_pixels(field)


def _too_many_pixels(field: str) -> Invalid:
    return Invalid(field, _("The picture has too many pixels. Send it smaller."))


def _small(picture: Image.Image, longest_side: int) -> Image.Image:
    """Made small as early as it can be: a JPEG while it is decoded, and before any copy that need not be large."""
    if picture.mode not in _SMOOTH or "transparency" in picture.info:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    share = longest_side / max(picture.size)
    picture.draft(None, (ceil(picture.width * share), ceil(picture.height * share)))
    picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency."""
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
