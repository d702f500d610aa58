"""Lists of activities: those that took place, with who came, and those that are planned. A list changes none."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.bulk import record_history, record_links
from harbor_portal.lib.errors import Refused
from harbor_portal.lib.tables import Cell, text_of
from partners.imports.of_partners import any_partner
from services.activity_choices import ActivityStatus
from services.activity_policies import LONGEST, ORGANISING, YEARS, organises_anywhere, who_organises
from services.choices import Method, WorkerGroup
from services.imports import activity_columns as columns
from services.imports.locks import Locks
from services.models import Activity, ActivityStation, Attendance
from stations.codes import new_code
from stations.imports.kinds import Asking, Entry
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import divided, divisions, keys_beside, named, several, units
from stations.imports.sheets import Row
from stations.imports.undoing import Undoing, traces_of
from stations.imports.values import Warn
from stations.imports.words import folded, words_of
from stations.models import Station, User
from stations.scope import Scope, scope_of

MOST_PEOPLE = 100_000


def _refuse(by: User) -> None:
    if not organises_anywhere(by):
        raise Refused(_("Only officers and officials enter the activities of their units."))


def _read_people(cell: Cell, warn: Warn) -> dict[str, int]:
    """People by group."""
    known, found = words_of(WorkerGroup), dict[str, int]()
    for item in divided(text_of(cell)):
        name, _colon, count = item.replace("：", ":").rpartition(":")
        count = count.strip().removesuffix("人次").removesuffix("人").strip()
        group = known.get(folded(name)) if name else WorkerGroup.OTHER_OUTDOOR.value
        if group is None or not (count.isascii() and count.isdecimal()) or int(count) > MOST_PEOPLE:
            raise ValueError(_("“%(item)s” is no group with a number. Write 快递员:20、环卫工人:15.") % {"item": item})
        if group in found:
            raise ValueError(_("“%(item)s”: this group stands here twice.") % {"item": item})
        if not name:
            warn(_("Without a group, these count as other outdoor workers."))
        found[group] = int(count)
    return found


def _write_people(told: Iterable[str]) -> str:
    pairs = (one.rsplit(":", 1) for one in told)
    return "、".join(f"{WorkerGroup(group).label}:{count}" for group, count in pairs)


def seen_stations(by: User) -> Any:
    rows: Any = Station.objects.visible_to(by)
    return rows.filter(merged_into=None)


def _check(changes: list[Change], asking: Asking) -> None:
    stations = {station for change in changes for station in change.row.values.get("stations", ())}
    locks, now, scope = Locks(station.pk for station in stations), timezone.now(), scope_of(asking.by)
    for change in changes:
        if not change.is_new:
            key = next(iter(change.was))
            change.row.error(key, _("It stands here already, with another value. Change it on its page."))
            continue
        _check_one(change, scope, locks)
        _settle(change, locks, now)


def _check_one(change: Change, scope: Scope, locks: Locks) -> None:
    row, values = change.row, change.row.values
    if not scope.holds(values["organiser"].path, *ORGANISING):
        row.error("organiser", who_organises(values["organiser"]))
    if not values.get("stations") and "place" not in values:
        row.error("place", _("Say where: at a station, or an address."))
    if values["starts_at"].year not in YEARS:
        row.error("starts_at", _("A moment is written like 2026-11-18T08:30."))
        return
    if values["ends_at"] - values["starts_at"] > LONGEST:
        row.error("ends_at", _("An activity lasts at most %(days)d days; plan a series.") % {"days": LONGEST.days})
    day = timezone.localdate(values["starts_at"])
    for station in values.get("stations", ()):
        if why := locks.why(station.pk, day):
            row.error("starts_at", why)


def _settle(change: Change, locks: Locks, now: Any) -> None:
    """What follows from who came, and from where it is."""
    row, activity = change.row, change.instance
    activity.code = activity.code or new_code()
    people: Mapping[str, int] | None = row.values.get("people")
    if people is not None:
        if activity.starts_at > now:
            row.error("people", _("It has not begun yet."))
        activity.status, activity.counted_by = ActivityStatus.REPORTED, Method.TALLY
        activity.participant_count = sum(people.values())
    elif {"cost", "summary"} & row.values.keys():
        row.error("people", _("Say how many people came, by group. If nobody came, write 0."))
    if "division" not in row.values:
        activity.division_id = _division_of(row, activity, locks)


def _division_of(row: Row, activity: Activity, locks: Locks) -> str | None:
    first = next(iter(row.values.get("stations", ())), None)
    posting = first and locks.posting(first.pk, timezone.localdate(activity.starts_at))
    found: str | None = (posting and posting.division_id) or row.values["organiser"].division_id
    return found


def _follow(changes: list[Change], entry: Entry) -> None:
    """Where it is, with whom, and who came."""
    places = [
        ActivityStation(activity=change.instance, station=station)
        for change in changes
        for station in change.row.values.get("stations", ())
    ]
    ids = [row.pk for row in ActivityStation.objects.bulk_create(places, batch_size=2000)]
    record_history(ActivityStation, ids, kind="+", by_id=entry.by.pk, reason=entry.reason)
    named = Activity.partners.through
    named._default_manager.bulk_create(
        (
            named(activity=change.instance, partner=partner)
            for change in changes
            for partner in change.row.values.get("partners", ())
        ),
        batch_size=2000,
    )
    record_links(Activity, [change.instance.pk for change in changes])
    came = Attendance.objects.bulk_create(
        (
            Attendance(activity=change.instance, group=group, method=Method.TALLY, count=count)
            for change in changes
            for group, count in change.row.values.get("people", {}).items()
            if count
        ),
        batch_size=2000,
    )
    record_history(Attendance, [row.pk for row in came], kind="+", by_id=entry.by.pk, reason=entry.reason)


_PLACES = ActivityStation.objects.filter(activity=OuterRef("pk")).order_by("station__code")
_WITH = Activity.partners.through.objects.filter(activity=OuterRef("pk")).order_by("partner__code")
_CAME = Attendance.objects.filter(activity=OuterRef("pk"), method=OuterRef("counted_by")).order_by("group")
_TOLD = Concat(F("group"), Value(":"), Cast("count", CharField()), output_field=CharField())

_LIST = PlainList(
    key="activities",
    model=Activity,
    title=gettext_lazy("Activities"),
    lead=gettext_lazy(
        "Each row is an activity of one of your units: with participants it is reported, without them it is planned."
        " A list adds activities, and changes none that is here."
    ),
    columns=(
        PlainColumn(columns.CODE),
        PlainColumn(columns.TITLE),
        PlainColumn(columns.TITLE_EN),
        PlainColumn(columns.KIND),
        PlainColumn(columns.ORGANISER, units, "organiser__code"),
        PlainColumn(
            columns.STATIONS,
            several(named(seen_stations, "code", "name")),
            ArraySubquery(_PLACES.values("station__code")),
            is_beside=True,
            stands=keys_beside(ActivityStation.objects.all, "activity", "station"),
            write="、".join,
        ),
        PlainColumn(columns.PLACE),
        PlainColumn(columns.DIVISION, divisions),
        PlainColumn(columns.STARTS),
        PlainColumn(columns.ENDS),
        PlainColumn(
            columns.PARTNERS,
            several(any_partner),
            ArraySubquery(_WITH.values("partner__code")),
            is_beside=True,
            stands=keys_beside(Activity.partners.through.objects.all, "activity", "partner"),
            write="、".join,
        ),
        PlainColumn(
            columns.PEOPLE,
            shown=ArraySubquery(_CAME.annotate(told=_TOLD).values("told")),
            reader=_read_people,
            is_beside=True,
            write=_write_people,
        ),
        PlainColumn(columns.COST),
        PlainColumn(columns.DESCRIPTION),
        PlainColumn(columns.SUMMARY),
        PlainColumn(columns.PUBLIC),
        PlainColumn(columns.STATUS, write=lambda status: str(ActivityStatus(status).label), is_told=True),
    ),
    found_by=("organiser", "title", "starts_at"),
    code="code",
    heads=("title", "organiser", "starts_at"),
    refuse=_refuse,
    check=_check,
    follow=_follow,
    with_rows=(ActivityStation,),
    order=("starts_at",),
).as_kind()


def _undo(undoing: Undoing) -> None:
    """Nothing is taken from a month that was handed in."""
    [trace] = traces_of([ActivityStation], undoing)
    places = list(ActivityStation.objects.filter(pk__in=trace.made).select_related("activity"))
    locks = Locks(place.station_id for place in places)
    for place in places:
        if why := locks.why(place.station_id, timezone.localdate(place.activity.starts_at)):
            raise Refused(why)
    _LIST.undo(undoing)


ACTIVITIES = replace(_LIST, undo=_undo)
