"""Timetables of stations: their schedule with the exceptions that hold for them, shared by all that open alike."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from django.db.models import Exists, OuterRef

from stations.exceptions import Dated, dated_hours
from stations.models import Station, StationCard, Timetable
from stations.publishing.windows import window_start

_Key = tuple[int | None, str]
"""Id of the schedule, digest of the exceptions."""


def timetables_of(stations: Sequence[Station], operators: Mapping[int, str], today: date) -> dict[int, int]:
    """By station id the id of its timetable; stations of which nothing is known have none. At most five queries.

    `operators`: each station's operator, as a treebeard path.
    """
    # Exceptions stay to the end of the window: a leaf that is written twice in a week has the same bytes.
    dated = dated_hours({station.pk: operators.get(station.pk, "") for station in stations}, window_start(today))
    found = {station.pk: (station.schedule_id, dated[station.pk]) for station in stations}
    ids = _ids({what for what in found.values() if what != (None, ())})
    return {pk: ids[what] for pk, what in found.items() if what in ids}


def forget_timetables() -> int:
    """Delete those that no card points to any more."""
    used = StationCard.objects.filter(timetable=OuterRef("pk"))
    return Timetable.objects.filter(~Exists(used)).delete()[0]


def _ids(wanted: Iterable[tuple[int | None, Dated]]) -> dict[tuple[int | None, Dated], int]:
    rows = {what: [one.as_row() for one in what[1]] for what in wanted}
    keys: dict[tuple[int | None, Dated], _Key] = {what: (what[0], _digest(row)) for what, row in rows.items()}
    known = _known(keys.values())
    missing = [
        Timetable(schedule_id=key[0], exceptions=rows[what], digest=key[1])
        for what, key in keys.items()
        if key not in known
    ]
    if missing:
        Timetable.objects.bulk_create(missing, ignore_conflicts=True)
        known = _known(keys.values())
    return {what: known[key] for what, key in keys.items()}


def _known(keys: Iterable[_Key]) -> dict[_Key, int]:
    rows = Timetable.objects.filter(digest__in={digest for _schedule, digest in keys})
    return {(schedule, digest): pk for pk, schedule, digest in rows.values_list("pk", "schedule_id", "digest")}


def _digest(rows: list[list[str]]) -> str:
    return sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
