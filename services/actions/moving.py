"""How what happened at a station goes along when it is merged into another one.

The ledger goes along day by day, and never a day of a month that has been handed in at either of the two: what was
reported stays as it was reported. Lines keep their keys, so that what a phone sends again still meets itself; a bucket
that both have is the sum of both, as it is the sum of its lines; and of a day recorded at both one record is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.months import Month
from services.actions.moving_supplies import Deliveries, Supplies
from services.choices import InspectionState, Method
from services.counting import days_of_other_scans, method_that_counts
from services.models import (
    ActivityStation,
    DoorCode,
    Feedback,
    Finding,
    HandOver,
    Inspection,
    KeeperNote,
    LedgerChange,
    SentWrite,
    StationDay,
    Story,
    Visit,
    VisitEntry,
)
from services.policies import lock_reason
from stations.merging import GoesAlong, Line, Merge, Mover, Stays, move_rows
from stations.models import Posting, Station

LONGEST_REMARK = 200

_JOIN_BUCKETS = """
    WITH taken AS (
        DELETE FROM services_visit WHERE station_id = %(duplicate)s AND date = ANY(%(days)s)
        RETURNING date, hour, "group", method, count
    )
    INSERT INTO services_visit (station_id, date, hour, "group", method, count)
    SELECT %(into)s, date, hour, "group", method, count FROM taken
    ON CONFLICT (station_id, date, hour, "group", method) DO UPDATE SET count = services_visit.count + excluded.count
"""


@dataclass
class _Days:
    """The days on record at the duplicate: those that go along, of these the ones on record at both, and the others."""

    go: list[date] = field(default_factory=list)
    both: list[date] = field(default_factory=list)
    stay: dict[str | Promise, list[date]] = field(default_factory=lambda: defaultdict(list))
    """By the reason why."""


class _Ledger:
    """Days, lines and buckets, which belong together."""

    models = (StationDay, Visit, VisitEntry, LedgerChange)

    def move(self, merge: Merge) -> Iterable[Line]:
        both = (merge.duplicate.pk, merge.into.pk)
        # All writers of a day hold its row, so what they have begun is done before anything is read.
        held = StationDay.objects.select_for_update(of=("self",)).filter(station__in=both).order_by("station", "date")
        records: dict[int, dict[date, StationDay]] = {pk: {} for pk in both}
        for record in held:
            records[record.station_id][record.date] = record
        days = _sorted_out(merge, records[merge.into.pk].keys(), _recorded(merge.duplicate))
        yield from _told(merge, days)
        pairs = [(records[merge.duplicate.pk].get(day), records[merge.into.pk][day]) for day in days.both]
        before = {
            "there": _counting(merge.duplicate, [gone for gone, _kept in pairs if gone]),
            "here": _counting(merge.into, [kept for _gone, kept in pairs]),
        }
        VisitEntry.objects.filter(station=merge.duplicate, date__in=days.go).update(station=merge.into)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"duplicate": merge.duplicate.pk, "into": merge.into.pk, "days": days.go}
            cursor.execute(_JOIN_BUCKETS, values)
        _join_days(merge, pairs)
        note = _("until now %(here)d at the one that stays and %(there)d at the other") % before
        counting = _counting(merge.into, [kept for _gone, kept in pairs])
        yield Line(gettext_lazy("visits that count, on the days recorded at both"), counting, note=note)
        move_rows(StationDay.objects.filter(station=merge.duplicate, date__in=days.go), merge)
        months = sorted({day.replace(day=1) for day in days.go})
        LedgerChange.objects.bulk_create(LedgerChange(station_id=pk, month=month) for pk in both for month in months)


def _counting(station: Station, records: list[StationDay]) -> int:
    """What these days count, each by its one method."""
    totals = _totals(station, [record.date for record in records])
    return sum(
        totals[record.date].get(Method(record.counted_by), 0)
        for record in records
        if record.counted_by and record.date in totals
    )


def _recorded(station: Station) -> list[date]:
    days = {*StationDay.objects.filter(station=station).values_list("date", flat=True)}
    days |= {*VisitEntry.objects.filter(station=station).values_list("date", flat=True).distinct()}
    days |= {*Visit.objects.filter(station=station).values_list("date", flat=True).distinct()}
    return sorted(days)


def _sorted_out(merge: Merge, known: Iterable[date], recorded: list[date]) -> _Days:
    days, mixed = _Days(), _mixed_days(merge)
    at_both = set(known)
    for span in _spans(merge, recorded):
        why = _why_not(merge, span[0])
        for day in span:
            if reason := why or (day in mixed and gettext_lazy("counted by the hour at one, as a whole at the other")):
                days.stay[reason].append(day)
            else:
                days.go.append(day)
                days.both.extend([day] if day in at_both else [])
    return days


def _spans(merge: Merge, recorded: list[date]) -> list[list[date]]:
    """The days in groups within which the same units held both stations and the month is the same."""
    postings = list(Posting.objects.filter(station__in=[merge.duplicate, merge.into]))
    groups: dict[tuple[Any, ...], list[date]] = defaultdict(list)
    for day in recorded:
        of_day = sorted(one.pk for one in postings if one.since <= day and (one.until is None or day <= one.until))
        groups[(day.year, day.month, *of_day)].append(day)
    return list(groups.values())


def _why_not(merge: Merge, day: date) -> str | Promise:
    """The reason why a day stays with the old station; "" if it goes along."""
    if not Posting.objects.on(day).filter(station=merge.into).exists():
        return gettext_lazy("nobody ran the station that stays then")
    if lock_reason(merge.duplicate.pk, day) or lock_reason(merge.into.pk, day):
        return _("%(month)s has been handed in") % {"month": Month.of(day)}
    return ""


def _mixed_days(merge: Merge) -> set[date]:
    """Where one method would count the same day by the hour and as a whole."""
    rows = Visit.objects.filter(station__in=[merge.duplicate, merge.into], count__gt=0)
    rows = rows.annotate(is_whole=ExpressionWrapper(Q(hour=None), BooleanField()))
    kinds: dict[tuple[date, str], set[tuple[int, bool]]] = defaultdict(set)
    for station, day, method, is_whole in rows.values_list("station_id", "date", "method", "is_whole").distinct():
        kinds[day, method].add((station, is_whole))
    return {
        day
        for (day, _method), found in kinds.items()
        if {station for station, _whole in found} == {merge.duplicate.pk, merge.into.pk}
        and {is_whole for _station, is_whole in found} == {False, True}
    }


def _told(merge: Merge, days: _Days) -> Iterable[Line]:
    visits = Visit.objects.filter(station=merge.duplicate)
    counts: dict[date, int] = dict(visits.values_list("date").annotate(Sum("count")).order_by())
    note = _("%(count)d of them recorded at both: added up by method") % {"count": len(days.both)} if days.both else ""
    yield Line(gettext_lazy("days on record"), len(days.go), note=note)
    yield Line(gettext_lazy("visits, by all methods"), sum(counts.get(day, 0) for day in days.go))
    for reason, staying in days.stay.items():
        yield Line(gettext_lazy("days on record"), len(staying), stays=True, note=reason)
        figure = sum(counts.get(day, 0) for day in staying)
        yield Line(gettext_lazy("visits, by all methods"), figure, stays=True, note=reason)


def _join_days(merge: Merge, pairs: list[tuple[StationDay | None, StationDay]]) -> None:
    """Make one record of the two of a day; the buckets have been added up already."""
    totals = _totals(merge.into, [kept.date for _gone, kept in pairs])
    other_scans = days_of_other_scans(merge.into.pk, [day for day, own in totals.items() if Method.SCAN in own])
    for gone, kept in pairs:
        if gone is not None:
            _join(gone, kept)
        own = totals.get(kept.date, {})
        kept.is_nil = kept.is_nil and not own
        kept.counted_by, kept.is_method_chosen = method_that_counts(
            kept.counted_by, own, partial(_are_check_ins, other_scans, kept.date), is_chosen=kept.is_method_chosen
        )
    names = ["opened_at", "closed_at", "is_nil", "counted_by", "is_method_chosen", "remark", "recorded_by"]
    StationDay.objects.bulk_update([kept for _gone, kept in pairs], names, batch_size=500)
    ids = [kept.pk for _gone, kept in pairs]
    record_history(StationDay, ids, kind="~", by_id=merge.by.pk, reason=merge.line)
    gone_ids = [gone.pk for gone, _kept in pairs if gone is not None]
    record_history(StationDay, gone_ids, kind="-", by_id=merge.by.pk, reason=merge.line)
    gone_rows: Any = StationDay.objects.filter(pk__in=gone_ids)
    gone_rows._raw_delete(gone_rows.db)  # noqa: SLF001  # its history is written already, and nothing points to a day


def _are_check_ins(other_scans: set[date], day: date) -> bool:
    return day not in other_scans


def _join(gone: StationDay, kept: StationDay) -> None:
    """Open from the first opening to the last closing; a choice of the method by a person outlives one by rule."""
    openings = [record for record in (gone, kept) if record.opened_at is not None]
    is_open = kept.date >= timezone.localdate() and any(record.closed_at is None for record in openings)
    closings = [record.closed_at for record in (gone, kept) if record.closed_at is not None]
    kept.opened_at = min((record.opened_at for record in openings if record.opened_at), default=None)
    kept.closed_at = None if is_open else max(closings, default=None)
    kept.is_nil = kept.is_nil or gone.is_nil
    if gone.is_method_chosen and not kept.is_method_chosen:
        kept.counted_by, kept.is_method_chosen = gone.counted_by, True
    remarks = dict.fromkeys(remark for remark in (kept.remark, gone.remark) if remark)
    kept.remark = " / ".join(remarks)[:LONGEST_REMARK]
    kept.recorded_by_id = kept.recorded_by_id or gone.recorded_by_id


def _totals(station: Station, days: Iterable[date]) -> Mapping[date, dict[Method, int]]:
    rows = Visit.objects.filter(station=station, date__in=list(days)).values_list("date", "method")
    sums: dict[date, dict[str, int]] = defaultdict(dict)
    for day, method, count in rows.annotate(Sum("count")).order_by():
        sums[day][method] = count
    return {day: {method: by[method] for method in Method if by.get(method)} for day, by in sums.items()}


class _Inspections:
    """Drafts go along without a word, as nobody at a station hears of a visit that somebody prepares.

    Of what the same person has begun at both, the draft at the old station stays there.
    """

    models = (Inspection,)

    def move(self, merge: Merge) -> Iterable[Line]:
        rows = Inspection.objects.filter(station=merge.duplicate)
        own = Inspection.objects.filter(station=merge.into, state=InspectionState.DRAFT)
        same = own.filter(by=OuterRef("by"), kind=OuterRef("kind"), form=OuterRef("form"))
        begun = rows.filter(state=InspectionState.DRAFT).exclude(Exists(same))
        Inspection.objects.filter(pk__in=list(begun.values_list("pk", flat=True))).update(station=merge.into)
        yield Line(gettext_lazy("inspections"), move_rows(rows.filter(state=InspectionState.FINISHED), merge))


def _at_both(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    """Places of activities that are at the station that stays already."""
    return rows.filter(activity__at__station=merge.into)


def movers() -> tuple[Mover, ...]:
    return (
        _Ledger(),
        GoesAlong(ActivityStation, _at_both, gettext_lazy("they are at the station that stays already")),
        Supplies(),
        Deliveries(),
        GoesAlong(Feedback),
        GoesAlong(Finding),
        _Inspections(),
        GoesAlong(KeeperNote),
        GoesAlong(HandOver),
        GoesAlong(Story),
        GoesAlong(SentWrite, is_told=False),
        # Its printed code holds at the station that stays: `services.doors.judge`.
        Stays((DoorCode,)),
    )
