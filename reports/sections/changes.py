"""What changed in the list of stations: which came, which went, which rest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.happened import held_stations
from reports.sections.printing import Row, Table, day
from stations.choices import StationStatus
from stations.models import Posting, Station
from stations.standings import Past, Suspension, past_of
from stations.trees import DAY, Line

CAME, WENT, SUSPENDED, CLOSED = "came", "went", "suspended", "closed"


def _rows(asked: Asked) -> list[Row]:
    rows = [*_came(asked), *_went(asked), *_with_units(asked), *_suspended(asked), *_closed(asked)]
    return sorted(rows, key=lambda row: (row["date"], row["code"], row["change"]))


def _came(asked: Asked) -> Iterator[Row]:
    first, last = asked.period.days
    begun = _postings(asked, "since").filter(since__range=(first, last))
    ended = _postings(asked, "until").exclude(until=None)
    before = {(row["station"], row["until"]) for row in ended.values("station", "until")}
    for row in _named(begun, "since"):
        if (row["key"], date.fromordinal(row["day"].toordinal() - 1)) not in before:
            yield _row(row, CAME, row["day"], row["run_by"])


def _went(asked: Asked) -> Iterator[Row]:
    first, last = asked.period.days
    ended = _postings(asked, "until").filter(until__range=(first, last))
    after = {(row["station"], row["since"]) for row in _postings(asked, "since").values("station", "since")}
    for row in _named(ended, "until"):
        if (row["key"], date.fromordinal(row["day"].toordinal() + 1)) not in after:
            yield _row(row, WENT, row["day"], row["run_by"])


def _with_units(asked: Asked) -> Iterator[Row]:
    """Stations of units that came below this one, or left it, on the first of a month."""
    line = asked.subject.paths
    for begun in [first for first, *_more in line.spans[1:]] if isinstance(line, Line) else ():
        then, now = _through(asked, begun, begun - DAY), _through(asked, begun, begun)
        for change, at, keys in ((WENT, begun - DAY, then - now), (CAME, begun, now - then)):
            if asked.period.days[0] <= at <= asked.period.days[1]:
                for row in _named(Posting.objects.filter(pk__in=keys).order_by(), "since"):
                    yield _row(row, change, at, row["run_by"])


def _through(asked: Asked, begun: date, at: date) -> set[int]:
    """The postings that were in force that day and the day before, and the subject's `at` one of them."""
    postings: Any = Posting.objects.all()
    lasting = postings.on(begun).filter(asked.subject.in_days(at, at).held_by(""), since__lt=begun)
    return set(lasting.values_list("pk", flat=True))


def _suspended(asked: Asked) -> Iterator[Row]:
    """Also those that are open again: of each suspension what held of it, by the history of the station."""
    first, last = asked.period.days
    then = Q(suspended_until=None) | Q(suspended_until__gte=first)
    told = Station.history.filter(then, suspended_from__lte=last, id__in=held_stations(asked)).order_by()
    found = past_of(told.values_list("id", flat=True).distinct())
    names = {pk: named for pk, *named in Station.objects.filter(pk__in=found).values_list("pk", "code", "name")}
    for pk, past in found.items():
        code, name = names[pk]
        for one in _rests(past):
            if one.first <= last and first <= one.last:
                until = None if one.last == date.max else str(one.last)
                row = {"change": SUSPENDED, "code": code, "name": name, "date": str(one.first), "until": until}
                yield row | {"detail": one.reason}


def _closed(asked: Asked) -> Iterator[Row]:
    """For good; what was merged into another station goes on there."""
    first, last = asked.period.days
    closed = Station.objects.filter(status=StationStatus.CLOSED, merged_into=None, pk__in=held_stations(asked))
    names = {pk: named for pk, *named in closed.values_list("pk", "code", "name")}
    for pk, past in past_of(names).items():
        code, name = names[pk]
        if past.closed_on and first <= past.closed_on <= last:
            row = {"change": CLOSED, "code": code, "name": name, "date": str(past.closed_on), "until": None}
            yield row | {"detail": ""}


def _rests(past: Past) -> Iterable[Suspension]:
    """Each once, however often its record was written since."""
    found: dict[date, Suspension] = {}
    for one in past.suspensions:
        if one.first <= one.last:
            known = found.get(one.first, one)
            found[one.first] = replace(one, last=max(known.last, one.last))
    return found.values()


def _postings(asked: Asked, at: str) -> Any:
    """The subject's on their first or their last day, near the period: enough to tell who was there the day before."""
    postings: Any = Posting.objects.all()
    first, last = asked.period.days
    near = Q(since__range=(first, date.fromordinal(last.toordinal() + 1))) | Q(
        until__range=(date.fromordinal(first.toordinal() - 1), last)
    )
    return postings.filter(near, asked.subject.held_by("", at)).order_by()


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
    labels = {CAME: _("New here"), WENT: _("Gone from here"), SUSPENDED: _("Suspended"), CLOSED: _("Closed for good")}
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
    note = _(
        "New and left: by the dates of who ran or supervised the station. Suspended: also those that are open again."
    )
    return Table("change", _("Changes of the station list"), columns, lines, note)


SECTION = Section("change", ("change", "code", "date"), _rows, _table)
