"""The closed lists of assessments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RubricState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


class RoundState(TextChoices):
    """Nothing is to be seen of what is being worked out; proposed stars can be objected to; decided ones hold."""

    WORKING = "working", _("Being worked out")
    PROPOSED = "proposed", _("Open to objection")
    DECIDED = "decided", _("Decided")
    DROPPED = "dropped", _("Given up")


class ObjectionState(TextChoices):
    OPEN = "open", _("To be decided")
    UPHELD = "upheld", _("Upheld: the star was changed")
    REFUSED = "refused", _("Not upheld")
