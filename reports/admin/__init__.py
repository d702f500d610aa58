"""The back office of `reports`."""

from reports.admin import anomalies, contests, months

__all__ = ["anomalies", "contests", "months"]
