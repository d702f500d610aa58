"""Honours that stations, units and people of the subject hold: good examples of which somebody else has judged."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.printing import NONE, Row, Table, day
from stations.choices import HonourLevel
from stations.models import Honour, Unit

STATION = ("station__name", "station__code", "station__postings__operator__name")
UNIT = ("unit__name", "unit__code")


def _rows(asked: Asked) -> list[Row]:
    return asked.once(held_honours)


def held_honours(asked: Asked) -> list[Row]:
    """In force on any day of the period, of whoever belonged to the subject on its last one; the highest first.

    A person is not named, since what is sealed forgets nobody; only their unit is.
    """
    fields = ("pk", "title", "level", "year", "expires_date", "station", "unit", *STATION, *UNIT, "person_path")
    found = list(_held(asked).in_order().values(*fields))
    homes = dict(Unit.objects.filter(path__in={row["person_path"] for row in found}).values_list("path", "name"))
    return [
        {
            "honour": str(row["pk"]),
            **_holder(row, homes),
            "title": row["title"],
            "level": row["level"],
            "year": row["year"],
            "until": str(row["expires_date"]) if row["expires_date"] else None,
        }
        for row in found
    ]


def _held(asked: Asked) -> Any:
    subject, held = asked.subject, Honour.objects.all().during(*asked.period.days)
    if subject.stations is not None:
        held = held.filter(station__in=subject.stations)
    if subject.unit:
        return held.of_units(asked.at_end.paths)
    assert subject.division
    return held.in_division(subject.division.prefix)


def _holder(row: Row, homes: dict[str, str]) -> Row:
    if row["station"]:
        name, code, unit = (row[field] for field in STATION)
        return {"to": "station", "name": name, "code": code, "unit": unit}
    if row["unit"]:
        name, code = (row[field] for field in UNIT)
        return {"to": "unit", "name": name, "code": code, "unit": name}
    return {"to": "person", "name": None, "code": None, "unit": homes.get(row["person_path"])}


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = {"station": _("Station"), "unit": _("Unit"), "person": _("Person")}
    columns = [
        Column("level", _("Level"), width=10),
        Column("title", _("Honour"), width=34),
        Column("year", _("Year"), width=8),
        Column("to", _("Given to"), width=10),
        Column("name", _("Holder"), width=30),
        Column("code", _("Code of the holder"), width=14),
        Column("unit", _("Unit"), width=20),
        Column("until", _("Holds until"), "date", 12),
    ]
    lines = [
        {key: row[key] or NONE for key in ("name", "code", "unit")}
        | {"level": str(HonourLevel(row["level"]).label), "title": row["title"], "year": str(row["year"])}
        | {"to": labels[row["to"]], "until": day(row["until"])}
        for row in rows
    ]
    note = _(
        "Honours that held in these months, also those given in earlier years, of whoever belonged here on the last"
        " day. People are not named, since what is sealed forgets nobody: the list of honours names them."
    )
    return Table("honour", _("Honours"), columns, lines, note)


SECTION = Section("honour", ("honour",), _rows, _table)
