"""What belongs to an agreement beside its words: documents, and links by which a page of it is given away."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from partners.agreement_querysets import PaperQuerySet
from partners.models.agreements import Agreement
from stations.models import User

DOCUMENT_FOLDER = "agreements"


class AgreementDocument(models.Model):
    """The signed paper and what belongs to it. Never public: a page that asks who you are hands it out."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents", verbose_name=_("agreement"))
    title = models.CharField(_("title"), max_length=100)
    file = models.FileField(_("file"), upload_to=DOCUMENT_FOLDER)
    size = models.PositiveIntegerField(_("size"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    history = History()

    objects: ClassVar[models.Manager["AgreementDocument"]] = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of an agreement")
        verbose_name_plural = _("documents of agreements")

    def __str__(self) -> str:
        return self.title


class AgreementLink(models.Model):
    """An address at which somebody without an account reads how the agreement is kept, until `expires_date`."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="links", verbose_name=_("agreement"))
    given_to = models.CharField(_("given to"), max_length=60, help_text=_("the organisation, not a person's name"))
    expires_date = models.DateField(_("holds until"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    history = History()

    objects: ClassVar[models.Manager["AgreementLink"]] = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to an agreement")
        verbose_name_plural = _("links to agreements")

    def __str__(self) -> str:
        return self.given_to
