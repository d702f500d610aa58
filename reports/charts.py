"""The charts of the report as SVG, drawn by the server: on screen and on paper the same, without a script.

Colours stand in attributes, for paper, and in classes, by which a screen may choose others.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reports.sections.printing import Chart

FONT = "Noto Sans CJK SC"
INK, SOFT, LINE, BAR = "#11262b", "#3a4f55", "#d3d2c8", "#0b5559"
SIZE = 12
"""Of the letters, in units of the drawing."""
WIDE, NARROW = 640, 340
"""A sheet or a desk, and a phone."""
MOST_BARS = 16
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that may come with a pasted name, and that no drawing can hold (XML 1.0, 2.2)."""
BAR_HEIGHT, BAR_ROOM = 14, 22
DARKEST = 0.5
"""Of a cell: its figure is read on it, on paper and on a dark screen."""


@dataclass(frozen=True)
class _Canvas:
    width: int
    height: float
    parts: Sequence[str]


def svg(chart: Chart, *, width: int = WIDE) -> str:
    """The drawing; its words and figures are those of the table behind it."""
    canvas = DRAWN[chart.kind](chart, width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {canvas.width} {canvas.height:g}" role="img"'
        f' font-family="{FONT}" font-size="{SIZE}" class="chart chart-{chart.kind}">'
        f"<title>{_said(chart.title)}</title>{''.join(canvas.parts)}</svg>"
    )


def is_drawn(chart: Chart) -> bool:
    """Whether there is anything to see."""
    return any(value for value in _flat(chart.values))


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value


def _bars(chart: Chart, width: int) -> _Canvas:
    """A bar to the right of each label, with its figure behind it; the largest first if there are many."""
    pairs = list(zip(chart.labels, chart.values, strict=True))
    if len(pairs) > MOST_BARS:
        pairs = sorted(pairs, key=lambda pair: pair[1] or 0, reverse=True)[:MOST_BARS]
    room = min(max((_length(label) for label, _value in pairs), default=0) + 10, width * 0.42)
    highest = max((value or 0 for _label, value in pairs), default=0) or 1
    behind = _length(f"{highest:,}") + 10
    parts = []
    for number, (label, value) in enumerate(pairs):
        top = number * BAR_ROOM + 3
        long = (width - room - behind) * (value or 0) / highest
        parts += [
            _text(room - 8, top + BAR_HEIGHT - 3, _cut(label, room - 8), anchor="end"),
            _rect(room, top, long, BAR_HEIGHT),
            _text(room + long + 6, top + BAR_HEIGHT - 3, _told(value)),
        ]
    return _Canvas(width, len(pairs) * BAR_ROOM + 4, parts)


def _columns(chart: Chart, width: int) -> _Canvas:
    """A column for each month, with its figure above it and its name below."""
    count = max(len(chart.labels), 1)
    step, top, ground = width / count, 20, 160
    highest = max((value or 0 for value in chart.values), default=0) or 1
    figures = _fit([_told(value) for value in chart.values], step)
    names = _fit([_month(label) for label in chart.labels], step)
    parts = [_line(0, ground, width)]
    for number, value in enumerate(chart.values):
        left, middle = number * step, (number + 0.5) * step
        high = (ground - top) * (value or 0) / highest
        is_last = number == count - 1
        parts.append(_rect(left + step * 0.18, ground - high, step * 0.64, high, is_pale=not is_last))
        parts.append(_text(middle, ground - high - 5, figures[number], anchor="middle", is_small=True))
        parts.append(_text(middle, ground + 15, names[number], anchor="middle", is_small=True))
        if number == 0 or chart.labels[number].endswith("-01"):
            parts.append(_text(middle, ground + 29, chart.labels[number][:4], anchor="middle", is_small=True))
    return _Canvas(width, ground + 34, parts)


def _heat(chart: Chart, width: int) -> _Canvas:
    """A cell for each pair; the darker, the more, and each with its figure."""
    room = max((_length(label) for label in chart.labels), default=0) + 8
    step, high, top = (width - room) / max(len(chart.columns), 1), 24, 20
    highest = max((value or 0 for value in _flat(chart.values)), default=0) or 1
    parts = [
        _text(room + (number + 0.5) * step, 13, name, anchor="middle", is_small=True)
        for number, name in enumerate(_fit(list(chart.columns), step))
    ]
    for row, (label, values) in enumerate(zip(chart.labels, chart.values, strict=True)):
        line = top + row * high
        parts.append(_text(room - 8, line + 16, label, anchor="end"))
        told = _fit([_told(value) for value in values], step)
        for number, value in enumerate(values):
            strength = DARKEST * (value or 0) / highest
            left = room + number * step
            parts.append(_cell(left, line, step - 2, high - 2, strength))
            parts.append(_text(left + step / 2 - 1, line + 15, told[number], anchor="middle"))
    return _Canvas(width, top + len(chart.labels) * high + 2, parts)


def _pace(chart: Chart, width: int) -> _Canvas:
    """How far each has come on its way to the goal, at the right end, and a line where it was to be."""
    room = min(max((_length(label) for label in chart.labels), default=0) + 10, width * 0.42)
    long = width - room - _length("100 %") - 10
    parts = []
    for number, (label, (reached, due)) in enumerate(zip(chart.labels, chart.values, strict=True)):
        top = number * BAR_ROOM + 3
        parts += [
            _text(room - 8, top + BAR_HEIGHT - 3, _cut(label, room - 8), anchor="end"),
            _cell(room, top, long, BAR_HEIGHT, 0),
            _rect(room, top, long * min(reached or 0, 1), BAR_HEIGHT),
            _mark(room + long * min(due, 1), top - 2, top + BAR_HEIGHT + 2),
            _text(
                room + long + 6, top + BAR_HEIGHT - 3, "—" if reached is None else f"{reached:.0%}".replace("%", " %")
            ),
        ]
    return _Canvas(width, len(chart.labels) * BAR_ROOM + 4, parts)


DRAWN = {"bars": _bars, "columns": _columns, "heat": _heat, "pace": _pace}


def _month(label: str) -> str:
    """Of "2026-10" is told its month; the year stands below the first one and each January."""
    return label[5:].lstrip("0") if len(label) == 7 else label


def _told(value: float | None) -> str:
    return "—" if value is None else f"{value:,}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.0f} %"


def _length(text: str) -> float:
    """About how wide the text is; a Chinese character is as wide as it is high."""
    return sum(SIZE if ord(letter) > 0x2E7F else SIZE * 0.58 for letter in text)


def _cut(text: str, room: float) -> str:
    if _length(text) <= room:
        return text
    while text and _length(text) > room - SIZE:
        text = text[:-1]
    return f"{text}…"


def _fit(texts: list[str], room: float) -> list[str]:
    """As they are, or every second, third… one where they would run into each other."""
    longest = max((_length(text) * 0.85 for text in texts), default=0) + 4
    every = max(1, -(-int(longest) // max(int(room), 1)))
    offset = (len(texts) - 1) % every
    return [text if number % every == offset else "" for number, text in enumerate(texts)]


def _said(text: str) -> str:
    return escape(NO_XML.sub("", text))


def _text(left: float, top: float, text: str, *, anchor: str = "start", is_small: bool = False) -> str:
    if not text:
        return ""
    colour, kind = (SOFT, "small") if is_small else (INK, "word")
    size = f' font-size="{SIZE * 0.85:g}"' if is_small else ""
    # The typesetter knows the lightest cut of the font alone; its outline, which a screen leaves out, makes it regular.
    outline = f'stroke="{colour}" stroke-width="0.35"'
    return (
        f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{colour}" {outline}'
        f' class="chart-{kind}"{size}>{_said(text)}</text>'
    )


def _rect(left: float, top: float, width: float, height: float, *, is_pale: bool = False) -> str:
    colour, kind = ("#8fb9b6", "pale") if is_pale else (BAR, "bar")
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" rx="2"'
        f' fill="{colour}" class="chart-{kind}"/>'
    )


def _cell(left: float, top: float, width: float, height: float, strength: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="#edf1ee"'
        f' class="chart-ground"/><rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"'
        f' fill="{BAR}" fill-opacity="{strength:.2f}" class="chart-bar"/>'
    )


def _mark(left: float, top: float, bottom: float) -> str:
    return (
        f'<line x1="{left:.1f}" x2="{left:.1f}" y1="{top}" y2="{bottom}" stroke="{INK}" stroke-width="2"'
        f' class="chart-mark"/>'
    )


def _line(left: float, top: float, right: float) -> str:
    return f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{top}" y2="{top}" stroke="{LINE}" class="chart-line"/>'
