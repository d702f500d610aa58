"""With whom: partners, programmes and plates, special stations."""

from partners.models.partners import Partner, PartnerContact, PartnerMember
from partners.models.programmes import Plate, Programme, ProgrammeStage
from partners.models.special import SpecialStation

__all__ = [
    "Partner",
    "PartnerContact",
    "PartnerMember",
    "Plate",
    "Programme",
    "ProgrammeStage",
    "SpecialStation",
]
