"""The closed lists of `partners`: codes are stored, labels are translated."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartnerKind(TextChoices):
    ASSOCIATION = "association", _("Association")
    GOVERNMENT = "government", _("Government body")
    ENTERPRISE = "enterprise", _("Enterprise")
    CHARITY = "charity", _("Charity")
    UNION = "union", _("Trade union")
    BANK = "bank", _("Bank")
    MEDIA = "media", _("Media")
    OTHER = "other", _("Other")


class StageKind(TextChoices):
    """How far a programme has come: tried in a few places, then everywhere."""

    PILOT = "pilot", _("Pilot")
    ROLL_OUT = "roll_out", _("Roll-out")
