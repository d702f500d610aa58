"""The back office of `reports`."""

from reports.admin import anomalies, months

__all__ = ["anomalies", "months"]
