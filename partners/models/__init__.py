"""With whom: partners, programmes and plates, agreements, special stations."""

from partners.models.agreements import (
    Agreement,
    AgreementNotice,
    AgreementStation,
    Obligation,
    ObligationMonth,
    ObligationStanding,
)
from partners.models.papers import AgreementDocument, AgreementLink
from partners.models.partners import Partner, PartnerContact, PartnerMember
from partners.models.programmes import Plate, Programme, ProgrammeStage
from partners.models.special import SpecialStation

__all__ = [
    "Agreement",
    "AgreementDocument",
    "AgreementLink",
    "AgreementNotice",
    "AgreementStation",
    "Obligation",
    "ObligationMonth",
    "ObligationStanding",
    "Partner",
    "PartnerContact",
    "PartnerMember",
    "Plate",
    "Programme",
    "ProgrammeStage",
    "SpecialStation",
]
