"""Receipts: ten characters of Crockford's base 32 at random, short enough to read out and too many to guess.

Of 2^50 receipts a million are given out: whoever tries a thousand a second waits thirteen days for the first hit.
"""

import re
import secrets

from stations.codes import ALPHABET, MISREAD

LENGTH = 10
WELL_FORMED = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_receipt() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_receipt(text: str) -> str:
    """The receipt that a person typed: capitals, hyphens and spaces do not matter, O is 0, I and L are 1.

    Anything else is a ValueError.
    """
    receipt = text.strip().upper().translate(MISREAD)
    if not WELL_FORMED.fullmatch(receipt):
        raise ValueError(f"no receipt: {text!r}")
    return receipt
