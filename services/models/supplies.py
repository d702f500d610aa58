"""What a station gives out and what it has left of it."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.languages import in_language
from services.choices import SupplyMove
from services.querysets import SupplyMovementQuerySet, SupplyStockQuerySet
from stations.models import Station, User


class SupplyItem(models.Model):
    """An entry of the editable catalogue of supplies; the name says what is counted: bottles, boxes."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    low_at = models.PositiveIntegerField(
        _("low at"), default=5, help_text=_("With so many or fewer left it is time to bring more.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = History()

    objects: ClassVar[models.Manager["SupplyItem"]] = models.Manager()

    class Meta:
        verbose_name = _("supply")
        verbose_name_plural = _("supplies")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class SupplyMovement(models.Model):
    """Something came in, was given out or was thrown away; never changed afterwards.

    Who took it is not recorded. A mistake is put right by the movement that goes the other way.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="supply_movements", db_index=False, verbose_name=_("station")
    )
    item = models.ForeignKey(SupplyItem, models.PROTECT, related_name="movements", verbose_name=_("supply"))
    kind = models.CharField(_("kind"), max_length=7, choices=SupplyMove)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    expires_date = models.DateField(_("expires on"), null=True, blank=True)
    date = models.DateField(_("date"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager["SupplyMovement"]] = SupplyMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of supplies")
        verbose_name_plural = _("movements of supplies")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="supply_movement_moves_something",
                violation_error_message=_("A movement is of one at least."),
            ),
            models.CheckConstraint(
                condition=Q(kind=SupplyMove.IN) | Q(expires_date=None),
                name="supply_movement_expiry_only_of_what_comes_in",
                violation_error_message=_("The day of expiry belongs to what comes in."),
            ),
        ]
        indexes = [models.Index(fields=["station", "item", "id"], name="supply_movement_station")]

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()} {self.quantity}"


class SupplyStock(models.Model):
    """What is left of one item at one station: always what its movements leave, written in the same transaction."""

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="supplies", db_index=False, verbose_name=_("station")
    )
    item = models.ForeignKey(SupplyItem, models.PROTECT, related_name="stocks", verbose_name=_("supply"))
    quantity = models.PositiveIntegerField(_("left"), default=0)
    expires_date = models.DateField(
        _("next expires on"), null=True, blank=True, help_text=_("of what is left, what expires first")
    )

    objects: ClassVar[models.Manager["SupplyStock"]] = SupplyStockQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock of supplies")
        verbose_name_plural = _("stocks of supplies")
        constraints = [
            models.UniqueConstraint(fields=["station", "item"], name="supply_stock_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(expires_date=None),
                name="supply_stock_expires_while_there_is_some",
                violation_error_message=_("What has run out does not expire."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_date", "station"], condition=Q(expires_date__isnull=False), name="supply_stock_expires"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
