"""The closed lists of grants."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GrantKind(TextChoices):
    """What the money is for."""

    BUILD = "build", _("To build a station")
    RENOVATE = "renovate", _("To renovate it")
    RUN = "run", _("To run it")
    REWARD = "reward", _("Reward by star")


class GrantState(TextChoices):
    """Applied for, approved or refused, paid, accounted for."""

    APPLIED = "applied", _("Applied for")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    ACCOUNTED = "accounted", _("Accounted for")
    REFUSED = "refused", _("Refused")


GRANTED = (GrantState.APPROVED, GrantState.PAID, GrantState.ACCOUNTED)
"""What takes from the budget of its batch."""
PAID = (GrantState.PAID, GrantState.ACCOUNTED)
