"""Co-building: which stations have been built with somebody, and with whom, by the agreements in force."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from partners.agreement_choices import AgreementKind
from partners.models import Agreement, AgreementStation, Partner
from stations.models import Station, Unit
from stations.querysets import run_by


def co_built(postings: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Of postings of that day, those of co-built stations: named in such an agreement, or run by a unit it covers.

    One query beside that of the postings.
    """
    in_force = _agreements().in_force(day).order_by()
    rows: Any = AgreementStation.objects.filter(agreement__in=in_force.values("pk"), station=OuterRef("station"))
    paths = in_force.filter(covered_unit__isnull=False).values_list("covered_unit__path", flat=True)
    return postings.filter(Q(Exists(rows.on(day))) | run_by(tuple(paths)))


def co_builders(station: Station, units: Iterable[Unit], day: date) -> list[Partner]:
    """With whom the station is co-built, by name: those that are public. `units` run and supervise it. One query."""
    partners: Any = Partner.objects.all()
    agreements = _agreements().holding_for(station, units, day)
    return list(partners.public().party_to(agreements).order_by("name", "pk"))


def _agreements() -> Any:
    return Agreement.objects.filter(kind=AgreementKind.CO_BUILDING)
