"""QR codes as pictures that stand in a page or on paper."""

from collections.abc import Iterator
from itertools import groupby

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4
"""The white margin, in modules, without which some phones find no code."""


def qr_svg(text: str) -> SafeString:
    """`text` as an SVG element that fills its box; its meaning is to be said beside it, it is hidden from readers.

    One shape with a fill and no style attribute, which the content security policy would drop. Medium error
    correction, or better where the code grows no larger by it: a quarter of a poster may be dirty.
    """
    code = segno.make(text, error="m", micro=False)
    side = code.symbol_size(scale=1, border=QUIET)[0]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"'
        ' aria-hidden="true" focusable="false">'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>',
        side=side,
        dark="".join(_runs(code.matrix)),
    )


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[str]:
    """Each row's dark stretches as one rectangle: seams between modules would show as hair lines in print."""
    for y, row in enumerate(matrix, QUIET):
        x = QUIET
        for is_dark, modules in groupby(row):
            length = len(list(modules))
            if is_dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
