"""How it adds up: roll-ups of the ledger by month, and the month reports made of them."""

from reports.models.anomalies import Anomaly
from reports.models.contests import Contest
from reports.models.month_reports import MonthReport
from reports.models.rollups import RollupRun, StationMonth, StationMonthVisits

__all__ = ["Anomaly", "Contest", "MonthReport", "RollupRun", "StationMonth", "StationMonthVisits"]
