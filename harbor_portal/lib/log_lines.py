"""What a line of the log may say."""

import logging
import re

OPENING = r"/(?:agreements|feedback|wishes/came-true|activities/sign-up|welcome/[^/\s?\"'<>]+)/"
"""Before the last part of an address that opens something to whoever knows it; `deploy/Caddyfile` has the same."""
_SECRET = re.compile(rf"(?<!/services)({OPENING})[^/\s?\"'<>]+")


def masked(text: str) -> str:
    """Without the keys and receipts that stand in addresses."""
    return _SECRET.sub(r"\1…", text)


class MaskedLines(logging.Formatter):
    """Lines, and the tracebacks below them, in which no key or receipt can be read."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
