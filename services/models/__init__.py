"""What happened: the days of a station, the visits counted there, and what visitors told us."""

from services.models.activities import Activity, ActivityStation, Attendance
from services.models.activity_files import ActivityFile, ActivityPhoto
from services.models.days import StationDay
from services.models.desk import HandOver, KeeperNote
from services.models.doors import DoorCode
from services.models.families import PersonalReading, WishFamily
from services.models.faults import FaultPhoto
from services.models.feedback import Feedback
from services.models.findings import Finding
from services.models.grants import Grant, GrantBatch, GrantFile
from services.models.inspections import Inspection, InspectionAnswer, InspectionForm, InspectionItem
from services.models.online import OnlineService
from services.models.sent import SentWrite
from services.models.sentences import AnswerSentence
from services.models.sign_ups import AttendanceScan, Journey, JourneyStop, SignUp
from services.models.stories import Story, StoryConsent, StoryPhoto
from services.models.supplies import SupplyItem, SupplyMovement, SupplyStock
from services.models.transfers import DailyShare, SupplyTransfer
from services.models.visits import LedgerChange, Visit, VisitEntry
from services.models.wishes import Wish, WishClaim

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityPhoto",
    "ActivityStation",
    "AnswerSentence",
    "Attendance",
    "AttendanceScan",
    "DailyShare",
    "DoorCode",
    "FaultPhoto",
    "Feedback",
    "Finding",
    "Grant",
    "GrantBatch",
    "GrantFile",
    "HandOver",
    "Inspection",
    "InspectionAnswer",
    "InspectionForm",
    "InspectionItem",
    "Journey",
    "JourneyStop",
    "KeeperNote",
    "LedgerChange",
    "OnlineService",
    "PersonalReading",
    "SentWrite",
    "SignUp",
    "StationDay",
    "Story",
    "StoryConsent",
    "StoryPhoto",
    "SupplyItem",
    "SupplyMovement",
    "SupplyStock",
    "SupplyTransfer",
    "Visit",
    "VisitEntry",
    "Wish",
    "WishClaim",
    "WishFamily",
]
