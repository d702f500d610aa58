"""What a keeper proposes to tell of a station: the public reads it once an officer has approved it, fact by fact."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.choices import Decision
from stations.models.people import User
from stations.models.stations import Station
from stations.querysets import ChangeRequestQuerySet

PROPOSAL_FOLDER = "proposal-photos"
LONGEST_REASON = 200


class ChangeRequest(models.Model):
    """One proposal of one or more facts, with its reason; never changed, only answered or withdrawn."""

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="change_requests", db_index=False, verbose_name=_("station")
    )
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    photo = models.FileField(_("photo"), upload_to=PROPOSAL_FOLDER, blank=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    at = models.DateTimeField(_("proposed at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    """When the last of its facts was decided or withdrawn."""

    objects: ClassVar[models.Manager["ChangeRequest"]] = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        indexes = [
            models.Index(fields=["station", "-at"], name="change_request_station"),
            models.Index(fields=["station"], condition=models.Q(settled_at=None), name="change_request_open"),
        ]

    def __str__(self) -> str:
        return f"{self.station} · {self.at:%Y-%m-%d}"


class ProposedFact(models.Model):
    """One fact of a request: what stood there when it was proposed, what is proposed, and what became of it.

    `what` is a code of `stations.fact_values`; `before` and `proposed` are as that module writes them.
    """

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="facts", verbose_name=_("change request"))
    what = models.CharField(_("fact"), max_length=50)
    before = models.JSONField(_("before"), null=True)
    proposed = models.JSONField(_("proposed"), null=True)
    decision = models.CharField(_("decision"), max_length=9, choices=Decision, default=Decision.OPEN)
    answer = models.CharField(_("answer"), max_length=LONGEST_REASON, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed fact")
        verbose_name_plural = _("proposed facts")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "what"],
                name="proposed_fact_once",
                violation_error_message=_("A request proposes each fact once."),
            ),
            models.CheckConstraint(
                condition=~models.Q(decision=Decision.REFUSED) | ~models.Q(answer=""),
                name="proposed_fact_refused_with_reason",
                violation_error_message=_("Say why; the keeper reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} · {self.get_decision_display()}"
