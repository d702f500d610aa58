"""What falls due next month: the return of this one, what ends then, and which stations are to open again."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from partners.models import Agreement
from reports.models import Assessment
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.hands import HandIn, hands
from reports.sections.honours import held_honours
from reports.sections.printing import NONE, Row, Table, day
from reports.stars.words import in_stars
from stations.models import Posting, Station

MOST = 50
"""Of each kind, the first that fall due."""


def _rows(asked: Asked) -> list[Row]:
    rows = [row for found in KINDS.values() for row in found(asked)]
    return sorted(rows, key=lambda row: (row["date"], list(KINDS).index(row["kind"]), row["code"]))


def _next(asked: Asked) -> tuple[date, date]:
    month = asked.period.last.plus(1)
    return month.first, month.last


def _handing_in(asked: Asked) -> Iterator[Row]:
    """Of the unit's own report; a division, and a question about some stations, hands nothing in."""
    unit, month = asked.subject.unit, asked.period.last
    if unit and not asked.subject.only:
        yield _row("hand_in", str(month), str(month), HandIn([unit]).day(month, unit), unit.name)


def _agreements(asked: Asked) -> Iterator[Row]:
    """That the unit or those below it signed, and for which nobody has signed what follows."""
    unit = asked.subject.unit
    if unit and not asked.subject.only:
        rows: Any = Agreement.objects.all()
        rows = rows.of_units(asked.at_end.paths).expiring(asked.period.last.last).filter(until__range=_next(asked))
        for one in rows.select_related("unit").order_by("until", "pk")[:MOST]:
            yield _row("agreement", str(one.pk), one.title, one.until, one.unit.name)


def _reopening(asked: Asked) -> Iterator[Row]:
    """Stations that rest until then."""
    resting = Station.objects.filter(suspended_until__range=_next(asked), pk__in=_held(asked))
    stations = list(resting.order_by("suspended_until", "code")[:MOST])
    units = hands(asked, {station.code for station in stations})
    for one in stations:
        unit = units.get(one.code)
        yield _row("suspension", one.code, one.name, one.suspended_until, unit.name if unit else None)


def _stars(asked: Asked) -> Iterator[Row]:
    given = Assessment.objects.all().in_force(asked.period.last.last).filter(until__range=_next(asked))
    given = given.filter(station__in=_held(asked), star__isnull=False).select_related("station", "round__unit")
    for one in given.order_by("until", "station__code", "pk")[:MOST]:
        assert one.star is not None
        row = _row("star", str(one.pk), one.station.name, one.until, one.round.unit.name)
        yield row | {"stars": one.star}


def _honours(asked: Asked) -> Iterator[Row]:
    """Of a person only the unit is told."""
    first, last = map(str, _next(asked))
    ending = [row for row in asked.once(held_honours) if row["until"] and first <= row["until"] <= last]
    for row in sorted(ending, key=lambda row: (row["until"], row["honour"]))[:MOST]:
        yield _row("honour", row["honour"], row["title"], row["until"], row["name"] or row["unit"])


def _held(asked: Asked) -> Any:
    """Stations that were the subject's on the last day."""
    held = Posting.objects.all().on(asked.period.last.last).filter(asked.at_end.held_by(""))
    return held.order_by().values("station")


def _row(kind: str, code: str, name: str, on: Any, unit: str | None) -> Row:
    return {"kind": kind, "code": code, "name": name, "date": str(on), "unit": unit, "stars": None}


KINDS: dict[str, Callable[[Asked], Iterator[Row]]] = {
    "hand_in": _handing_in,
    "agreement": _agreements,
    "suspension": _reopening,
    "star": _stars,
    "honour": _honours,
}


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = {
        "hand_in": _("The month is handed in"),
        "agreement": _("Agreement ends"),
        "suspension": _("Last day of a suspension"),
        "star": _("Star runs out"),
        "honour": _("Honour ends"),
    }
    columns = [
        Column("date", _("Date"), "date", 12),
        Column("kind", _("What falls due"), width=20),
        Column("name", _("Of what"), width=40),
        Column("unit", _("Unit"), width=24),
    ]
    lines = [
        {"date": day(row["date"]), "kind": labels[row["kind"]], "name": _name(row), "unit": row["unit"] or NONE}
        for row in rows
    ]
    note = _("What falls due in %(month)s, as known when these figures were made; of each kind at most %(count)d.")
    values = {"month": figures.period.last.plus(1), "count": MOST}
    return Table("coming", _("Due next month"), columns, lines, note % values)


def _name(row: Row) -> str:
    return " · ".join([row["name"], in_stars(row["stars"])] if row["stars"] is not None else [row["name"]])


SECTION = Section("coming", ("kind", "code"), _rows, _table)
