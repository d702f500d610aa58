"""Money for stations: batches of a unit, and the grants out of them. No payment is made here."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from services.grant_choices import GRANTED, PAID, GrantKind, GrantState
from services.grant_querysets import GrantBatchQuerySet, GrantQuerySet
from stations.models import Station, Unit, User

GRANT_FOLDER = "grants"
MAX_WORDS = 500
LEAST = Decimal("0.01")


class GrantBatch(models.Model):
    """What a unit gives in a year for one kind of thing, to stations that it or a unit below it runs or supervises."""

    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(_("for what"), max_length=8, choices=GrantKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grant_batches", verbose_name=_("unit that gives"))
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    budget = models.DecimalField(
        _("budget (yuan)"), max_digits=12, decimal_places=2, validators=[MinValueValidator(LEAST)]
    )
    until = models.DateField(_("applications until"), null=True, blank=True, help_text=_("Empty: no end."))
    terms = models.TextField(
        _("terms"), max_length=MAX_WORDS, blank=True, help_text=_("Who may apply, how much, what is to be handed in.")
    )
    history = History(no_db_index=["unit"])

    objects: ClassVar[models.Manager["GrantBatch"]] = GrantBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of grants")
        verbose_name_plural = _("batches of grants")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "title"],
                name="grant_batch_once",
                violation_error_message=_("This unit has a batch of that name and year already."),
            ),
            models.CheckConstraint(
                condition=Q(budget__gt=0),
                name="grant_batch_gives_something",
                violation_error_message=_("A budget is more than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.title}"


class Grant(models.Model):
    """One station's share of a batch, from the application to the account. `amount` is what was approved."""

    batch = models.ForeignKey(GrantBatch, models.PROTECT, related_name="grants", verbose_name=_("batch"))
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="grants", db_index=False, verbose_name=_("station")
    )
    state = models.CharField(_("state"), max_length=9, choices=GrantState, default=GrantState.APPLIED)
    amount_asked = models.DecimalField(_("asked (yuan)"), max_digits=12, decimal_places=2)
    purpose = models.CharField(_("what for"), max_length=MAX_WORDS)
    star = models.PositiveSmallIntegerField(
        _("star"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("applied by"))
    applied_at = models.DateTimeField(_("applied at"))
    amount = models.DecimalField(_("approved (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=MAX_WORDS, blank=True)
    paid_date = models.DateField(_("paid on"), null=True, blank=True)
    amount_spent = models.DecimalField(_("spent (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    account = models.CharField(_("account"), max_length=MAX_WORDS, blank=True)
    accounted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("accounted for by"),
    )
    accounted_at = models.DateTimeField(_("accounted for at"), null=True, blank=True)
    history = History(no_db_index=["batch", "station"])

    objects: ClassVar[models.Manager["Grant"]] = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "station"],
                condition=~Q(state=GrantState.REFUSED),
                name="grant_once_a_station",
                violation_error_message=_("This station has applied in this batch already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_asked__gt=0),
                name="grant_asks_for_something",
                violation_error_message=_("An amount is more than nothing."),
            ),
            models.CheckConstraint(
                condition=(Q(state__in=GRANTED) & Q(amount__gt=0, amount__isnull=False))
                | (~Q(state__in=GRANTED) & Q(amount=None)),
                name="grant_approved_has_an_amount",
                violation_error_message=_("What is approved has an amount, and nothing else does."),
            ),
            models.CheckConstraint(
                condition=(Q(state__in=PAID) & Q(paid_date__isnull=False)) | (~Q(state__in=PAID) & Q(paid_date=None)),
                name="grant_paid_on_a_day",
                violation_error_message=_("What is paid was paid on a day."),
            ),
            models.CheckConstraint(
                condition=(Q(state=GrantState.ACCOUNTED) & Q(amount_spent__isnull=False, amount_spent__gte=0))
                | (~Q(state=GrantState.ACCOUNTED) & Q(amount_spent=None)),
                name="grant_accounted_says_how_much",
                violation_error_message=_("An account says how much was spent."),
            ),
            models.CheckConstraint(
                condition=Q(amount_spent=None) | Q(amount_spent__lte=F("amount")),
                name="grant_spends_what_it_has",
                violation_error_message=_("No more can be accounted for than was paid."),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "applied_at"], name="grant_station"),
            models.Index(fields=["state", "-applied_at"], name="grant_state"),
            models.Index(fields=["applied_at"], name="grant_applied"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} · {self.station}"

    @property
    def amount_left(self) -> Decimal:
        """What goes back, once it is accounted for."""
        return (self.amount or Decimal(0)) - (self.amount_spent or Decimal(0))


class GrantFile(models.Model):
    """A paper of a grant: the application, the decision, an invoice. Staff who see the grant see it."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="files", verbose_name=_("grant"))
    # Not below the public folder of uploads: a page that asks who you are hands it out.
    file = models.FileField(_("file"), upload_to=GRANT_FOLDER)
    name = models.CharField(_("name"), max_length=100)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    at = models.DateTimeField(_("added at"))
    history = History()

    objects: ClassVar[models.Manager["GrantFile"]] = models.Manager()

    class Meta:
        verbose_name = _("paper of a grant")
        verbose_name_plural = _("papers of grants")

    def __str__(self) -> str:
        return self.name
