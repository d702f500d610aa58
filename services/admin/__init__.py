"""The back office of `services`."""

from services.admin import desk, feedback, ledger

__all__ = ["desk", "feedback", "ledger"]
