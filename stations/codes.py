"""The public codes of stations: eight characters of Crockford's base 32, at random."""

import re
import secrets
from collections.abc import Collection

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
BITS = 5
"""Of a letter."""
WELL_FORMED = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code(taken: Collection[str] = ()) -> str:
    """A code that is not among those taken; among 200,000 stations one draw in five million meets another."""
    while True:
        number = secrets.randbits(BITS * LENGTH)
        code = "".join(ALPHABET[number >> BITS * place & len(ALPHABET) - 1] for place in range(LENGTH))
        if code not in taken:
            return code


def read_code(text: str) -> str:
    """The code that a person typed: capitals and hyphens do not matter, O is 0, I and L are 1 (Crockford's rule).

    Anything else is a ValueError.
    """
    code = text.strip().upper().translate(MISREAD)
    if not WELL_FORMED.fullmatch(code):
        raise ValueError(f"no code: {text!r}")
    return code
