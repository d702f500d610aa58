"""The back office of `services`."""

from services.admin import (
    activities,
    desk,
    feedback,
    findings,
    grants,
    inspections,
    ledger,
    online,
    sentences,
    stories,
    supplies,
    wishes,
)

__all__ = [
    "activities",
    "desk",
    "feedback",
    "findings",
    "grants",
    "inspections",
    "ledger",
    "online",
    "sentences",
    "stories",
    "supplies",
    "wishes",
]
