"""Which stations an agreement holds for, and on which days."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import QuerySet

from partners.models import Agreement, AgreementStation, Obligation
from partners.spans import Span, joined, span, within
from stations.models import Posting, Station
from stations.querysets import run_by

Spans = dict[int, list[Span]]
"""By station: its days, in order and apart from each other."""


def covered(agreement: Agreement) -> Spans:
    """Of a whole unit by the days on which it ran or supervised each, else of those named. One query."""
    bounds = span(agreement.since, agreement.until)
    found: Spans = defaultdict(list)
    for station, days in _of_unit(agreement) if agreement.covered_unit_id else _named(agreement):
        found[station].append(days)
    cut = {station: within(joined(days), bounds) for station, days in found.items()}
    return {station: days for station, days in cut.items() if days}


def stations_under(agreements: QuerySet[Any], day: date) -> QuerySet[Station]:
    """Those for which at least one of these agreements holds on that day. One query beside that of the stations."""
    in_force: Any = agreements.order_by()
    in_force = in_force.in_force(day)
    named: Any = AgreementStation.objects.filter(agreement__in=in_force.values("pk"))
    paths = in_force.filter(covered_unit__isnull=False).values_list("covered_unit__path", flat=True)
    posted: Any = Posting.objects.filter(run_by(tuple(paths))).order_by()
    # Two lists joined to one: a condition with "or" would read the stations of the country.
    found = named.on(day).values("station").union(posted.on(day).values("station"))
    stations: QuerySet[Station] = Station.objects.filter(pk__in=found)
    return stations


def covered_on(spans: Spans, day: date) -> list[int]:
    """The ids of the stations of that day, of what is `covered`."""
    return [station for station, days in spans.items() if any(one.first <= day <= one.last for one in days)]


def obliged(obligation: Obligation, spans: Spans | None = None) -> Spans:
    """The stations and days whose evidence counts: of all that the agreement covers, or of the stations named.

    `spans`: what the agreement has `covered`, where somebody has looked already.
    """
    spans = covered(obligation.agreement) if spans is None else spans
    named = {station.pk for station in obligation.stations.all()}
    days = days_of(obligation)
    return {
        station: cut for station, own in spans.items() if (not named or station in named) and (cut := within(own, days))
    }


def days_of(obligation: Obligation) -> Span:
    """Its own days within the agreement's; of none in common, a span that holds no day."""
    agreement = obligation.agreement
    whole = span(agreement.since, agreement.until)
    last = min(whole.last, obligation.until) if obligation.until else whole.last
    return Span(max(whole.first, obligation.since or whole.first), last)


def _of_unit(agreement: Agreement) -> list[tuple[int, Span]]:
    assert agreement.covered_unit is not None
    rows = Posting.objects.filter(run_by((agreement.covered_unit.path,))).order_by()
    return [(station, span(since, until)) for station, since, until in rows.values_list("station", "since", "until")]


def _named(agreement: Agreement) -> list[tuple[int, Span]]:
    rows = agreement.stations.values_list("station", "since", "until")
    return [(station, span(since or agreement.since, until or agreement.until)) for station, since, until in rows]
