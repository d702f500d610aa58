"""How the published records of stations are read: by place, by division, by words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from django.db.models import BooleanField, FloatField, Func, Manager, QuerySet, TextField, Value
from django.db.models.functions import Ln, Radians, Tan

from stations.searching import text_query

if TYPE_CHECKING:
    from stations.models import StationCard  # noqa: F401  # a type argument in quotes


_EDGE = 1e-9
"""Degrees: far more than rounding errors, far less than a metre."""
_POLE = 89.9


def mercator_point(longitude: Any = "longitude", latitude: Any = "latitude") -> Func:
    """PostgreSQL's `point` in Mercator coordinates (radians of the sphere), so that `<->` ranks neighbours truly."""
    return Func(
        Radians(longitude),
        Ln(Tan(Value(math.pi / 4, FloatField()) + Radians(latitude) / Value(2.0, FloatField()))),
        function="point",
        output_field=TextField(),
    )


class _Operator(Func):
    """A binary operator of PostgreSQL."""

    template = "(%(expressions)s)"

    def __init__(self, *expressions: Any) -> None:
        super().__init__(*expressions)


class MercatorDistance(_Operator):
    """The `<->` operator between two points; with an index on the first, rows come in this order without a sort."""

    arg_joiner = " <-> "
    output_field = FloatField()


class PointIn(_Operator):
    """The `<@` operator between a point and a box."""

    arg_joiner = " <@ "
    output_field = BooleanField()


def _values(longitude: float, latitude: float) -> tuple[Value, Value]:
    return Value(longitude, FloatField()), Value(latitude, FloatField())


class StationCardQuerySet(QuerySet["StationCard"]):
    def near(self, longitude: float, latitude: float) -> Self:
        """Nearest first, by distance in the Mercator plane; re-rank by great circle what is shown."""
        place = mercator_point(*_values(longitude, latitude))
        return self.order_by(MercatorDistance(mercator_point(), place))

    def within(self, west: float, south: float, east: float, north: float) -> Self:
        """In the rectangle, edges included; degrees. The index finds a box a trifle larger, the numbers decide."""
        box = Func(
            mercator_point(*_values(west - _EDGE, max(south - _EDGE, -_POLE))),
            mercator_point(*_values(east + _EDGE, min(north + _EDGE, _POLE))),
            function="box",
            output_field=TextField(),
        )
        inside = PointIn(mercator_point(), box)
        return self.filter(inside, longitude__range=(west, east), latitude__range=(south, north))

    def matching(self, text: str) -> Self:
        """By words of name and address, or by the name's pinyin initials."""
        return self.filter(text_query(text))

    def below(self, quadkey: str) -> Self:
        """In that tile of the map."""
        return self.filter(tile__startswith=quadkey)

    def in_division(self, prefix: str) -> Self:
        """`prefix`: see `Division.prefix`."""
        return self.filter(division_code__startswith=prefix)


class StationCardManager(Manager.from_queryset(StationCardQuerySet)):  # type: ignore[misc]  # built at run time
    pass
