"""Where a line of a table belongs, as a condition on the postings that make its figures."""

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.db.models.lookups import Exact

from reports.sections.base import Asked
from reports.sections.units import OWN
from stations.models import Division, Unit


def placed(asked: Asked, only: Mapping[str, str], posting: str = "posting") -> Q:
    """On rows that have their posting under that name; on postings themselves, with ""."""
    at = f"{posting}__" if posting else ""
    found = Q()
    for name, value in only.items():
        if name in PLACES:
            found &= PLACES[name](asked, value, at)
    return found


def _unit(asked: Asked, code: str, at: str) -> Q:
    """The unit right below that supervises the station, or else operates it."""
    unit = asked.subject.unit
    assert unit
    return Q(Exact(asked.subject.unit_below(at), unit.path if code == OWN else path_of(code)))


def _operator(asked: Asked, code: str, at: str) -> Q:
    if not code:
        return Q(**{f"{at}operator": None})
    return Q(Exact(asked.subject.head(at), path_of(code)))


def _host(_asked: Asked, kind: str, at: str) -> Q:
    return Q(**{f"{at}station__host_kind": kind})


def _division(_asked: Asked, code: str, at: str) -> Q:
    place = Division.objects.filter(code=code).first()
    return Q(**{f"{at}division__code__startswith": place.prefix if place else code})


def _directly(_asked: Asked, code: str, at: str) -> Q:
    return Q(**{f"{at}division": code or None})


def _station(_asked: Asked, code: str, at: str) -> Q:
    return Q(**{f"{at}station__code": code})


PLACES: dict[str, Callable[[Asked, str, str], Q]] = {
    "unit": _unit,
    "operator": _operator,
    "host": _host,
    "division": _division,
    "directly": _directly,
    "station": _station,
}


def path_of(code: str) -> str:
    """Of the unit with that code; a path that no unit has if it is gone since the report was frozen."""
    return Unit.objects.filter(code=code).values_list("path", flat=True).first() or "-"
