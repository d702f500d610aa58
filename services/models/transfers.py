"""What one station sends to another, until it is there; and who has had today's share."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.choices import TransferState
from services.models.supplies import SupplyItem
from services.supply_querysets import SupplyTransferQuerySet
from stations.models import Station, User


class SupplyTransfer(models.Model):
    """Supplies on their way from one station to another: a movement leaves the one, and one enters the other.

    `lots` is what went, by its day of expiry ("" for what keeps), so that it arrives as what it was. What did not
    arrive is the difference of `quantity` and `arrived`: it lies in nobody's stock.
    """

    origin = models.ForeignKey(
        Station, models.PROTECT, related_name="supplies_sent", db_index=False, verbose_name=_("from")
    )
    target = models.ForeignKey(
        Station, models.PROTECT, related_name="supplies_coming", db_index=False, verbose_name=_("to")
    )
    item = models.ForeignKey(SupplyItem, models.PROTECT, related_name="+", db_index=False, verbose_name=_("supply"))
    quantity = models.PositiveIntegerField(_("quantity"))
    lots = models.JSONField(default=dict, editable=False)
    state = models.CharField(_("state"), max_length=11, choices=TransferState, default=TransferState.ON_THE_WAY)
    sent_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("handed over by")
    )
    sent_at = models.DateTimeField(_("handed over at"))
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("received by")
    )
    settled_at = models.DateTimeField(_("received at"), null=True, blank=True)
    arrived = models.PositiveIntegerField(_("arrived"), null=True, blank=True)
    why = models.CharField(_("why not all"), max_length=120, blank=True)
    history = History(no_db_index=["origin", "target", "item", "sent_by", "settled_by"])

    objects: ClassVar[models.Manager["SupplyTransfer"]] = SupplyTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery between stations")
        verbose_name_plural = _("deliveries between stations")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="supply_transfer_sends_something"),
            models.CheckConstraint(
                condition=Q(arrived=None) | Q(arrived__lte=models.F("quantity")),
                name="supply_transfer_no_more_arrives_than_was_sent",
                violation_error_message=_("No more can arrive than was sent."),
            ),
            models.CheckConstraint(
                condition=Q(state=TransferState.ON_THE_WAY, settled_at=None)
                | ~Q(state=TransferState.ON_THE_WAY) & Q(settled_at__isnull=False),
                name="supply_transfer_settled_once_there",
            ),
        ]
        indexes = [
            models.Index(fields=["origin", "-id"], name="supply_transfer_origin"),
            models.Index(fields=["target", "-id"], name="supply_transfer_target"),
            models.Index(
                fields=["target"], condition=Q(state=TransferState.ON_THE_WAY), name="supply_transfer_on_the_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.target}: {self.item} {self.quantity}"


class DailyShare(models.Model):
    """Somebody has had their one of today: a keyed hash of the day, the supply and the code of their phone.

    It leads back to nobody, says neither what nor where, and is deleted when the day is over (docs/supplies.md).
    """

    date = models.DateField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "digest"], name="daily_share_once")]

    def __str__(self) -> str:
        return str(self.date)
