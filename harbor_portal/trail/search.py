"""Which lines of history a page shows: the newest first, page after page by where the last one ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, CharField, F, Func, OuterRef, Q, Subquery, TextField, Value
from django.utils import timezone

from harbor_portal.trail.tables import Sight, keys_of, lines_of, said_fields, tables
from stations.models import Station, Unit, User
from stations.searching import station_query

PAGE = 50
WINDOW = timedelta(days=90)
"""How far back one looks who names no day: so that whoever has little in sight does not read all that ever happened."""
PATIENCE_MS = 5000


class TooMuch(Exception):
    """Nobody waits for such a question."""


@dataclass(frozen=True)
class Asked:
    """What the form asks for; blank where it asks for nothing."""

    first: date
    last: date
    table: str = ""
    field: str = ""
    person: str = ""
    place: str = ""
    text: str = ""
    before: str = ""
    """Where the page before ended: see `Spot`."""


@dataclass(frozen=True)
class Spot:
    """A line's place in the order of all lines."""

    at: datetime
    table: str
    line: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.table}~{self.line}"

    @classmethod
    def read(cls, text: str) -> "Spot":
        try:
            at, table, line = text.replace(" ", "+").split("~")
            return cls(datetime.fromisoformat(at).astimezone(UTC), table, int(line))
        except (ValueError, OverflowError) as error:
            raise BadRequest from error


class IsDistinct(Func):
    """`one IS DISTINCT FROM other`, also where one of them is nothing."""

    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "
    output_field = BooleanField()


def find(asked: Asked, by: User | AnonymousUser) -> list[Spot]:
    """A page of lines, and one more if there are more. Raises `TooMuch`."""
    models = {key: model for key, model in tables().items() if asked.table in {"", key}}
    sight, place, people = Sight(by), _places(asked, by), _people(asked)
    parts = [_lines(key, model, asked, Wanted(sight, place, people)) for key, model in models.items()]
    parts = [part[: PAGE + 1] for part in parts if part is not None]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    if len(parts) > 1:
        found = found.order_by("-history_date", "of_table", "-history_id")[: PAGE + 1]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE_MS])
            return [Spot(at, table, line) for at, table, line in found]
    except OperationalError as error:
        raise TooMuch from error


def one_line(key: str, line: int, by: User | AnonymousUser) -> Any:
    """The line, if there is such a one in the person's sight."""
    model = tables().get(key)
    return model and model.history.filter(Sight(by).of(model), history_id=line).select_related("history_user").first()


@dataclass(frozen=True)
class Wanted:
    """What is looked up once for all tables: whose lines, of which stations and units, written by whom."""

    sight: Sight
    place: tuple[Any, Any] | None
    people: Any


def _lines(key: str, model: Any, asked: Asked, wanted: Wanted) -> Any:
    """Of one table; None where it holds nothing of what is asked for."""
    lines = model.history.model.objects.filter(_between(asked), wanted.sight.of(model))
    if asked.before:
        lines = lines.filter(_after(key, Spot.read(asked.before)))
    if wanted.people is not None:
        lines = lines.filter(history_user__in=wanted.people)
    if wanted.place:
        place = _at_place(model, *wanted.place)
        if place is None:
            return None
        lines = lines.filter(place)
    if asked.text:
        lines = lines.filter(_says(model, asked.text))
    if asked.field:
        lines = _that_changed(model, lines, asked.field)
    lines = lines.annotate(of_table=Value(key, CharField())).order_by("-history_date", "-history_id")
    return lines.values_list("history_date", "of_table", "history_id")


def _between(asked: Asked) -> Q:
    first, last = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (asked.first, asked.last + timedelta(days=1))
    )
    return Q(history_date__gte=first, history_date__lt=last)


def _after(key: str, spot: Spot) -> Q:
    if key > spot.table:
        return Q(history_date__lte=spot.at)
    earlier = Q(history_date__lt=spot.at)
    return earlier if key < spot.table else earlier | Q(history_date=spot.at, history_id__lt=spot.line)


def _people(asked: Asked) -> Any:
    """Who is called so; None if nobody is asked for."""
    if not asked.person:
        return None
    return keys_of(User.objects.filter(Q(name__icontains=asked.person) | Q(username__icontains=asked.person)))


def _places(asked: Asked, by: User | AnonymousUser) -> tuple[Any, Any] | None:
    """The stations and units that are called so."""
    if not asked.place:
        return None
    words: Iterable[Q] = [station_query(word) for word in asked.place.split()]
    units = Unit.objects.visible_to(by).filter(Q(name__icontains=asked.place) | Q(code__iexact=asked.place))
    return keys_of(Station.objects.visible_to(by).filter(*words)), keys_of(units)


def _at_place(model: Any, stations: Any, units: Any) -> Q | None:
    if model in {Station, Unit}:
        return Q(id__in=stations if model is Station else units)
    return lines_of(model, stations, units)


def _says(model: Any, text: str) -> Q:
    """In the reason, or in what the row said then."""
    words = [
        field.name for field in said_fields(model) if isinstance(field, CharField | TextField) and not field.choices
    ]
    return reduce(or_, [Q(**{f"{name}__icontains": text}) for name in words], Q(history_change_reason__icontains=text))


def _that_changed(model: Any, lines: Any, name: str) -> Any:
    """Those where the field is not what it was on the line before."""
    field = next((field for field in said_fields(model) if field.name == name), None)
    if field is None:
        return lines.none()
    key = model._meta.pk.name
    before = model.history.model.objects.filter(history_id__lt=OuterRef("history_id"), **{key: OuterRef(key)})
    was = Subquery(before.order_by("-history_id").values(field.attname)[:1])
    return lines.filter(IsDistinct(F(field.attname), was), history_type="~")
