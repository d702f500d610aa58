"""What the database already knows of a file's stations, loaded in a number of queries that does not grow with rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from stations.choices import Role, UnitKind
from stations.imports.columns import ROWS
from stations.imports.sheets import Row
from stations.imports.units import UnitFinder
from stations.models import Posting, Station, Unit, User
from stations.places import CODE, Gazetteer, Resolved, nearest_union
from stations.plausible import Reaches
from stations.scope import Scope, scope_of

Answer = Resolved | ValueError


@dataclass
class Known:
    """Everything that rows are compared with."""

    today: date
    scope: Scope
    gazetteer: Gazetteer
    reaches: Reaches
    units: UnitFinder
    unions: list[Unit]
    home: str = ""
    by_code: dict[str, Station] = field(default_factory=dict)
    by_name: dict[str, list[Station]] = field(default_factory=dict)
    postings: dict[int, Posting] = field(default_factory=dict)
    booked: set[int] = field(default_factory=set)
    """Stations that are to move on a later day already."""
    editable: set[int] = field(default_factory=set)
    rows: dict[str, dict[int, Any]] = field(default_factory=dict)
    """By registered column: the value of each station."""
    divisions: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """By text and by the division from which it is read."""
    supervisors: dict[str, Unit | None] = field(default_factory=dict)

    def division(self, text: str, address: str) -> Resolved:
        """The division of this text, or a ValueError with its sentence; each text is looked up once.

        The address decides between namesakes and gives a zone its city, else the division of whoever imports.
        """
        place = None if CODE.fullmatch(text) else self.gazetteer.in_address(address)
        home = place.code if place else self.home
        if (text, home) not in self.divisions:
            try:
                self.divisions[text, home] = self.gazetteer.resolve(text, home)
            except ValueError as error:
                self.divisions[text, home] = error
        answer = self.divisions[text, home]
        if isinstance(answer, ValueError):
            raise answer
        return answer

    def supervisor(self, division: str) -> Unit | None:
        """The nearest union unit of the division."""
        if division not in self.supervisors:
            self.supervisors[division] = nearest_union(division, self.unions)
        return self.supervisors[division]


def load_known(rows: list[Row], by: User, today: date, *, is_to_last: bool = False) -> Known:
    """`is_to_last`: held against changes until the end of the transaction."""
    scope = scope_of(by)
    gazetteer = Gazetteer.load()
    home = _home(scope)
    gazetteer.load_townships(_texts(rows, "division"), home)
    known = Known(
        today=today,
        scope=scope,
        gazetteer=gazetteer,
        reaches=Reaches(gazetteer),
        units=UnitFinder.load(scope, {*_texts(rows, "operator"), *_texts(rows, "supervisor")}),
        unions=list(Unit.objects.filter(kind=UnitKind.UNION, division__isnull=False)),
        home=home,
    )
    _load_stations(known, rows, is_to_last=is_to_last)
    return known


def _texts(rows: list[Row], key: str) -> set[str]:
    return {row.values[key] for row in rows if key in row.values}


def _home(scope: Scope) -> str:
    """The code of the one division in which the units of the person stand; "" if there is none or more than one."""
    if not scope.paths:
        return ""
    codes = set(Unit.objects.filter(path__in=scope.paths).values_list("division", flat=True)) - {None}
    return str(codes.pop()) if len(codes) == 1 else ""


def _load_stations(known: Known, rows: list[Row], *, is_to_last: bool) -> None:
    stations = Station.objects.filter(Q(code__in=_texts(rows, "code")) | Q(name__in=_texts(rows, "name")))
    if is_to_last:
        # Whoever changes a station holds its row, so all that is read from here on stays as it is. On its own, since
        # a row that was waited for is read anew, but not what is joined to it.
        held = list(stations.select_for_update().order_by("pk").values_list("pk", flat=True))
        stations = Station.objects.filter(pk__in=held)
    for station in stations.select_related("schedule").order_by("code"):
        known.by_code[station.code] = station
        known.by_name.setdefault(station.name, []).append(station)
    ids = [station.pk for station in known.by_code.values()]
    postings = Posting.objects.on(known.today).filter(station__in=ids).select_related("operator", "supervisor")
    known.postings = {posting.station_id: posting for posting in postings}
    known.booked = set(Posting.objects.filter(station__in=ids, since__gt=known.today).values_list("station", flat=True))
    known.editable = _editable(known.scope, ids)
    known.rows = {key: rows_of.current(ids) for key, rows_of in ROWS.items()}


def _editable(scope: Scope, ids: Iterable[int]) -> set[int]:
    """Of these stations those that an officer with this scope may change; see `policies.may_edit`."""
    if scope.everything:
        return set(ids)
    mine = Station.objects.in_units(scope.paths_as(Role.OFFICER)).filter(pk__in=ids)
    return set(mine.values_list("pk", flat=True))
