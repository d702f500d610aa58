"""How it adds up: roll-ups of the ledger by month, the month reports made of them, targets and stars."""

from reports.models.anomalies import Anomaly
from reports.models.assessments import Assessment, AssessmentRound, Objection
from reports.models.bundles import Bundle, BundlePart
from reports.models.clock import ClockedJob
from reports.models.contests import Contest
from reports.models.deadlines import Deadline, Reminder
from reports.models.month_reports import MonthOpening, MonthReport, ReportFile, ReportWaiver
from reports.models.rollups import RollupRun, StationMonth, StationMonthTimes, StationMonthVisits
from reports.models.rubrics import Rubric, RubricItem
from reports.models.star_runs import StarRun
from reports.models.summaries import FigureChange, MonthSummary
from reports.models.targets import Target, TargetMonth, TargetStanding

__all__ = [
    "Anomaly",
    "Assessment",
    "AssessmentRound",
    "Bundle",
    "BundlePart",
    "ClockedJob",
    "Contest",
    "Deadline",
    "FigureChange",
    "MonthOpening",
    "MonthReport",
    "MonthSummary",
    "Objection",
    "Reminder",
    "ReportFile",
    "ReportWaiver",
    "RollupRun",
    "Rubric",
    "RubricItem",
    "StarRun",
    "StationMonth",
    "StationMonthTimes",
    "StationMonthVisits",
    "Target",
    "TargetMonth",
    "TargetStanding",
]
