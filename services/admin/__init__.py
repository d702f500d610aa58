"""The back office of `services`."""

from services.admin import feedback, ledger

__all__ = ["feedback", "ledger"]
