"""The closed lists of `stations`: codes are stored, labels are translated."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    BANK = "bank", _("Bank")
    UNION = "union", _("Trade union")
    ENTERPRISE = "enterprise", _("Enterprise")
    GOVERNMENT = "government", _("Government")
    OTHER = "other", _("Other")


class DivisionLevel(TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    TOWNSHIP = "township", _("Street or town")


class Role(TextChoices):
    OFFICER = "officer", _("Officer")
    REVIEWER = "reviewer", _("Union official")
    AUDITOR = "auditor", _("Auditor (read-only)")


class Tier(TextChoices):
    BASIC = "basic", _("Basic")
    EMERGENCY = "emergency", _("Emergency")
    ACCESSIBLE = "accessible", _("Accessible")
    CARING = "caring", _("Caring")
    EXTENDED = "extended", _("Extended")


class Access(TextChoices):
    OPEN = "open", _("Free to use")
    ASK_STAFF = "ask_staff", _("Ask the staff")
    NEARBY = "nearby", _("Nearby, not inside")
    NONE = "none", _("Not available")


class Health(TextChoices):
    OK = "ok", _("Working")
    OUT_OF_ORDER = "out_of_order", _("Out of order")


class Counting(TextChoices):
    """What the counters of My station stand for, as a list of stations says it."""

    DAY = "day", _("By the day")
    HOUR = "hour", _("By the hour")


class CalendarPolicy(TextChoices):
    STATUTORY = "statutory", _("Rests on public holidays, works on make-up workdays")
    FINANCE = "finance", _("Rests on public holidays and on make-up weekends")
    EVERY_DAY = "every_day", _("Same hours every day, holidays included")


class DayKind(TextChoices):
    REST = "rest", _("Public holiday")
    MAKEUP = "makeup", _("Make-up workday")


class DayStatus(TextChoices):
    ANNOUNCED = "announced", _("Announced")
    PREDICTED = "predicted", _("Predicted")


class HostKind(TextChoices):
    BANK_BRANCH = "bank_branch", _("Bank branch")
    UNION_BUILT = "union_built", _("Built by the union")
    SERVICE_HALL = "service_hall", _("Service hall")
    SANITATION_ROOM = "sanitation_room", _("Sanitation room or public toilet")
    SHOP = "shop", _("Shop")
    FUEL_STATION = "fuel_station", _("Fuel station")
    TELECOM_HALL = "telecom_hall", _("Telecom hall")
    HOSPITAL = "hospital", _("Hospital")
    POLICE_POST = "police_post", _("Police post")
    MOBILE = "mobile", _("Mobile station")
    OTHER = "other", _("Other")


class EntryMode(TextChoices):
    WALK_IN = "walk_in", _("Walk in")
    ASK_STAFF = "ask_staff", _("Ask the staff at the door")
    SCAN = "scan", _("Scan a QR code")
    CODE = "code", _("Enter a code")
    FACE = "face", _("Face recognition")


class Datum(TextChoices):
    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


class StationStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("On the map")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed for good")


class HowChecked(TextChoices):
    """How it was seen that a fact is right."""

    STAFF = "staff", _("by staff")
    VISIT = "visit", _("opened or visited")
    PUBLIC = "public", _("by a visitor's report")
    INSPECTION = "inspection", _("at an inspection")


BY_STAFF = (HowChecked.STAFF, HowChecked.INSPECTION)
"""What the public reads as checked by staff."""
PASSING = (HowChecked.VISIT, HowChecked.PUBLIC)
"""What proves a fact by the way, day after day: of each only the last one is kept, since days and reports have a record
of their own."""


class Decision(TextChoices):
    """What became of a proposed fact."""

    OPEN = "open", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Proposed anew")


class HonourLevel(TextChoices):
    """Who gave it; the highest first."""

    NATIONAL = "national", _("National level")
    PROVINCE = "province", _("Province level")
    CITY = "city", _("City level")
    DISTRICT = "district", _("District level")


class OpenReason(TextChoices):
    """Why a station is open, closed or unknown."""

    SCHEDULE = "schedule", _("According to its opening hours")
    HOLIDAY = "holiday", _("According to its hours on public holidays")
    MAKEUP = "makeup", _("Make-up workday: according to its working hours")
    EXCEPTION = "exception", _("Other hours than usual today")
    NO_HOURS = "no_hours", _("Its opening hours are not known")
    SUSPENDED = "suspended", _("The station is suspended")
    KEEPER_OPEN = "keeper_open", _("The keeper opened it today")
    KEEPER_CLOSED = "keeper_closed", _("The keeper closed it today")
    BEING_CHECKED = "being_checked", _("Somebody found it closed today; this is being checked")
    SEEN = "seen", _("Somebody was served there a short while ago")


class AlertKind(TextChoices):
    HEAT = "heat", _("Heat")
    COLD = "cold", _("Cold")
    TYPHOON = "typhoon", _("Typhoon")
    HOLIDAY = "holiday", _("Holiday hours")
    OTHER = "other", _("Another notice")


WEATHER = (AlertKind.HEAT, AlertKind.COLD, AlertKind.TYPHOON)
"""Of which there is one at a time in a division."""


class DownloadKind(TextChoices):
    """What somebody took along."""

    REPORT = "report", _("Month report")
    LIST = "list", _("List")
    POSTER = "poster", _("Door posters")
    PROBLEMS = "problems", _("List with its problems marked")
    OTHER = "other", _("Another file")


class UploadState(TextChoices):
    """How far a list that was sent has come; the first of each pair waits for the worker."""

    SENT = "sent", _("Being checked")
    CHECKED = "checked", _("Checked, not entered")
    TO_ENTER = "to_enter", _("Being entered")
    ENTERED = "entered", _("Entered")
    TO_UNDO = "to_undo", _("Being taken back")
    UNDONE = "undone", _("Taken back")
    FAILED = "failed", _("Could not be done")


UNDER_WAY = (UploadState.SENT, UploadState.TO_ENTER, UploadState.TO_UNDO)
