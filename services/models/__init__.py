"""What happened: the days of a station and the visits counted there."""

from services.models.days import StationDay
from services.models.visits import LedgerChange, Visit, VisitEntry

__all__ = ["LedgerChange", "StationDay", "Visit", "VisitEntry"]
