"""The closed lists of stories."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StoryState(TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("To be reviewed")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


UNFINISHED = (StoryState.DRAFT, StoryState.REVIEW)


class ConsentHow(TextChoices):
    PAPER = "paper", _("Signed on paper")
    MESSAGE = "message", _("By message")
    RECORDED = "recorded", _("Said, and recorded")
