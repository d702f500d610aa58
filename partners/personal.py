"""What partners know of persons: whom to call there, and who signed an agreement on paper."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from harbor_portal.lib.origin import KEPT
from harbor_portal.lib.personal import KEPT_WITH_ROW, Erasure, Personal, register_erasure, register_personal
from partners.models import Agreement, AgreementDocument, AgreementLink, AgreementNotice, PartnerContact

CONTACTS = "contacts-taken-away"


def _due(at: datetime) -> QuerySet[Any]:
    """Lines of history of contacts that are not there any more, and those that a later one has overtaken since."""
    lines: QuerySet[Any] = PartnerContact.history.filter(history_date__lt=at - KEPT)
    later = lines.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    return lines.filter(Exists(later) | ~Q(id__in=PartnerContact.objects.values("pk")))


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
            f"when a contact is changed or taken away; what it was, in the history {KEPT.days} days later",
            CONTACTS,
        ),
        Personal(
            Agreement,
            ("remark",),
            "whoever staff mention in a remark",
            "what staff need to know of an agreement",
            "everybody with a role at the unit that signs, or above it",
            "by the officer who takes it out",
            KEPT_WITH_ROW,
        ),
        Personal(
            AgreementNotice,
            ("user",),
            "staff",
            "that an officer was told once that an agreement ends or a promise falls behind",
            "nobody",
            "with the agreement; it leads to somebody who left, once the account is erased",
        ),
        Personal(
            AgreementLink,
            ("given_to",),
            "whoever reads an agreement by a link, where staff wrote more than the organisation",
            "to know to whom a link was given",
            "everybody with a role at the unit that signs, or above it",
            "with the agreement; the form asks for the organisation, not a person",
        ),
        Personal(
            AgreementDocument,
            ("title", "file"),
            "who signed on paper",
            "the signed paper as evidence",
            "everybody with a role at the unit that signs, or above it; each download is logged",
            "when an officer removes the document, its file in the night after the next day",
            KEPT_WITH_ROW,
        ),
    )
    register_erasure(Erasure(CONTACTS, _due, _erase))
