"""A tap on a counter: what was tapped is what counts, and by which hour is decided here."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from services.actions.visits import Bucket, Day, Sender, day_of, is_of, once, refuse_bad_count, write_in
from services.choices import EntryKind, Method, WorkerGroup
from services.hourly import Figures, hour_of, hour_to_reduce, is_by_hour
from services.models import StationDay, VisitEntry
from stations.models import Station


@dataclass(frozen=True)
class Tap:
    """So many more (or fewer) of a group, tapped at a moment; `hour` where the person chose another than that."""

    station: Station
    day: date
    group: WorkerGroup
    method: Method
    count: int
    at: datetime
    hour: int | None = None


@transaction.atomic
def count_tap(*, tap: Tap, sender: Sender) -> VisitEntry:
    """Count it under the hour in which it was tapped, where the station counts by the hour; else under the day.

    A day that has figures of the whole day stays so, and one that has hourly figures takes nothing else. The hour is no
    part of what makes a second sending the same tap: sent again later it would be another one.
    """
    refuse_bad_count(tap.count)
    _refuse_bad_hour(tap)
    whole = Bucket(tap.station, tap.day, tap.group, tap.method)

    def is_same(sent: VisitEntry) -> bool:
        of_day = replace(whole, hour=sent.hour)
        return is_of(sent, of_day, EntryKind.ADD) and sent.undoes_id is None and sent.change == tap.count

    def write(record: StationDay) -> VisitEntry:
        day = day_of(whole)
        bucket = replace(whole, hour=_hour(tap, _figures(day, tap.method)))
        return write_in(day, record, bucket, sender, EntryKind.ADD, tap.count)

    return once(whole, sender, is_same=is_same, write=write)


def _refuse_bad_hour(tap: Tap) -> None:
    if tap.hour is None:
        return
    if not 0 <= tap.hour <= 23:
        raise Invalid("hour", _("An hour is 0 to 23."))
    moment = timezone.localtime(tap.at)
    if moment.date() == tap.day and tap.hour > moment.hour:
        raise Invalid("hour", _("That hour has not come yet."))


def _figures(day: Day, method: Method) -> Figures:
    return {(hour, group): count for (other, hour, group), count in day.items() if other == method}


def _hour(tap: Tap, figures: Figures) -> int | None:
    begins_by_hour = tap.station.counts_by_hour and tap.method == Method.TALLY
    if tap.hour is not None:
        return tap.hour if is_by_hour(figures, begins_by_hour=begins_by_hour) else None
    hour = hour_of(figures, day=tap.day, at=tap.at, begins_by_hour=begins_by_hour)
    if hour is None or tap.count > 0:
        return hour
    return hour_to_reduce(figures, tap.group, -tap.count, hour)
