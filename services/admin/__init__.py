"""The back office of `services`."""

from services.admin import desk, feedback, ledger, supplies

__all__ = ["desk", "feedback", "ledger", "supplies"]
