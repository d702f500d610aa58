"""One form of a value as bytes, so that its hash is the same whoever computes it, and wherever.

JSON as RFC 8259 has it, in UTF-8: keys sorted by code point, no spaces, nothing escaped that need not be. Numbers are
integers, or the shortest decimal that reads back as the same double; there is neither NaN nor infinity.
"""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def sha256_of(value: Any) -> str:
    """The SHA-256 of the value's canonical form, in 64 small hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
