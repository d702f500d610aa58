"""What partners know of persons: whom to call there."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from harbor_portal.lib.origin import KEPT
from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from partners.models import PartnerContact

CONTACTS = "contacts-taken-away"


def _due(at: datetime) -> QuerySet[Any]:
    """Lines of history of contacts that are not there any more."""
    lines: QuerySet[Any] = PartnerContact.history.filter(history_date__lt=at - KEPT)
    return lines.exclude(id__in=PartnerContact.objects.values("pk"))


def _erase(at: datetime) -> int:
    return int(_due(at).delete()[0])


def register_own() -> None:
    register_personal(
        Personal(
            PartnerContact,
            ("name", "post", "phone", "email", "note"),
            "contacts at partners",
            "whom to call at a partner",
            "staff in the scope of the unit that keeps the partner",
            f"when a contact is taken away; its name in the history {KEPT.days} days later",
            CONTACTS,
        ),
    )
    register_erasure(Erasure(CONTACTS, _due, _erase))
