"""Partners: with whom stations are built, run and supplied; whom to call there; who belongs to an association."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from partners.choices import PartnerKind
from partners.querysets import PartnerContactQuerySet, PartnerMemberQuerySet, PartnerQuerySet
from stations.codes import new_code
from stations.models import Division, Unit
from stations.models.showing import photo_file

LOGO_SIDE = 480
"""The longest side in which a logo or a sign is kept, in pixels."""


def logo_file(key: str) -> str:
    """The name of a logo's file below the media folder: among the photos, which are all that the public is handed."""
    return photo_file(key, LOGO_SIDE)


class WithLogo(models.Model):
    """A picture by which something is known; its file is named by a key given once, so it may be cached for ever."""

    logo_key = models.CharField(max_length=16, blank=True, default="", editable=False)
    logo_width = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_height = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def logo_url(self) -> str:
        """Blank where there is none."""
        return f"{settings.MEDIA_URL}{logo_file(self.logo_key)}" if self.logo_key else ""


class Partner(WithLogo):
    """An organisation beyond the units that run stations; `kept_by` is the unit whose officers write it."""

    code = models.CharField(_("code"), max_length=8, unique=True, default=new_code, editable=False)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PartnerKind)
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="as_partner",
        verbose_name=_("is the unit"),
        help_text=_("If the partner runs or supervises stations here itself, such as a bank of another line."),
    )
    kept_by = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="partners_kept",
        verbose_name=_("kept by"),
        help_text=_("Whose officers write what stands here; what is not public is seen there and below."),
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="partners", verbose_name=_("division")
    )
    brings = models.TextField(
        _("what it brings"), max_length=1000, blank=True, help_text=_("In a few sentences, as the public reads it.")
    )
    url = models.URLField(_("web page"), blank=True)
    member_count = models.PositiveIntegerField(
        _("members, as it says itself"),
        null=True,
        blank=True,
        help_text=_("Of an association, such as 80; not all of them need be listed below."),
    )
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("Ticked, it has a page that everybody may read; never its contacts.")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    history = History()

    objects: ClassVar[models.Manager["Partner"]] = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        indexes = [models.Index(fields=["kind", "name"], name="partner_kind_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["kept_by", "name"],
                condition=models.Q(merged_into=None),
                name="partner_once_by_name",
                violation_error_message=_("This unit keeps a partner of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="partner_not_merged_into_itself",
                violation_error_message=_("A partner cannot be merged into itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partner", args=[self.code])


class PartnerContact(models.Model):
    """Whom to call at a partner. For staff of the unit that keeps it, never for the public."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="contacts", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=40)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.CharField(_("note"), max_length=100, blank=True)
    # A number that was taken away is to be gone, so history does not keep it.
    history = History(excluded_fields=["phone", "email"])

    objects: ClassVar[models.Manager["PartnerContact"]] = PartnerContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.name


class PartnerMember(models.Model):
    """Who belongs to an association: a unit of the portal, or another partner."""

    association = models.ForeignKey(Partner, models.CASCADE, related_name="members", verbose_name=_("association"))
    member_unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="in_associations", verbose_name=_("member unit")
    )
    member_partner = models.ForeignKey(
        Partner,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="in_associations",
        verbose_name=_("member partner"),
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    history = History()

    objects: ClassVar[models.Manager["PartnerMember"]] = PartnerMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(member_unit=None) ^ models.Q(member_partner=None),
                name="partner_member_is_unit_or_partner",
                violation_error_message=_("A member is either a unit or a partner."),
            ),
            models.CheckConstraint(
                condition=models.Q(member_partner=None) | ~models.Q(member_partner=models.F("association")),
                name="partner_member_not_itself",
                violation_error_message=_("An association is no member of itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(since=None) | models.Q(until__gte=models.F("since")),
                name="partner_member_in_order",
                violation_error_message=_("A membership ends on or after the day it starts."),
            ),
            models.UniqueConstraint(
                fields=["association", "member_unit", "member_partner"],
                name="partner_member_once",
                nulls_distinct=False,
                violation_error_message=_("This member is listed already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member_unit or self.member_partner)
