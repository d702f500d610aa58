"""How an obligation stands: what its metric counts, held against what is due."""

from datetime import date

from partners.covering import Spans, days_of, obliged
from partners.metrics import METRICS, Metric, Question, by_day
from partners.models import Obligation
from partners.pace import Pace, Terms, window
from partners.spans import Span


def metric_of(obligation: Obligation) -> Metric | None:
    return METRICS.get(obligation.metric)


def terms_of(obligation: Obligation) -> Terms:
    return Terms(obligation.quantity, obligation.period, days_of(obligation))


def pace_of(
    obligation: Obligation,
    today: date,
    spans: Spans | None = None,
    *,
    with_earlier: bool = False,
    is_closed: bool = False,
) -> Pace | None:
    """None where nothing counts. `with_earlier`: knows of former years, too. A constant number of queries."""
    metric = metric_of(obligation)
    if metric is None:
        return None
    terms = terms_of(obligation)
    days = window(terms, today)
    question = question_of(obligation, Span(terms.days.first, days.last) if with_earlier else days, spans)
    return Pace(terms, by_day(metric, question), today, is_closed)


def question_of(obligation: Obligation, days: Span, covered: Spans | None = None) -> Question:
    """What is asked of the metric for these days."""
    agreement = obligation.agreement
    partners = {agreement.partner_id, *agreement.more_partners.values_list("pk", flat=True)} - {None}
    return Question(
        spans=tuple((station, one) for station, spans in obliged(obligation, covered).items() for one in spans),
        days=days,
        detail=obligation.detail,
        unit_path="" if obligation.stations.all() else agreement.unit.path,
        partners=tuple(sorted(partner for partner in partners if partner)),
    )
