"""The closed lists of activities."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActivityKind(TextChoices):
    """What stations do beyond water and seats."""

    LECTURE = "lecture", _("Lecture")
    FINANCE_LECTURE = "finance_lecture", _("Lecture on finance and fraud")
    CONSUMER_PROTECTION = "consumer_protection", _("Consumer protection")
    LEGAL = "legal", _("Legal advice")
    COOL = "cool", _("Cool in summer")
    WARM = "warm", _("Warmth in winter")
    HEALTH = "health", _("Health")
    HAIRCUT = "haircut", _("Haircut")
    VOLUNTEER = "volunteer", _("Volunteering")
    TRAINING = "training", _("Training")
    GOVERNMENT_SERVICE = "government_service", _("Government service")
    MEDIATION = "mediation", _("Mediation")
    RECRUITMENT = "recruitment", _("Recruitment")
    HOMEWARD = "homeward", _("Homeward journey")
    CULTURE = "culture", _("Culture")
    CEREMONY = "ceremony", _("Plaque ceremony")
    OTHER = "other", _("Other")


class ActivityStatus(TextChoices):
    """Planned, then held, then reported; or cancelled with notice."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    CANCELLED = "cancelled", _("Cancelled")


UNREPORTED = (ActivityStatus.PLANNED, ActivityStatus.HELD)
"""Still to be reported, once it is over."""
TOOK_PLACE = (ActivityStatus.HELD, ActivityStatus.REPORTED)


class SignUpState(TextChoices):
    BOOKED = "booked", _("Has a place")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")
