"""What each row of a list of visits asks for: a figure that is new, one that is another, or nothing."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from services.choices import Method, WorkerGroup
from services.imports.known import Bucket, Known, hold_days, load_figures, load_known
from stations.imports.kinds import Asking, Plan
from stations.imports.sheets import Notes, Row
from stations.models import Station


@dataclass(frozen=True)
class Figure:
    """A figure as it shall stand. `stood` is the bucket's id and count, if there is one."""

    row: Row
    station: Station
    bucket: Bucket
    count: int
    stood: tuple[int, int] | None

    @property
    def change(self) -> int:
        return self.count - (self.stood[1] if self.stood else 0)

    @property
    def shown(self) -> list[str]:
        _station, day, hour, group, method = self.bucket
        return [
            str(self.row.number), f"{self.station.name} ({self.station.code})", day.isoformat(),
            "" if hour is None else str(hour), str(WorkerGroup(group).label), str(Method(method).label),
            str(self.stood[1]) if self.stood else "", str(self.count),
        ]  # fmt: skip


def compare(rows: list[Row], _notes: Notes, asking: Asking) -> Plan:
    known = load_known(rows, asking)
    asked = [(row, found) for row in asking.counted(rows) if (found := _bucket_of(row, known))]
    days = {(station.pk, bucket[1]) for _row, (station, bucket) in asked}
    if asking.is_to_last:
        needed = {bucket[:2] for row, (_station, bucket) in asked if row.values.get("count")}
        hold_days(days, needed, asking)
    load_figures(known, days)
    figures = [
        Figure(row, station, bucket, row.values["count"], known.figures.get(bucket))
        for row, (station, bucket) in asked
        if "count" in row.values
    ]
    _refuse_repeated(figures)
    _refuse_mixtures(figures, known)
    good = [figure for figure in figures if not figure.row.wrong]
    return Plan(
        creates=[figure for figure in good if figure.change and not figure.stood],
        updates=[figure for figure in good if figure.change and figure.stood],
        unchanged=sum(1 for figure in good if not figure.change),
        today=asking.today,
    )


def _bucket_of(row: Row, known: Known) -> tuple[Station, Bucket] | None:
    """None where the row is wrong, or names a day that takes nothing."""
    values = row.values
    try:
        station = known.stations.find(values["station"]) if "station" in values else None
    except ValueError as error:
        row.error("station", str(error))
        return None
    if station is None or "date" not in values:
        return None
    if why := known.why_not(station, values["date"]):
        row.error("date", why)
    if row.wrong:
        return None
    method = values.get("method", Method.LEDGER.value)
    return station, (station.pk, values["date"], values.get("hour"), values["group"], method)


def _refuse_repeated(figures: list[Figure]) -> None:
    first: dict[Bucket, Row] = {}
    for figure in figures:
        row = figure.row
        if first.setdefault(figure.bucket, row) is not row:
            row.error(
                "count", _("%(row)s gives the same figure. Keep one of them.") % {"row": first[figure.bucket].place}
            )


def _refuse_mixtures(figures: list[Figure], known: Known) -> None:
    """Hourly and whole-day figures of one method would count the same people twice."""
    stands = {bucket: count for bucket, (_pk, count) in known.figures.items()}
    stands |= {figure.bucket: figure.count for figure in figures}
    ways: dict[tuple[object, ...], set[bool]] = defaultdict(set)
    for (station, day, hour, _group, method), count in stands.items():
        if count:
            ways[station, day, method].add(hour is not None)
    for figure in figures:
        station, day, hour, _group, method = figure.bucket
        if figure.change > 0 and len(ways[station, day, method]) > 1:
            names = {"method": Method(method).label}
            figure.row.error(
                "hour",
                _("%(method)s is counted by the whole day on this day, so it takes no hourly figure.") % names
                if hour is not None
                else _("%(method)s is counted by the hour on this day, so it takes no figure of the whole day.")
                % names,
            )
