"""What activities know of persons: phone numbers of those who sign up, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from services.actions.attendance import forget_scans
from services.actions.sign_ups import KEPT_DAYS, forget_phones
from services.models import AttendanceScan, SignUp

PHONES, SCANS = "sign-up-phones", "activity-scans"


def _phones_due(at: datetime) -> QuerySet[Any]:
    return SignUp.objects.all().to_erase(at - timedelta(days=KEPT_DAYS))


def _scans_due(at: datetime) -> QuerySet[Any]:
    return AttendanceScan.objects.filter(activity__ends_at__lt=at - timedelta(days=KEPT_DAYS))


def register_own() -> None:
    register_personal(
        Personal(
            SignUp,
            ("phone", "phone_print"),
            "visitors who sign up for an activity",
            "to tell them when it changes or is cancelled;"
            " so that the organiser sees which sign-ups came with the same number",
            "masked: whoever organises it, and keepers and officers of its stations;"
            " in clear on the call list, which is logged as a download",
            f"when they cancel, else {KEPT_DAYS} days after the activity",
            PHONES,
        ),
        Personal(
            AttendanceScan,
            ("client_key", "group"),
            "visitors who check in to an activity",
            "that one device counts once; says nothing about the device",
            "nobody",
            f"{KEPT_DAYS} days after the activity; how many came stays",
            SCANS,
        ),
    )
    register_erasure(
        Erasure(PHONES, _phones_due, lambda at: forget_phones(at=at)),
        Erasure(SCANS, _scans_due, lambda at: forget_scans(at=at, days=KEPT_DAYS)),
    )
