"""Agreements: with whom something was signed, for which stations and days, and what was promised."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from partners.agreement_choices import AgreementKind, Period, Verdict
from partners.agreement_querysets import AgreementQuerySet, AgreementStationQuerySet, ObligationQuerySet
from partners.models.partners import Partner
from partners.models.programmes import Programme
from stations.models import Station, Unit, User


class Agreement(models.Model):
    """Signed by a unit with a partner, in force from `since` to `until` (both inclusive).

    It covers either all that a unit, with those below it, runs or supervises, or the stations that are named; so it is
    always clear which stations it holds for on a day. Where it stands follows from its dates: `with_state(day)`.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind)
    title = models.CharField(_("title"), max_length=100)
    number = models.CharField(_("number"), max_length=40, blank=True, help_text=_("as it stands on the paper"))
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="agreements",
        verbose_name=_("our unit"),
        help_text=_("The unit that signs; its officers keep the agreement."),
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("partner")
    )
    more_partners = models.ManyToManyField(
        Partner, blank=True, related_name="further_agreements", verbose_name=_("further partners")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="granting_agreements",
        verbose_name=_("grants the plates of"),
        help_text=_("The stations covered bear this programme's plate for as long as the agreement holds for them."),
    )
    own_programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recognised_by",
        verbose_name=_("our programme, recognised by theirs"),
    )
    covered_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covered_by",
        verbose_name=_("covers all stations of"),
        help_text=_("With the units below it; what joins later is in from that day. Blank: the stations named below."),
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True, help_text=_("blank: until further notice"))
    signed_date = models.DateField(_("signed on"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("why it ended early"), max_length=200, blank=True, editable=False)
    renews = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renewal",
        verbose_name=_("renews"),
    )
    answers = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="answer",
        verbose_name=_("the other way round to"),
    )
    summary = models.TextField(
        _("what it is about"), max_length=1000, blank=True, help_text=_("Both sides read it on the page of compliance.")
    )
    remark = models.TextField(_("remark"), max_length=1000, blank=True, help_text=_("For staff alone."))
    plates_settled_date = models.DateField(null=True, blank=True, editable=False)
    history = History(m2m_fields=[more_partners], excluded_fields=["plates_settled_date"])

    objects: ClassVar[models.Manager["Agreement"]] = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="agreement_in_order",
                violation_error_message=_("An agreement ends on or after the day it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgreementKind.RECOGNITION) | Q(programme__isnull=False),
                name="agreement_recognition_grants_plates",
                violation_error_message=_("Say of which programme it grants the plates."),
            ),
            models.CheckConstraint(
                condition=Q(renews=None) | ~Q(renews=F("id")),
                name="agreement_does_not_renew_itself",
                violation_error_message=_("An agreement does not renew itself."),
            ),
        ]
        indexes = [models.Index(fields=["-since", "-id"], name="agreement_newest")]

    def __str__(self) -> str:
        return self.title


class AgreementStation(models.Model):
    """A station that the agreement names; without days of its own for as long as the agreement lasts."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="stations", verbose_name=_("agreement"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="agreements", verbose_name=_("station"))
    since = models.DateField(_("since"), null=True, blank=True, help_text=_("blank: from its first day"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("blank: to its last day"))
    history = History()

    objects: ClassVar[models.Manager["AgreementStation"]] = AgreementStationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station of an agreement")
        verbose_name_plural = _("stations of agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "station"],
                name="agreement_station_once",
                violation_error_message=_("The agreement names this station already."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="agreement_station_in_order",
                violation_error_message=_("A station leaves on or after the day it joins."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.station)


class Obligation(models.Model):
    """So much of something, by day, month, year or in all, at the stations of the agreement or some of them.

    `metric` names where the evidence comes from (`partners.metrics`), `detail` what of it; blank: nothing is counted.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="obligations", verbose_name=_("agreement"))
    what = models.CharField(_("what is promised"), max_length=120)
    metric = models.CharField(_("evidence"), max_length=40, blank=True)
    detail = models.CharField(_("of what"), max_length=60, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    period = models.CharField(_("how often"), max_length=5, choices=Period)
    since = models.DateField(_("first day"), null=True, blank=True, help_text=_("blank: the agreement's"))
    until = models.DateField(_("last day"), null=True, blank=True, help_text=_("blank: the agreement's"))
    stations = models.ManyToManyField(
        Station,
        blank=True,
        related_name="obligations",
        verbose_name=_("at these stations"),
        help_text=_("blank: at all that the agreement covers, together"),
    )
    history = History(m2m_fields=[stations])

    objects: ClassVar[models.Manager["Obligation"]] = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="obligation_of_something",
                violation_error_message=_("An obligation is of one at least."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="obligation_in_order",
                violation_error_message=_("An obligation ends on or after the day it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class ObligationStanding(models.Model):
    """How an obligation stood when it was last added up: what the desk counts and the list shows."""

    obligation = models.OneToOneField(Obligation, models.CASCADE, related_name="standing", primary_key=True)
    day = models.DateField(_("as of"))
    done = models.PositiveIntegerField(_("done"))
    expected = models.PositiveIntegerField(_("expected by then"))
    is_behind = models.BooleanField(_("behind"))
    at = models.DateTimeField(_("added up at"))

    class Meta:
        verbose_name = _("standing of an obligation")
        verbose_name_plural = _("standings of obligations")
        indexes = [models.Index(fields=["obligation"], condition=Q(is_behind=True), name="obligation_behind")]

    def __str__(self) -> str:
        return f"{self.done} / {self.expected}"


class ObligationMonth(models.Model):
    """How an obligation stood at the end of a month; of the running one as of the last night. It stays."""

    obligation = models.ForeignKey(
        Obligation, models.CASCADE, related_name="months", verbose_name=_("obligation"), db_index=False
    )
    month = models.DateField(_("month"), db_index=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    expected = models.PositiveIntegerField(_("due by then"), default=0)
    verdict = models.CharField(_("how it stood"), max_length=9, choices=Verdict)
    at = models.DateTimeField(_("added up at"))

    class Meta:
        verbose_name = _("month of an obligation")
        verbose_name_plural = _("months of obligations")
        constraints = [models.UniqueConstraint(fields=["obligation", "month"], name="obligation_month_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.done} / {self.expected}"


class AgreementNotice(models.Model):
    """An officer was told by mail that an agreement ends, or that an obligation of it is behind: each once.

    `day` is the last one of the agreement, or the first of the month in which the obligation fell behind.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="agreement_notices", verbose_name=_("person"))
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notices", verbose_name=_("agreement"))
    obligation = models.ForeignKey(
        Obligation, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("obligation")
    )
    days_before = models.PositiveSmallIntegerField(_("days before its end"), null=True, blank=True)
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("notice of an agreement")
        verbose_name_plural = _("notices of agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agreement", "obligation", "days_before", "day"],
                name="agreement_notice_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(obligation=None) ^ Q(days_before=None), name="agreement_notice_of_end_or_obligation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.obligation or self.agreement}"
