"""The back office of `services`."""

from services.admin import desk, feedback, findings, inspections, ledger, sentences, supplies

__all__ = ["desk", "feedback", "findings", "inspections", "ledger", "sentences", "supplies"]
