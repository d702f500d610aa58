"""The code of the day: by it somebody gets one of a supply a day, and stays nobody.

It is made of the random token that the check-in gives a phone until midnight, so it needs no name and no number, and
tomorrow it is another one. Its last two characters sign the others, so that no code can be made up. See
docs/supplies.md.
"""

import hmac
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import constant_time_compare

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that look like digits."""
ALIKE = str.maketrans("OIL", "011", " -")
LENGTH, SIGNED = 6, 2
"""30 bits for the person: two of 10,000 share a code on one day in twenty; and 1 in 1,024 made-up ones passes."""

GIVE = "give"
"""By which parameter the keeper's page is told of a code, where it was scanned instead of typed."""


def daily_code(device: str, day: date) -> str:
    """For the phone: "K7Q2 M3XD"."""
    return _written(_signed(_letters(f"person:{day}:{device}", LENGTH), day))


def read_code(text: str, day: date) -> str | None:
    """The code as it counts, however it was typed; None for one that was not given out for that day."""
    code = text.upper().translate(ALIKE)
    if len(code) != LENGTH + SIGNED or not set(code) <= set(ALPHABET):
        return None
    return code if constant_time_compare(code, _signed(code[:LENGTH], day)) else None


def share_digest(code: str, item_id: int, day: date) -> str:
    """What is kept of it until the day is over: neither the code nor the supply can be read from it."""
    return _mac(f"share:{day}:{item_id}:{code}").hex()


def _signed(person: str, day: date) -> str:
    return person + _letters(f"sign:{day}:{person}", SIGNED)


def _written(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _letters(text: str, length: int) -> str:
    number = int.from_bytes(_mac(text), "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(length))


def _mac(text: str) -> bytes:
    return hmac.new(f"services.daily_codes:{settings.SECRET_KEY}".encode(), text.encode(), sha256).digest()
