"""Which stations are co-built with somebody: covered by an agreement of co-building that is in force."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from partners.agreement_choices import AgreementKind
from partners.models import Agreement, AgreementStation
from stations.querysets import run_by


def co_built(postings: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Of postings of that day, those of co-built stations: named in such an agreement, or run by a unit it covers.

    One query beside that of the postings.
    """
    agreements: Any = Agreement.objects.filter(kind=AgreementKind.CO_BUILDING)
    in_force = agreements.in_force(day).order_by()
    lasting = Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day)
    named = AgreementStation.objects.filter(*lasting, agreement__in=in_force.values("pk"), station=OuterRef("station"))
    paths = in_force.filter(covered_unit__isnull=False).values_list("covered_unit__path", flat=True)
    return postings.filter(Q(Exists(named)) | run_by(tuple(paths)))
