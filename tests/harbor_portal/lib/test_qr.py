"""Codes that a phone can read and a browser may draw."""

import re

import zxingcpp
from PIL import Image, ImageDraw

from harbor_portal.lib.qr import qr_svg

ADDRESS = "https://portal.example/s/7Q2K9F3M/checkin/?k=1-Xa3_9bQz"
PIXELS = 4
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def draw(svg: str) -> Image.Image:
    """The code as a screen would paint it."""
    side = int(re.findall(r'viewBox="0 0 (\d+) \1"', svg)[0])
    image = Image.new("L", (side * PIXELS, side * PIXELS), "white")
    pen = ImageDraw.Draw(image)
    runs = RUN.findall(svg)
    assert runs
    for x, y, length, back in (map(int, run) for run in runs):
        assert length == back
        pen.rectangle((x * PIXELS, y * PIXELS, (x + length) * PIXELS - 1, (y + 1) * PIXELS - 1), fill="black")
    return image


def test_a_phone_reads_the_address() -> None:
    assert [code.text for code in zxingcpp.read_barcodes(draw(qr_svg(ADDRESS)))] == [ADDRESS]


def test_nothing_of_it_is_forbidden_by_the_content_policy() -> None:
    svg = qr_svg("Tom & Jerry's <script>")
    assert not re.search(r"style|script|class|on\w+=", svg)
    assert 'fill="#000"' in svg
    assert svg.startswith("<svg ")
