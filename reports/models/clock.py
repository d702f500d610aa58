"""What runs by the clock: of each job, how its last run went."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockedJob(models.Model):
    """One line for each entry of the schedule, written by the worker when the job begins and when it ends."""

    task = models.CharField(_("job"), max_length=120, unique=True)
    begun_at = models.DateTimeField(_("last begun"))
    ended_at = models.DateTimeField(_("last ended"), null=True, blank=True)
    done_at = models.DateTimeField(_("last done without an error"), null=True, blank=True)
    result = models.BigIntegerField(_("how much it did"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    objects: ClassVar[models.Manager["ClockedJob"]] = models.Manager()

    class Meta:
        verbose_name = _("job by the clock")
        verbose_name_plural = _("jobs by the clock")

    def __str__(self) -> str:
        return self.task
