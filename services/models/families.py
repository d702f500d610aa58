"""Whose wish it is, sealed; and the log of everybody who read it.

These tables have no history: what is erased shall be nowhere.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.sealed import FingerprintField, SealedTextField
from services.models.stories import Story
from services.models.wishes import MAX_REASON, Wish, WishClaim
from services.wish_querysets import FamilyQuerySet, ReadingQuerySet
from stations.models import User

PURPOSE = "wish family"
MAX_SITUATION = 500


class WishFamily(models.Model):
    wish = models.OneToOneField(Wish, models.CASCADE, related_name="family", verbose_name=_("wish"))
    name = SealedTextField(_("name"), max_length=60, blank=True)
    phone = SealedTextField(_("phone"), max_length=40, blank=True)
    address = SealedTextField(_("address"), max_length=200, blank=True)
    situation = SealedTextField(_("situation"), max_length=MAX_SITUATION, blank=True)
    words = SealedTextField(_("what the family said"), max_length=MAX_SITUATION, blank=True)
    # By which a second wish of the same family is known for one.
    phone_print = FingerprintField(source="phone", purpose=PURPOSE)
    home_print = FingerprintField(source="address", purpose=PURPOSE)
    agreed_at = models.DateTimeField(_("the family agreed at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects: ClassVar[models.Manager["WishFamily"]] = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("family of a wish")
        verbose_name_plural = _("families of wishes")

    def __str__(self) -> str:
        return f"{self.wish_id}"


class PersonalReading(models.Model):
    """Somebody opened what is sealed: who, when, why."""

    wish = models.ForeignKey(
        Wish, models.PROTECT, null=True, blank=True, related_name="readings", verbose_name=_("wish")
    )
    story = models.ForeignKey(
        Story, models.PROTECT, null=True, blank=True, related_name="readings", verbose_name=_("story")
    )
    claim = models.ForeignKey(
        WishClaim, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("offer")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), db_index=True)
    why = models.CharField(_("why"), max_length=MAX_REASON)

    objects: ClassVar[models.Manager["PersonalReading"]] = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of sealed data")
        verbose_name_plural = _("readings of sealed data")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wish=None) ^ models.Q(story=None),
                name="reading_of_wish_or_story",
                violation_error_message=_("What was read belongs to a wish or to a story."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} · {self.wish or self.story}"
