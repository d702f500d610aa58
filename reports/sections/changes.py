"""What changed in the list of stations: which came, which went, which rest."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.happened import held_stations
from reports.sections.printing import Row, Table, day
from stations.models import Posting, Station

CAME, WENT, SUSPENDED = "came", "went", "suspended"


def _rows(asked: Asked) -> list[Row]:
    rows = [*_came(asked), *_went(asked), *_suspended(asked)]
    return sorted(rows, key=lambda row: (row["date"], row["code"], row["change"]))


def _came(asked: Asked) -> Iterator[Row]:
    first, last = asked.period.days
    begun = _postings(asked).filter(since__range=(first, last))
    before = {(row["station"], row["until"]) for row in _postings(asked).exclude(until=None).values("station", "until")}
    for row in _named(begun, "since"):
        if (row["key"], date.fromordinal(row["day"].toordinal() - 1)) not in before:
            yield _row(row, CAME, row["day"], row["run_by"])


def _went(asked: Asked) -> Iterator[Row]:
    first, last = asked.period.days
    ended = _postings(asked).filter(until__range=(first, last))
    after = {(row["station"], row["since"]) for row in _postings(asked).values("station", "since")}
    for row in _named(ended, "until"):
        if (row["key"], date.fromordinal(row["day"].toordinal() + 1)) not in after:
            yield _row(row, WENT, row["day"], row["run_by"])


def _suspended(asked: Asked) -> Iterator[Row]:
    first, last = asked.period.days
    resting = Station.objects.filter(
        Q(suspended_until=None) | Q(suspended_until__gte=first), suspended_from__lte=last, pk__in=held_stations(asked)
    )
    for station in resting.order_by("code"):
        assert station.suspended_from
        until = station.suspended_until
        yield {
            "change": SUSPENDED,
            "code": station.code,
            "name": station.name,
            "date": str(station.suspended_from),
            "until": str(until) if until else None,
            "detail": station.suspended_reason,
        }


def _postings(asked: Asked) -> Any:
    """Within a year around the period, which is enough to tell who was there the day before."""
    postings: Any = Posting.objects.all()
    first, last = asked.period.days
    near = Q(since__range=(first, date.fromordinal(last.toordinal() + 1))) | Q(
        until__range=(date.fromordinal(first.toordinal() - 1), last)
    )
    return postings.filter(near, asked.subject.held_by("")).order_by()


def _named(postings: Any, at: str) -> Any:
    return postings.values(
        key=F("station"), code=F("station__code"), name=F("station__name"), run_by=F("operator__name"), day=F(at)
    )


def _row(found: Any, change: str, at: date, detail: str | None) -> Row:
    return {
        "change": change,
        "code": found["code"],
        "name": found["name"],
        "date": str(at),
        "until": None,
        "detail": detail or "",
    }


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = {CAME: _("New here"), WENT: _("Gone from here"), SUSPENDED: _("Suspended")}
    lines = [
        row | {"change": labels[row["change"]], "date": day(row["date"]), "until": day(row["until"])} for row in rows
    ]
    columns = [
        Column("change", _("What changed"), width=12),
        Column("name", _("Station"), width=34),
        Column("code", _("Code"), width=14),
        Column("date", _("Date"), "date", 12),
        Column("until", _("Until"), "date", 12),
        Column("detail", _("Operator, or reason"), width=30),
    ]
    note = _("New and left: by the dates of who ran or supervised the station. Suspended: as it stands now.")
    return Table("change", _("Changes of the station list"), columns, lines, note)


SECTION = Section("change", ("change", "code", "date"), _rows, _table)
