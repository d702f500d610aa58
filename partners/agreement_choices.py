"""The closed lists of agreements."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgreementKind(TextChoices):
    CO_BUILDING = "co_building", _("Co-building")
    RECOGNITION = "recognition", _("Mutual recognition of plates")
    SERVICE = "service", _("Service")
    SPONSORSHIP = "sponsorship", _("Sponsorship")


class AgreementState(TextChoices):
    """Where an agreement stands on a day: follows from its signature, its dates and its renewal."""

    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed, not begun")
    ACTIVE = "active", _("In force")
    EXPIRING = "expiring", _("Expires soon")
    ENDED = "ended", _("Ended")
    RENEWED = "renewed", _("Renewed")


OVER = (AgreementState.ENDED, AgreementState.RENEWED)


class Period(TextChoices):
    """Of what an obligation's quantity is: each day, month or year, or all of its time."""

    DAY = "day", _("a day")
    MONTH = "month", _("a month")
    YEAR = "year", _("a year")
    TOTAL = "total", _("in all")


class Verdict(TextChoices):
    """In a word: how an obligation stands."""

    TO_COME = "to_come", _("to come")
    ON_PACE = "on_pace", _("on pace")
    BEHIND = "behind", _("behind")
    KEPT = "kept", _("kept")
    NOT_KEPT = "not_kept", _("not kept")
    UNCOUNTED = "uncounted", _("not counted here")
