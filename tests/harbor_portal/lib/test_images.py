"""What is made of the pictures that people send."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from harbor_portal.lib import images
from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.images import clean_image, clean_pictures
from tests.pictures import located_exif, picture_bytes, png_of_size, scans_appended

NO_PICTURE = "JPEG, PNG or WebP"


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "P"), ("WEBP", "RGB")],
)
def test_every_common_kind_becomes_webp_of_the_wanted_size(kind: str, mode: str) -> None:
    clean = opened(clean_image(BytesIO(picture_bytes(kind, mode=mode)), longest_side=200))
    assert (clean.format, clean.mode, clean.size) == ("WEBP", "RGB", (200, 150))


def test_a_small_picture_keeps_its_size() -> None:
    assert opened(clean_image(BytesIO(picture_bytes(size=(90, 120))), longest_side=200)).size == (90, 120)


def test_several_sizes_are_made_of_one_reading() -> None:
    large, small = clean_pictures(BytesIO(picture_bytes(size=(1600, 900))), longest_sides=(1280, 480))
    assert (large.width, large.height) == opened(large.content).size == (1280, 720)
    assert (small.width, small.height) == opened(small.content).size == (480, 270)


def test_place_camera_and_comments_are_gone() -> None:
    sent = picture_bytes(exif=located_exif(), comment=b"SecretComment", icc_profile=b"SecretProfile")
    assert opened(sent).getexif().get_ifd(0x8825)
    content = clean_image(BytesIO(sent), longest_side=200)
    clean = opened(content)
    assert not clean.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & clean.info.keys()
    assert b"Secret" not in content
    assert b"EXIF" not in content


HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera with this orientation stores an upright scene: what it needs to be upright again, undone."""


@pytest.mark.parametrize(("orientation", "turn"), HELD.items())
def test_a_picture_stands_upright_however_the_phone_was_held(orientation: int, turn: Image.Transpose | None) -> None:
    upright = opened(picture_bytes(size=(400, 200)))
    buffer = BytesIO()
    (upright if turn is None else upright.transpose(turn)).save(buffer, "JPEG", exif=located_exif(orientation))
    buffer.seek(0)
    clean = opened(clean_image(buffer, longest_side=400))
    assert clean.size == (400, 200)
    left, right = clean.getpixel((50, 100)), clean.getpixel((350, 100))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > left[2]
    assert right[2] > right[0]


def test_what_is_transparent_becomes_white() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(buffer, "PNG")
    buffer.seek(0)
    pixel = opened(clean_image(buffer, longest_side=50)).getpixel((25, 25))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    buffer.seek(0)
    clean = opened(clean_image(buffer, longest_side=60))
    pixel = clean.getpixel((30, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert pixel[2] < 100
    assert getattr(clean, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + b"\0" * 300,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>photo.jpg</html>",
        picture_bytes()[:2000],
        picture_bytes("PNG")[:60],
        picture_bytes("BMP"),
        picture_bytes("TIFF"),
        picture_bytes("GIF", mode="P"),
    ],
    ids=["nothing", "program", "svg", "page", "half a jpeg", "half a png", "bmp", "tiff", "gif"],
)
def test_what_is_no_whole_picture_of_a_known_kind_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(Invalid, match=NO_PICTURE) as refused:
        clean_image(BytesIO(content), longest_side=200, field="picture")
    assert refused.value.field == "picture"


@pytest.mark.parametrize("size", [(6_000, 6_000), (11_000, 11_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="too many pixels"):
        clean_image(BytesIO(png_of_size(*size)), longest_side=200)


def test_a_jpeg_that_is_painted_over_again_and_again_is_refused() -> None:
    assert clean_image(BytesIO(scans_appended(5)), longest_side=200)
    with pytest.raises(Invalid, match=NO_PICTURE):
        clean_image(BytesIO(scans_appended(100)), longest_side=200)


def test_a_jpeg_of_very_many_segments_is_refused() -> None:
    sent = picture_bytes()
    with pytest.raises(Invalid, match=NO_PICTURE):
        clean_image(BytesIO(sent[:2] + b"\xff\xfe\x00\x02" * 2000 + sent[2:]), longest_side=200)


def test_a_film_behind_the_photo_of_a_phone_is_not_looked_at() -> None:
    assert clean_image(BytesIO(picture_bytes() + b"\xff\xda\x00\x02" * 2000), longest_side=200)


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {"lossless": True})]
)
def test_what_stands_in_memory_whole_may_have_fewer_pixels(
    monkeypatch: pytest.MonkeyPatch, kind: str, options: dict[str, Any]
) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS_AT_ONCE", 800 * 600 - 1)
    assert clean_image(BytesIO(picture_bytes("JPEG")), longest_side=200)
    with pytest.raises(Invalid, match="too many pixels"):
        clean_image(BytesIO(picture_bytes(kind, **options)), longest_side=200)


def test_a_long_jpeg_too_is_decoded_at_a_fraction_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    drafts: list[Any] = []
    draft = JpegImageFile.draft

    def watched(picture: JpegImageFile, mode: str | None, size: tuple[int, int] | None) -> Any:
        drafts.append(draft(picture, mode, size))
        return drafts[-1]

    monkeypatch.setattr(JpegImageFile, "draft", watched)
    assert opened(clean_image(BytesIO(picture_bytes(size=(4000, 80))), longest_side=400)).size == (400, 8)
    assert drafts[0] == ("RGB", (0, 0, 500, 10))


def test_pictures_are_unpacked_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    unpack = images._upright
    was_free: list[bool] = []

    def watched(*args: Any) -> Image.Image:
        was_free.append(images._ONE_AT_A_TIME.acquire(blocking=False))
        return unpack(*args)

    monkeypatch.setattr(images, "_upright", watched)
    for _time in range(2):
        clean_image(BytesIO(picture_bytes()), longest_side=200)
    assert was_free == [False, False]


def test_no_more_than_the_allowed_bytes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Endless:
        def read(self, size: int = -1, /) -> Any:
            asked.append(size)
            return b"\xff" * size

    monkeypatch.setattr(images, "MAX_BYTES", 1024**2)
    with pytest.raises(Invalid, match="larger than 1 MB"):
        clean_image(Endless(), longest_side=200)
    assert asked == [1024**2 + 1]
