"""Working out the stars of an assessment, which the worker does."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.choices import RunState
from reports.models.assessments import AssessmentRound
from reports.stars.querysets import StarRunQuerySet
from stations.models import User


class StarRun(models.Model):
    """Somebody asked for the stars of a round to be worked out; until that is done, nothing of it is to be seen.

    A worker that dies leaves it as it is, and the sweep finds it.
    """

    round = models.ForeignKey(AssessmentRound, models.CASCADE, related_name="runs", verbose_name=_("assessment"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.STARTED)
    stations = models.PositiveIntegerField(_("stations"), default=0)
    done = models.PositiveIntegerField(_("worked out"), default=0)
    differ = models.PositiveIntegerField(_("differ"), default=0)
    tries = models.PositiveSmallIntegerField(_("begun so often"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects: ClassVar[models.Manager["StarRun"]] = StarRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("working out of stars")
        verbose_name_plural = _("workings out of stars")
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=models.Q(state=RunState.STARTED),
                name="star_run_one_at_a_time",
                violation_error_message=_("The stars of this assessment are being worked out already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state == RunState.STARTED
