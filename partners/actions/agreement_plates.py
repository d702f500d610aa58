"""Plates that hang under an agreement: they follow, by date, which stations it holds for.

The last day of each plate is written when it is granted, so that what the map says is right also while no task runs.
Settling compares what should hang with what does: stations that joined or left, another last day, and what began or
ended since somebody last looked. It may run at any time, and finds nothing to do the second time.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import insert_rows, next_ids, record_history, update_rows
from harbor_portal.lib.each import sum_of_each
from partners.actions.plates import hold_programmes
from partners.covering import Spans, covered
from partners.models import Agreement, Plate
from partners.spans import DAY, Span, span, within, without
from stations.changes import mark_many_changed
from stations.choices import StationStatus
from stations.models import Station, User

NAMES = ("station_id", "programme_id", "agreement_id", "granted_by_id", "number", "since", "until")


@dataclass
class Changes:
    """What is to be written, so that what hangs is what should."""

    new: list[tuple[int, Span]] = field(default_factory=list)
    moved: dict[int, Span] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    stations: set[int] = field(default_factory=set)


def settle_all_plates(*, today: date) -> int:
    """Of all agreements whose plates hang, or came down since; how many changed. Fails as `sum_of_each`."""
    agreements = Agreement.objects.all().with_plates_to_settle().order_by("pk")
    return sum_of_each(agreements, lambda agreement: settle_plates(agreement=agreement, today=today))


@transaction.atomic
def settle_plates(*, agreement: Agreement, today: date, by: User | None = None, reason: str = "") -> int:
    """Grant, move and withdraw the agreement's plates, and tell the map; how many began, ended or changed.

    A plate that hangs for another reason is left alone, and none is hung beside it on its days. `reason`: under which
    new ones stand in the history; by default that the agreement granted them.
    """
    held = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("covered_unit", "programme")
        .get(pk=agreement.pk)
    )
    if not held.signed_date or not held.programme_id:
        return 0
    hold_programmes([held.programme_id])
    own = list(Plate.objects.filter(agreement=held).order_by("since"))
    changes = _compared(_wanted(held, own, today), own, today)
    _write(held, changes, by, reason)
    turned = _turn(held, today)
    mark_many_changed(sorted(changes.stations | turned))
    Agreement.objects.filter(pk=held.pk).update(plates_settled_date=today)
    return len(changes.new) + len(changes.moved) + len(changes.gone) + len(turned)


def _wanted(agreement: Agreement, own: list[Plate], today: date) -> Spans:
    """On which days the programme's plate should hang where under this agreement. Three queries."""
    spans = covered(agreement)
    others: Spans = defaultdict(list)
    rows = Plate.objects.filter(programme=agreement.programme_id, station__in=list(spans))
    rows = rows.filter(Q(agreement=None) | ~Q(agreement=agreement))
    for station, since, until in rows.values_list("station", "since", "until"):
        others[station].append(span(since, until))
    closed = set(Station.objects.filter(pk__in=list(spans), status=StationStatus.CLOSED).values_list("pk", flat=True))
    hung: Spans = defaultdict(list)
    for plate in own:
        hung[plate.station_id].extend(within([span(plate.since, plate.until)], Span(date.min, today - DAY)))
    return {
        station: hung[station] if station in closed else without(days, others[station])
        for station, days in spans.items()
    }


def _compared(wanted: Spans, own: list[Plate], today: date) -> Changes:
    changes = Changes()
    rest = {station: list(days) for station, days in wanted.items()}
    for plate in own:
        _compare(plate, rest.get(plate.station_id, []), changes, today)
    for station, days in rest.items():
        changes.new.extend((station, one) for one in days)
        changes.stations.update([station] if days else [])
    return changes


def _compare(plate: Plate, days: list[Span], changes: Changes, today: date) -> None:
    """Take from `days` what this plate stands for."""
    hangs = span(plate.since, plate.until)
    match = next((one for one in days if one.overlaps(hangs)), None)
    if match:
        days.remove(match)
    elif plate.since < today:
        match = Span(plate.since, min(hangs.last, today - DAY))
    if match == hangs:
        return
    changes.stations.add(plate.station_id)
    if match:
        changes.moved[plate.pk] = match
    else:
        changes.gone.append(plate.pk)


def _write(agreement: Agreement, changes: Changes, by: User | None, granted: str) -> None:
    by_id, title = by.pk if by else None, agreement.title
    for plate in Plate.objects.filter(pk__in=changes.gone):
        plate._history_user = by
        plate._change_reason = _reason(_("never hung under “%(title)s”"), title)
        plate.delete()
    update_rows(Plate, ("since", "until"), ((pk, days.first, days.until) for pk, days in changes.moved.items()))
    reason = _reason(_("other days under “%(title)s”"), title)
    record_history(Plate, list(changes.moved), kind="~", by_id=by_id, reason=reason)
    ids = next_ids(Plate, len(changes.new))
    numbers = _numbers(agreement)
    insert_rows(
        Plate,
        ("id", *NAMES),
        (
            (
                pk,
                station,
                agreement.programme_id,
                agreement.pk,
                agreement.unit_id,
                numbers.get(station, ""),
                days.first,
                days.until,
            )
            for pk, (station, days) in zip(ids, changes.new, strict=True)
        ),
    )
    reason = granted or _reason(_("granted by “%(title)s”"), title)
    record_history(Plate, ids, kind="+", by_id=by_id, reason=reason)


def _numbers(agreement: Agreement) -> dict[int, str]:
    """The numbers that the stations' plates had before, by station: a plate that is renewed keeps its own."""
    plates = Plate.objects.filter(agreement__in=[pk for pk in (agreement.pk, agreement.renews_id) if pk])
    return dict(plates.exclude(number="").order_by("since").values_list("station", "number"))


def _turn(agreement: Agreement, today: date) -> set[int]:
    """The stations at which a plate began or ended since somebody last looked; history says which ended."""
    settled = agreement.plates_settled_date
    if settled is None or settled >= today:
        return set()
    plates = Plate.objects.filter(agreement=agreement)
    ended = dict(plates.filter(until__gte=settled, until__lt=today).values_list("pk", "station"))
    begun = plates.filter(since__gt=settled, since__lte=today).values_list("station", flat=True)
    reason = _reason(_("ended with “%(title)s”"), agreement.title)
    record_history(Plate, list(ended), kind="~", by_id=None, reason=reason)
    return {*ended.values(), *begun}


def _reason(sentence: str, title: str) -> str:
    most = 100 - len(sentence)
    return sentence % {"title": title if len(title) <= most else f"{title[: most - 1]}…"}
