"""The back office of `services`."""

from services.admin import activities, desk, feedback, findings, inspections, ledger, sentences, supplies

__all__ = ["activities", "desk", "feedback", "findings", "inspections", "ledger", "sentences", "supplies"]
