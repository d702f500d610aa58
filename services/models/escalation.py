"""What goes up to the unit above when nobody has dealt with it in time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.models import Unit


class Escalating(models.Model):
    """A thing with a deadline. Once that is over it is laid before the unit above, and in a while one further up."""

    due_date = models.DateField(_("due"))
    escalated_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("laid before")
    )
    escalated_at = models.DateTimeField(_("laid before it at"), null=True, blank=True)
    escalates_date = models.DateField(
        _("next goes up after"), null=True, blank=True, help_text=_("empty: after the day on which it is due")
    )

    class Meta:
        abstract = True
