"""Services that are to be had by a link, a phone or a guide, and what membership brings."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from partners.models import Partner
from services.choices import WorkerGroup
from services.online_choices import LinkState, OnlineKind
from services.online_querysets import OnlineServiceQuerySet
from stations.codes import new_code
from stations.models import Division, Unit


class OnlineService(models.Model):
    """An entry of the directory; `prefix` is that of its division, "" for the whole country.

    A product that a partner sells is of the kind `product` and names the partner: the public reads it apart from the
    services, and as what it is.
    """

    code = models.CharField(_("code"), max_length=8, unique=True, default=new_code, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=OnlineKind)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    guide = models.TextField(
        _("guide"), max_length=1000, blank=True, help_text=_("What it is for and how to use it, in a few sentences.")
    )
    url = models.URLField(_("web page"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    kept_by = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="online_services",
        verbose_name=_("kept by"),
        help_text=_("Whose officers write it."),
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="online_services",
        verbose_name=_("division"),
        help_text=_("Where it is to be had; empty: in the whole country."),
    )
    prefix = models.CharField(max_length=9, blank=True, default="", editable=False, db_index=True)
    groups = ArrayField(
        models.CharField(max_length=20, choices=WorkerGroup),
        verbose_name=_("for"),
        default=list,
        blank=True,
        help_text=_("The groups that it is for; none: for everybody."),
    )
    first = models.DateField(_("first day"), null=True, blank=True)
    last = models.DateField(_("last day"), null=True, blank=True)
    day_of_month = models.PositiveSmallIntegerField(
        _("day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Of what comes every month on the same day, such as the 28th."),
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="online_services",
        verbose_name=_("partner"),
        help_text=_("Whose product it is."),
    )
    is_published = models.BooleanField(_("published"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    link_state = models.CharField(
        _("link"), max_length=8, choices=LinkState, default=LinkState.UNCHECKED, blank=True, editable=False
    )
    link_answer = models.CharField(_("answer"), max_length=40, blank=True, default="", editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True, editable=False)
    history = History(excluded_fields=["link_state", "link_answer", "checked_at"])

    objects: ClassVar[models.Manager["OnlineService"]] = OnlineServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("online service")
        verbose_name_plural = _("online services")
        indexes = [models.Index(fields=["kind", "order", "id"], name="online_service_order")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=OnlineKind.PRODUCT) | Q(partner__isnull=False),
                name="online_product_names_its_partner",
                violation_error_message=_("A product names the partner whose it is."),
            ),
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(phone="") | ~Q(guide=""),
                name="online_service_leads_somewhere",
                violation_error_message=_("Give a web page, a phone or a guide."),
            ),
            models.CheckConstraint(
                condition=Q(last=None) | Q(first=None) | Q(last__gte=models.F("first")),
                name="online_service_in_order",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(day_of_month=None) | Q(day_of_month__range=(1, 31)),
                name="online_service_day_of_month",
                violation_error_message=_("A day of the month lies between 1 and 31."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)
