"""微心愿: small wishes of families in need, and who takes them on. Who the family is stands in `families`."""

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from harbor_portal.lib.sealed import SealedFileField, SealedTextField
from partners.models import Partner
from services.receipts import new_receipt
from services.wish_choices import CAME_TRUE, OVER, ClaimBy, ClaimState, ConfirmedBy, WishKind, WishState
from services.wish_querysets import ClaimQuerySet, WishQuerySet
from stations.codes import new_code
from stations.models import Division, Unit, User

WISH_FOLDER = "wishes"
MAX_TITLE = 60
MAX_TEXT = 400
MAX_REASON = 200


def _person(name: Any, related: str = "+") -> Any:
    return models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name=related, db_index=False, verbose_name=name
    )


def _money(name: Any) -> Any:
    return models.DecimalField(
        name, max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Wish(models.Model):
    """What everybody may read. Nothing in this row says whose wish it is; every text in it is checked for that."""

    code = models.CharField(_("code"), max_length=8, unique=True, default=new_code, editable=False)
    # With it the family, which has no account, confirms that the wish came true.
    receipt = models.CharField(_("the family's code"), max_length=10, unique=True, default=new_receipt, editable=False)
    kind = models.CharField(_("kind"), max_length=7, choices=WishKind)
    title = models.CharField(_("the wish"), max_length=MAX_TITLE)
    text = models.CharField(_("what it is about"), max_length=MAX_TEXT, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="wishes", verbose_name=_("unit"))
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )
    community = models.CharField(
        _("community"), max_length=60, blank=True, help_text=_("who told the unit of the wish; only staff see it")
    )
    needed_by = models.DateField(_("needed by"))
    budget = _money(_("budget, in yuan"))
    cost = _money(_("cost, in yuan"))
    state = models.CharField(_("state"), max_length=9, choices=WishState, default=WishState.NOMINATED)
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True)
    nominated_at = models.DateTimeField(_("nominated at"))
    nominated_by = _person(_("nominated by"))
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = _person(_("checked by"))
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    fulfilled_by = _person(_("reported by"))
    proof = models.CharField(_("what was done"), max_length=MAX_TEXT, blank=True)
    # It may show the family: opened and erased with the family's data.
    proof_photo = SealedFileField(_("photo of it"), upload_to=WISH_FOLDER, blank=True)
    confirmed_how = models.CharField(_("confirmed by"), max_length=9, choices=ConfirmedBy, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    thanks = models.CharField(_("thanks"), max_length=MAX_TEXT, blank=True)
    over_at = models.DateTimeField(_("over since"), null=True, blank=True)
    history = History()

    objects: ClassVar[models.Manager["Wish"]] = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OVER, over_at__isnull=False) | (~Q(state__in=OVER) & Q(over_at=None)),
                name="wish_over_since_a_moment",
                violation_error_message=_("A wish that is over has been so since a moment."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CAME_TRUE) | (Q(fulfilled_at__isnull=False) & ~Q(proof="")),
                name="wish_fulfilled_with_proof",
                violation_error_message=_("A wish that came true says when and how."),
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=models.F("nominated_by")),
                name="wish_checked_by_somebody_else",
                violation_error_message=_("Somebody else than the one who nominated it checks it."),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "needed_by", "id"], name="wish_state"),
            models.Index(fields=["unit", "nominated_at"], name="wish_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def spelt_receipt(self) -> str:
        """As it is read out: two groups of five."""
        return f"{self.receipt[:5]}-{self.receipt[5:]}"


class WishClaim(models.Model):
    """Somebody who offers to fulfil a wish: a person, whose contact is sealed, a partner or a unit."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="claims", verbose_name=_("wish"))
    kind = models.CharField(_("who"), max_length=7, choices=ClaimBy)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="wish_claims", verbose_name=_("unit")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="wish_claims", verbose_name=_("partner")
    )
    name = SealedTextField(_("name"), max_length=60, blank=True)
    phone = SealedTextField(_("phone"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ClaimState, default=ClaimState.ASKED)
    asked_at = models.DateTimeField(_("offered at"))
    # Who spoke for the unit or the partner; a person who offers is nobody here.
    asked_by = _person(_("offered by"))
    moved_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    moved_by = _person(_("decided by"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects: ClassVar[models.Manager["WishClaim"]] = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer to fulfil a wish")
        verbose_name_plural = _("offers to fulfil a wish")
        constraints = [
            models.UniqueConstraint(
                fields=["wish"],
                condition=Q(state=ClaimState.ACCEPTED),
                name="wish_taken_on_once",
                violation_error_message=_("Somebody has taken this wish on already."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ClaimBy.PERSON, unit=None, partner=None)
                | Q(kind=ClaimBy.UNIT, unit__isnull=False, partner=None)
                | Q(kind=ClaimBy.PARTNER, partner__isnull=False, unit=None),
                name="wish_claim_by_one",
                violation_error_message=_("A person, a partner or a unit takes it on."),
            ),
        ]

    def __str__(self) -> str:
        """A person is nobody here."""
        return str(self.unit or self.partner or self.get_kind_display())
