"""What a station gives out and what it has left of it."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History, Removals
from harbor_portal.lib.languages import in_language
from partners.models import Partner
from services.choices import COMES_IN, Season, SupplyMove, WorkerGroup
from services.supply_querysets import SupplyMovementQuerySet, SupplyStockQuerySet
from stations.models import Station, User


class SupplyItem(models.Model):
    """An entry of the editable catalogue of supplies."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    low_at = models.PositiveIntegerField(
        _("low at"), default=5, help_text=_("With so many or fewer left it is time to bring more.")
    )
    unit = models.CharField(_("unit"), max_length=8, blank=True, help_text=_("What is counted: 瓶, 盒, 片."))
    unit_en = models.CharField(_("English unit"), max_length=20, blank=True, help_text=_("Such as bottles or boxes."))
    season = models.CharField(
        _("season"),
        max_length=8,
        choices=Season,
        default=Season.ALL_YEAR,
        help_text=_("Out of its season nobody is told that it runs low."),
    )
    is_shown = models.BooleanField(
        _("shown on the map"),
        default=False,
        help_text=_("On the days on which a station has some, visitors read it: “Ice water today”."),
    )
    is_once_a_day = models.BooleanField(
        _("once a day"), default=False, help_text=_("A person gets one a day, by the code of the day on their phone.")
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

    @property
    def counted_in(self) -> str:
        """The unit in the reader's language, or nothing."""
        return in_language(self.unit, self.unit_en)


class SupplyMovement(models.Model):
    """Something came in, was given out or was thrown away; never changed afterwards, and removed only with its list.

    Whom it was given to is recorded as the group that they belong to, and no more. A mistake is put right by the
    movement that goes the other way.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="supply_movements", db_index=False, verbose_name=_("station")
    )
    item = models.ForeignKey(SupplyItem, models.PROTECT, related_name="movements", verbose_name=_("supply"))
    kind = models.CharField(_("kind"), max_length=8, choices=SupplyMove)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    expires_date = models.DateField(_("expires on"), null=True, blank=True)
    group = models.CharField(
        _("group"), max_length=20, choices=WorkerGroup, blank=True, help_text=_("Whom it was given out to.")
    )
    donor = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supplies",
        db_index=False,
        verbose_name=_("given by"),
    )
    is_by_code = models.BooleanField(
        _("by code"), default=False, help_text=_("Given out on showing the code of the day.")
    )
    why = models.CharField(_("why"), max_length=120, blank=True)
    transfer = models.ForeignKey(
        "services.SupplyTransfer",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="movements",
        verbose_name=_("delivery"),
    )
    date = models.DateField(_("date"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # Of the list by which it came in, so that the list can be taken back.
    list_key = models.UUIDField(null=True, blank=True, editable=False)
    history = Removals()

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
                condition=Q(kind__in=COMES_IN) | Q(expires_date=None),
                name="supply_movement_expiry_only_of_what_comes_in",
                violation_error_message=_("The day of expiry belongs to what comes in."),
            ),
            models.CheckConstraint(
                condition=Q(kind=SupplyMove.OUT) | Q(group="", is_by_code=False),
                name="supply_movement_group_only_of_what_is_given_out",
                violation_error_message=_("The group is of those to whom something is given out."),
            ),
            models.CheckConstraint(
                condition=Q(kind=SupplyMove.IN) | Q(donor=None),
                name="supply_movement_donor_only_of_what_comes_in",
                violation_error_message=_("The partner who gave it belongs to what comes in."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[SupplyMove.FOUND, SupplyMove.MISSING]) | ~Q(why=""),
                name="supply_movement_difference_has_a_reason",
                violation_error_message=_("Say what the difference comes from."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "item", "id"], name="supply_movement_station"),
            # The list, newest first, of the whole country and of each station.
            models.Index(fields=["date", "station", "id"], name="supply_movement_date"),
            # Of the kinds of which there are few, which are not met on the way through the others.
            models.Index(
                fields=["kind", "date", "station", "id"],
                condition=~Q(kind__in=[SupplyMove.IN, SupplyMove.OUT]),
                name="supply_movement_rare",
            ),
            models.Index(fields=["donor", "date"], condition=Q(donor__isnull=False), name="supply_movement_donor"),
            models.Index(fields=["list_key"], condition=Q(list_key__isnull=False), name="supply_movement_list"),
        ]

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

    seen_at = models.DateTimeField(
        _("last seen at"), null=True, blank=True, help_text=_("when something of it was last moved or counted")
    )
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("counted by")
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
            ),
            # The list: what expires first.
            models.Index(fields=["expires_date", "id"], name="supply_stock_order"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
