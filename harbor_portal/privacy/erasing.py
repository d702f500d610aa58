"""The night on which everything is erased whose time is over."""

import logging
from datetime import datetime

from django.db import DatabaseError

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.personal import ERASURES

logger = logging.getLogger(__name__)


def erase_everything(*, at: datetime) -> dict[str, int]:
    """By rule, how much. One rule that fails stops no other, and is tried again the next night."""
    counts = {}
    for code, erasure in ERASURES.items():
        try:
            counts[code] = erasure.erase(at)
        except (DatabaseError, OSError, PortalError):
            logger.exception("what is due by the rule %s was not erased", code)
            counts[code] = 0
    return counts
