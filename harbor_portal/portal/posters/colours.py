"""Colours of programmes as they can be printed: white letters on them, and they on white, stay readable."""

ENOUGH = 4.5
"""Contrast by WCAG 2.2, 1.4.3."""
STEP = 0.94


def on_paper(colour: str) -> str:
    """The colour (`#rrggbb`), darkened as far as needed."""
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    while contrast_to_white(channels) < ENOUGH:
        channels = [int(channel * STEP) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast_to_white(channels: list[int]) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
