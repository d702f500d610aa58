"""Pictures for tests, as cameras, phones and enemies send them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **options: Any) -> bytes:
    """The left half red, the right half blue, so that a turn can be seen."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    buffer = BytesIO()
    picture.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def picture_file(name: str = "door.jpg", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(**options), "image/jpeg")


def located_exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: who made it, how it was held, and where the person stood."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 39.0, 36.0), 3: "E", 4: (117.0, 1.0, 12.0)})
    return exif


def png_of_size(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def scans_appended(count: int) -> bytes:
    """A progressive JPEG whose last scan is sent that many times more."""
    sent = picture_bytes(progressive=True)
    return sent[:-2] + sent[sent.rindex(b"\xff\xda") : -2] * count + sent[-2:]
