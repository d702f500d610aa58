"""Drawings of the front and the inside of a station: pictures for the demo that nobody takes for photos.

All in units of a 128 × 96 sheet, drawn large and made smaller, which smooths the edges.
"""

from io import BytesIO
from random import Random

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 128, 96
SCALE, SMOOTH = 8, 2

Colour = str | tuple[int, int, int]
Box = tuple[float, float, float, float]

INK, CREAM, GLASS, LAMP = "#17343a", "#f7f1e3", "#bfe3e6", "#f7b23b"
LEAF, TRUNK, WOOD = "#5d9a6b", "#7a5a43", "#c98f5a"


class Sheet:
    """Shapes in sheet units."""

    def __init__(self, ground: Colour) -> None:
        self._zoom = SCALE * SMOOTH
        self._picture = Image.new("RGB", (WIDTH * self._zoom, HEIGHT * self._zoom), ground)
        self._pen = ImageDraw.Draw(self._picture)

    def box(self, box: Box, fill: Colour, *, radius: float = 0) -> None:
        self._pen.rounded_rectangle(self._large(*box), radius * self._zoom, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self._pen.ellipse(self._large(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._pen.polygon([(x * self._zoom, y * self._zoom) for x, y in points], fill=fill)

    def line(self, points: list[tuple[float, float]], fill: Colour, width: float) -> None:
        large = [(x * self._zoom, y * self._zoom) for x, y in points]
        self._pen.line(large, fill=fill, width=round(width * self._zoom), joint="curve")

    def drop(self, x: float, y: float, size: float, fill: Colour) -> None:
        """A drop of water, its round end at (x, y)."""
        self.disc(x, y, size, fill)
        self.shape([(x - 0.88 * size, y - 0.45 * size), (x, y - 2.2 * size), (x + 0.88 * size, y - 0.45 * size)], fill)

    def saved(self) -> BytesIO:
        buffer = BytesIO()
        small = self._picture.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.LANCZOS)
        small.save(buffer, "PNG", compress_level=1)
        buffer.seek(0)
        return buffer

    def _large(self, *numbers: float) -> list[float]:
        return [number * self._zoom for number in numbers]


def front(colour: str, seed: int) -> BytesIO:
    """A small house on a street, its sign in the colour of its programme."""
    random, sheet = Random(seed), Sheet("#dcefee")  # noqa: S311  # repeatable, no secret
    _sky(sheet, random)
    sheet.box((0, 74, WIDTH, HEIGHT), "#d9d3c4")
    sheet.box((0, 85, WIDTH, HEIGHT), "#8d979a")
    for x in range(4, WIDTH, 18):
        sheet.box((x, 90, x + 9, 91.2), CREAM)
    sheet.box((26, 30, 102, 76), CREAM)
    sheet.box((24, 26, 104, 31), INK, radius=1)
    sheet.box((26, 33, 102, 43), colour)
    sheet.disc(64, 38, 4, CREAM)
    sheet.drop(64, 39, 1.6, colour)
    for x in (31, 84):
        _window(sheet, x)
    _door(sheet, colour)
    _awning(sheet, colour)
    _tree(sheet, 13, random.uniform(9, 11))
    _tree(sheet, 117, random.uniform(7, 9))
    _bench(sheet, 84)
    return sheet.saved()


def inside(colour: str, seed: int) -> BytesIO:
    """A room with a table, water, a socket and books."""
    random, sheet = Random(seed), Sheet("#f3ecdd")  # noqa: S311  # repeatable, no secret
    sheet.box((0, 70, WIDTH, HEIGHT), "#cdb491")
    sheet.box((0, 68.5, WIDTH, 70.5), "#b79c78")
    sheet.box((0, 0, WIDTH, 9), colour)
    sheet.box((46, 18, 82, 44), CREAM, radius=1)
    sheet.box((48, 20, 80, 42), GLASS)
    sheet.line([(64, 20), (64, 42)], CREAM, 1.2)
    sheet.disc(72, 27, 3.4, LAMP)
    _water(sheet, 17, colour)
    _books(sheet, random)
    sheet.box((38, 56, 42, 60), "#fff", radius=0.6)
    for x in (39.2, 40.8):
        sheet.box((x - 0.3, 57.2, x + 0.3, 58.8), INK)
    _table(sheet, colour)
    return sheet.saved()


def _sky(sheet: Sheet, random: Random) -> None:
    sheet.disc(random.uniform(96, 116), 15, 7, LAMP)
    for x in range(0, WIDTH, 11):
        top = random.uniform(40, 62)
        sheet.box((x, top, x + 9, 76), "#c3dcdb")
    for x, y in ((20, 14), (52, 10)):
        for shift, radius in ((-5, 3.4), (0, 4.6), (5, 3.2)):
            sheet.disc(x + shift, y, radius, "#fff")


def _window(sheet: Sheet, x: float) -> None:
    sheet.box((x, 48, x + 13, 64), INK, radius=0.6)
    sheet.box((x + 1, 49, x + 12, 63), "#fbe3b1")
    sheet.line([(x + 6.5, 49), (x + 6.5, 63)], INK, 0.7)
    sheet.box((x - 1, 64, x + 14, 65.4), "#cfc6b1")


def _door(sheet: Sheet, colour: str) -> None:
    sheet.box((53, 48, 75, 76), INK, radius=0.6)
    sheet.box((54.2, 49.2, 63.4, 76), GLASS)
    sheet.box((64.6, 49.2, 73.8, 76), GLASS)
    for x in (61.6, 65.6):
        sheet.box((x, 61, x + 0.9, 66), colour)
    sheet.shape([(50, 76), (78, 76), (84, 80), (44, 80)], "#c2baa7")


def _awning(sheet: Sheet, colour: str) -> None:
    """Stripes in the colour and white, each ending in a half disc."""
    for number in range(8):
        x = 48 + number * 4
        fill = colour if number % 2 == 0 else "#fff"
        sheet.box((x, 43, x + 4, 47), fill)
        sheet.disc(x + 2, 47, 2, fill)


def _tree(sheet: Sheet, x: float, size: float) -> None:
    sheet.box((x - 0.9, 60, x + 0.9, 78), TRUNK)
    for dx, dy, radius in ((0, 0, 1.0), (-0.6, 0.5, 0.7), (0.6, 0.5, 0.7)):
        sheet.disc(x + dx * size, 54 + dy * size, radius * size, LEAF)


def _bench(sheet: Sheet, x: float) -> None:
    sheet.box((x, 69, x + 15, 70.6), WOOD, radius=0.5)
    sheet.box((x, 73.4, x + 15, 75), WOOD, radius=0.5)
    for leg in (x + 1.5, x + 12.5):
        sheet.box((leg, 69, leg + 1, 79), INK)


def _water(sheet: Sheet, x: float, colour: str) -> None:
    sheet.box((x - 5, 30, x + 5, 42), "#8cc8e0", radius=3)
    sheet.box((x - 7, 41, x + 7, 78), "#fff", radius=1.2)
    sheet.box((x - 5, 45, x + 5, 56), _tint(colour), radius=0.8)
    for tap, fill in ((x - 2.4, "#d05a47"), (x + 2.4, "#3f86c6")):
        sheet.box((tap - 0.9, 47, tap + 0.9, 50), fill, radius=0.4)
    sheet.drop(x, 67, 2, colour)


def _books(sheet: Sheet, random: Random) -> None:
    sheet.box((94, 22, 122, 78), "#b98a5b", radius=0.8)
    for shelf in (25, 38, 51, 64):
        sheet.box((96, shelf, 120, shelf + 11), "#8f6a45")
        x = 97.0
        while x < 117:
            thick, high = random.uniform(1.4, 2.6), random.uniform(6.5, 9.5)
            fill = random.choice(("#d9843b", "#3f7f86", "#e4c35a", "#a8484b", CREAM))
            sheet.box((x, shelf + 11 - high, x + thick, shelf + 11), fill)
            x += thick + 0.3


def _table(sheet: Sheet, colour: str) -> None:
    for back, seat in ((31, 31), (93, 81)):
        sheet.box((back, 60, back + 2, 76), colour, radius=0.6)
        sheet.box((seat, 74, seat + 14, 76.5), colour, radius=0.8)
        for leg in (seat + 1, seat + 11.6):
            sheet.box((leg, 76, leg + 1.4, 88), INK)
    sheet.box((36, 67, 90, 70), WOOD, radius=0.8)
    for leg in (40, 84):
        sheet.box((leg, 70, leg + 2, 90), "#9a6c42")
    sheet.box((50, 61, 55, 67), "#fff", radius=0.8)
    sheet.box((70, 64.6, 79, 66.8), INK, radius=0.5)
    sheet.line([(70, 66), (46, 66), (40, 65), (40, 59)], INK, 0.5)


def _tint(colour: str) -> tuple[int, int, int]:
    """The colour, mostly white."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return (red + 3 * 255) // 4, (green + 3 * 255) // 4, (blue + 3 * 255) // 4
