"""The closed lists of `services`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkerGroup(TextChoices):
    """Whom a station serves; `GROUP_CLASSES` gives the three classes of the field."""

    SANITATION = "sanitation", _("Sanitation worker")
    COURIER = "courier", _("Courier")
    FOOD_DELIVERY = "food_delivery", _("Food delivery rider")
    TAXI = "taxi", _("Taxi or ride-hailing driver")
    TRUCK = "truck", _("Truck driver")
    TRAFFIC_POLICE = "traffic_police", _("Traffic police or warden")
    URBAN_MANAGEMENT = "urban_management", _("Urban management officer")
    CONSTRUCTION = "construction", _("Construction or garden worker")
    VOLUNTEER = "volunteer", _("Volunteer")
    OTHER_OUTDOOR = "other_outdoor", _("Other outdoor worker")
    ELDERLY = "elderly", _("Elderly person")
    ILL_DISABLED = "ill_disabled", _("Ill or disabled person")
    PREGNANT_INFANT = "pregnant_infant", _("Expectant mother or infant")
    LOST_CHILD = "lost_child", _("Lost child")
    EXAM_STUDENT = "exam_student", _("Exam student")
    PUBLIC = "public", _("Other member of the public")


class GroupClass(TextChoices):
    OUTDOOR = "outdoor", _("Outdoor workers")
    SPECIAL_CARE = "special_care", _("Special care")
    PUBLIC = "public", _("Public")


SPECIAL_CARE = {
    WorkerGroup.ELDERLY,
    WorkerGroup.ILL_DISABLED,
    WorkerGroup.PREGNANT_INFANT,
    WorkerGroup.LOST_CHILD,
    WorkerGroup.EXAM_STUDENT,
}


def group_class(group: WorkerGroup) -> GroupClass:
    if group == WorkerGroup.PUBLIC:
        return GroupClass.PUBLIC
    return GroupClass.SPECIAL_CARE if group in SPECIAL_CARE else GroupClass.OUTDOOR


class Method(TextChoices):
    """How a figure was counted, most trusted first: the first one present makes the day's total by default."""

    GATE = "gate", _("Gate sensor")
    SCAN = "scan", _("QR scan")
    TALLY = "tally", _("Tally by staff")
    LEDGER = "ledger", _("Paper ledger")
    ESTIMATE = "estimate", _("Estimate")


class EntryKind(TextChoices):
    ADD = "add", _("Add")
    SET = "set", _("Set")


class Source(TextChoices):
    MY_STATION = "my_station", _("My station")
    DAY_SHEET = "day_sheet", _("Day sheet")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    CHECK_IN = "check_in", _("Check-in at the door")


LIVE_SOURCES = (Source.MY_STATION, Source.CHECK_IN, Source.API)
"""What counts at the door, as it happens."""


class FeedbackKind(TextChoices):
    """What a visitor tells us; in the order in which the form asks."""

    ARRIVED_BUT_CLOSED = "arrived_but_closed", _("Arrived, but closed")
    WRONG_PLACE = "wrong_place", _("Wrong place")
    WRONG_HOURS = "wrong_hours", _("Wrong hours")
    BROKEN = "broken", _("Something is broken")
    REFUSED = "refused", _("I was refused")
    SHORT = "short", _("Supplies have run out")
    PRAISE = "praise", _("Praise")
    IDEA = "idea", _("Idea")


class FeedbackState(TextChoices):
    """Where a report stands in the queue; a merged one stands where the report does with which it was merged."""

    RECEIVED = "received", _("Received")
    IN_HAND = "in_hand", _("In hand")
    ANSWERED = "answered", _("Answered")
    MERGED = "merged", _("Merged with another")


WAITING = (FeedbackState.RECEIVED, FeedbackState.IN_HAND)
ABOUT_EQUIPMENT = (FeedbackKind.BROKEN, FeedbackKind.SHORT)


class SupplyMove(TextChoices):
    IN = "in", _("Came in")
    OUT = "out", _("Given out")
    DISCARD = "discard", _("Thrown away")
    SENT = "sent", _("Sent to another station")
    RECEIVED = "received", _("From another station")
    FOUND = "found", _("Found when counted")
    MISSING = "missing", _("Missing when counted")


COMES_IN = (SupplyMove.IN, SupplyMove.RECEIVED, SupplyMove.FOUND)
"""What makes the stock larger; the others make it smaller."""
BY_HAND = (SupplyMove.IN, SupplyMove.OUT, SupplyMove.DISCARD)
"""What is recorded as such; the others come of counting and of sending."""


class Season(TextChoices):
    """When a supply is needed: out of its season nobody is told that it runs low."""

    ALL_YEAR = "all_year", _("All year")
    SUMMER = "summer", _("Summer")
    WINTER = "winter", _("Winter")


SEASONS = {Season.SUMMER: range(5, 10), Season.WINTER: (11, 12, 1, 2, 3)}
"""The months of each."""


class TransferState(TextChoices):
    """Where what one station sends to another is."""

    ON_THE_WAY = "on_the_way", _("On the way")
    ARRIVED = "arrived", _("Arrived")
    CALLED_BACK = "called_back", _("Called back")


class InspectionKind(TextChoices):
    SELF_CHECK = "self_check", _("Self-check")
    SPOT_CHECK = "spot_check", _("Spot check")
    UNANNOUNCED = "unannounced", _("Unannounced visit")


BY_OFFICERS = (InspectionKind.SPOT_CHECK, InspectionKind.UNANNOUNCED)


class InspectionState(TextChoices):
    DRAFT = "draft", _("Being filled in")
    FINISHED = "finished", _("Finished")


class Result(TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")
    NOT_APPLICABLE = "na", _("Not applicable")


class Severity(TextChoices):
    """How soon a finding is to be mended: `MEND_DAYS` in `services.deadlines`."""

    URGENT = "urgent", _("At once")
    SERIOUS = "serious", _("Soon")
    MINOR = "minor", _("When there is time")


class FindingState(TextChoices):
    """Where a finding stands between those who mend and those who look again."""

    OPEN = "open", _("To be mended")
    MENDED = "mended", _("To be re-checked")
    CLOSED = "closed", _("Settled")


UNSETTLED = (FindingState.OPEN, FindingState.MENDED)
