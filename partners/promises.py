"""What an obligation can say, and what it cannot."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from partners.agreement_choices import Period
from partners.covering import days_of
from partners.metrics import METRICS, Metric
from partners.models import Obligation
from partners.spans import FOREVER

Details = Callable[[Metric], Collection[str]]
"""What of a metric can be asked for in particular; whoever asks for many obligations looks once."""


def details_of(metric: Metric) -> Collection[str]:
    return dict(metric.details())


def refuse_nonsense(row: Obligation, details: Details) -> None:
    """Raises `Invalid`, for a column of it."""
    days = days_of(row)
    if days.last < days.first:
        raise Invalid("since", _("These days lie outside of those of the agreement."))
    if row.period == Period.TOTAL and days.last == FOREVER:
        raise Invalid("period", _("“In all” needs a last day, here or of the agreement."))
    metric = METRICS.get(row.metric)
    if row.metric and metric is None:
        raise Invalid("metric", _("Choose from the list."))
    if metric and (metric.needs_detail or row.detail) and row.detail not in details(metric):
        raise Invalid("metric", _("Choose from the list."))
