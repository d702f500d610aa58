"""What a line of the log may say."""

import logging
import re

_SECRET = re.compile(r"(?<!/services)(/(?:agreements|feedback|wishes/came-true|activities/sign-up)/)[^/\s?\"'<>]+")
"""The last part of an address that opens something to whoever knows it."""


def masked(text: str) -> str:
    """Without the keys and receipts that stand in addresses."""
    return _SECRET.sub(r"\1…", text)


class MaskedLines(logging.Formatter):
    """Lines, and the tracebacks below them, in which no key or receipt can be read."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
