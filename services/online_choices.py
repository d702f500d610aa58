"""The closed lists of online services."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OnlineKind(TextChoices):
    """In the order in which the page shows them."""

    LEGAL = "legal", _("Legal aid")
    GOVERNMENT = "government", _("Government services")
    TRAINING = "training", _("Training")
    HEALTH = "health", _("Health")
    FARMERS = "farmers", _("Services for farmers")
    BENEFIT = "benefit", _("Member benefits")
    OTHER = "other", _("Other services")
    PRODUCT = "product", _("Products of partners")


class LinkState(TextChoices):
    """What the last look at a link found."""

    UNCHECKED = "", _("Not checked yet")
    ALIVE = "alive", _("Answers")
    DOUBTFUL = "doubtful", _("Did not answer once")
    DEAD = "dead", _("Does not answer")
