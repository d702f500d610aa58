"""The back office of `services`."""

from services.admin import activities, desk, feedback, findings, inspections, ledger, sentences, supplies, wishes

__all__ = ["activities", "desk", "feedback", "findings", "inspections", "ledger", "sentences", "supplies", "wishes"]
