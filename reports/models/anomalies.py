"""What about the figures of a station's month is worth a second look."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.history import History
from reports.choices import AnomalyKind, AnomalyState
from reports.querysets import AnomalyQuerySet
from stations.models import Station, User

MOST_REASON = 300


class Anomaly(models.Model):
    """A rule found something in the figures of a month; somebody looks at it and says how it is.

    `detail` holds the figures that the rule saw. Settled it stays so, as long as they stay as they are; when they
    change it is open again, and `round` tells one look from the next.
    """

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="anomalies", db_index=False, verbose_name=_("station")
    )
    month = models.DateField(_("month"))
    kind = models.CharField(_("what is unusual"), max_length=16, choices=AnomalyKind)
    detail = models.JSONField(_("figures"), default=dict)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=AnomalyState, default=AnomalyState.OPEN)
    found_at = models.DateTimeField(_("found at"))
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("settled by")
    )
    at = models.DateTimeField(_("settled at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=MOST_REASON, blank=True)
    history = History(no_db_index=["station"])

    objects: ClassVar[models.Manager["Anomaly"]] = AnomalyQuerySet.as_manager()

    class Meta:
        verbose_name = _("unusual figures")
        verbose_name_plural = _("unusual figures")
        constraints = [
            models.UniqueConstraint(fields=["station", "month", "kind"], name="anomaly_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="anomaly_is_first_day"),
            models.CheckConstraint(
                condition=models.Q(state=AnomalyState.OPEN, at=None)
                | ~models.Q(state=AnomalyState.OPEN) & ~models.Q(at=None),
                name="anomaly_settled_at_a_moment",
                violation_error_message=_("What is settled says when."),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "station"], name="anomaly_month"),
            # The queue is short however long the past grows.
            models.Index(fields=["station", "month"], condition=models.Q(state=AnomalyState.OPEN), name="anomaly_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.station} {self.month:%Y-%m}"
