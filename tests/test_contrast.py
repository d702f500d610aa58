"""What is read in sunlight: the design tokens keep 7 : 1 for text (WCAG 2.2, 1.4.6), in light and in dark."""

import re

import pytest
from django.conf import settings

TEXT_ON = {
    "ink": ["paper", "surface", "surface-sunk", "harbour-tint"],
    "ink-soft": ["paper", "surface"],
    "open": ["paper", "surface"],
    "closed": ["paper", "surface"],
    "unknown": ["paper", "surface", "unknown-tint"],
    "danger": ["danger-tint"],
    "link": ["paper", "surface"],
    "on-harbour": ["harbour"],
}


def _tokens() -> dict[str, dict[str, str]]:
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    found = {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_sunlight(scheme: str) -> None:
    tokens = _tokens()[scheme]
    short = {}
    for ink, grounds in TEXT_ON.items():
        for ground in grounds:
            high, low = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
            ratio = (high + 0.05) / (low + 0.05)
            if ratio < 7:
                short[f"{ink} on {ground}"] = round(ratio, 2)
    assert not short
