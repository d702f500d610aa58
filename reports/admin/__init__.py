"""The back office of `reports`."""

from reports.admin import anomalies, assessments, bundles, contests, deadlines, months, rubrics, targets

__all__ = ["anomalies", "assessments", "bundles", "contests", "deadlines", "months", "rubrics", "targets"]
