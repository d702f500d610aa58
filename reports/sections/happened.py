"""What happened besides visits, as each table counts it, within the subject and one of the spans."""

from typing import Any

from django.db.models import Q

from partners.models import Obligation
from reports.happenings import with_postings_of
from reports.sections.base import Asked
from services.models import Activity, ActivityStation, Feedback, Finding, SupplyMovement, Wish
from stations.models import Posting


def activities(asked: Asked, when: str = "value") -> Any:
    """That took place: of a unit those that it organised or held at its stations, of a division those held there."""
    return _of_subject(asked, Activity.objects.took_place().between(*asked.spans[when].days))


def _of_subject(asked: Asked, rows: Any) -> Any:
    division = asked.subject.division
    if asked.subject.stations is not None:
        held = ActivityStation.objects.filter(station__in=asked.subject.stations).order_by()
        rows = rows.filter(pk__in=held.values("activity"))
    if asked.subject.unit:
        return rows.of_units(asked.subject.paths).order_by()
    assert division
    return rows.in_division(division.code).order_by()


def planned(asked: Asked, first: Any, last: Any) -> Any:
    return _of_subject(asked, Activity.objects.not_cancelled().between(first, last))


def feedback(asked: Asked, when: str = "value") -> Any:
    """Reports of visitors at stations that the subject held on the day on which they came, each thing once."""
    return _held(asked, Feedback.objects.entries(), when)


def findings(asked: Asked, when: str = "value") -> Any:
    """Of inspections, by the day on which they were opened."""
    return _held(asked, Finding.objects.all(), when)


def supplies(asked: Asked, when: str = "value") -> Any:
    return _held(asked, SupplyMovement.objects.all(), when)


def wishes(asked: Asked) -> Any:
    """Of a unit those that it nominated, of a division those of families there; a part of the stations has none."""
    subject, rows = asked.subject, Wish.objects.all().with_steps(*asked.period.days).order_by()
    if subject.stations is not None:
        return rows.none()
    if subject.unit:
        return rows.of_units(asked.at_end.paths)
    assert subject.division
    prefix = subject.division.prefix
    of_unit = Q(division=None, unit__division__code__startswith=prefix)
    return rows.filter(Q(division__code__startswith=prefix) | of_unit)


def obligations(asked: Asked) -> Any:
    """With how they stood at the end: of a unit those that it signed, of a division those of units there."""
    subject, rows = asked.subject, Obligation.objects.all().with_month(asked.period.last).order_by()
    if subject.stations is not None:
        return rows.none()
    if subject.unit:
        return rows.of_units(asked.at_end.paths)
    assert subject.division
    return rows.filter(agreement__unit__division__code__startswith=subject.division.prefix)


def held_stations(asked: Asked) -> Any:
    """The keys of the stations that the subject held on any day of the period."""
    postings: Any = Posting.objects.all()
    held = asked.subject.in_days(*asked.period.days).held_by("")
    return postings.during(*asked.period.days).filter(held).order_by().values("station")


def _held(asked: Asked, rows: Any, when: str) -> Any:
    return with_postings_of(asked.subject, rows.between(*asked.spans[when].days))
