"""What giving things out knows of persons: next to nothing, until midnight."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from services.actions.shares import forget_shares
from services.models import DailyShare

SHARES = "daily-shares"


def _due(at: datetime) -> QuerySet[Any]:
    return DailyShare.objects.filter(date__lt=timezone.localdate(at))


def register_own() -> None:
    register_personal(
        Personal(
            DailyShare,
            ("digest",),
            "visitors who are given something once a day",
            "that one phone gets one of each a day; says nothing about the phone, the person or the thing",
            "nobody",
            "when the day is over",
            SHARES,
        )
    )
    register_erasure(Erasure(SHARES, _due, lambda at: forget_shares(today=timezone.localdate(at))))
