"""Activities from plan to report: each step is one action, with who, when and why in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, Refused, StaleState
from partners.actions.partners import hold_named
from partners.models import Partner
from services.actions.attendance import write_counts
from services.actions.journeys import copy_journeys
from services.actions.places import fill_free_places
from services.activity_choices import UNREPORTED, ActivityStatus
from services.activity_policies import LONGEST, YEARS, refuse_if_month_is_locked, refuse_unless_may_organise
from services.choices import WorkerGroup
from services.models import Activity, ActivityStation
from stations.actions.records import link_with_history, save_with_history
from stations.choices import StationStatus
from stations.codes import new_code
from stations.models import Division, Posting, Station, Unit, User

MOST_DATES = 60
"""Of one series: a year of weeks, and some."""
Moments = tuple[datetime, datetime]


class ActivityFacts(TypedDict, total=False):
    """What is said of an activity beforehand."""

    kind: str
    title: str
    title_en: str
    description: str
    organiser: Unit
    place: str
    division: Division | None
    starts_at: datetime
    ends_at: datetime
    is_public: bool
    takes_sign_ups: bool
    sign_up_until: datetime | None
    capacity: int | None


@transaction.atomic
def plan_activity(
    *,
    by: User,
    stations: Sequence[Station],
    dates: Sequence[Moments],
    partners: Sequence[Partner] = (),
    **facts: Unpack[ActivityFacts],
) -> list[Activity]:
    """Plan one activity for each of the dates; several are a series, named by its first."""
    if not 1 <= len(dates) <= MOST_DATES:
        raise Invalid("starts_at", _("A series has at most %(most)d dates.") % {"most": MOST_DATES})
    planned: list[Activity] = []
    for starts_at, ends_at in sorted(dates):
        moments = {"starts_at": starts_at, "ends_at": ends_at, "sign_up_until": _shifted(facts, starts_at, dates)}
        activity = Activity(code=new_code(), **{**facts, **moments})
        activity.series = planned[0] if planned else None
        planned.append(_add(activity, stations, by))
        _set_partners(activity, partners, by)
    return planned


def _shifted(facts: ActivityFacts, starts_at: datetime, dates: Sequence[Moments]) -> datetime | None:
    """Of a series, sign-up ends as long before each date as before the first."""
    until = facts.get("sign_up_until")
    return until and until + (starts_at - min(dates)[0])


@transaction.atomic
def copy_activity(*, activity: Activity, starts_at: datetime, by: User) -> Activity:
    """The same once more at another time, as the next date of its series, with its journeys.

    Who signs up begins anew.
    """
    found = _held(activity, by)
    if series_of(found).filter(starts_at=starts_at).exclude(status=ActivityStatus.CANCELLED).exists():
        raise Invalid("starts_at", _("This series has this date already."))
    shift = starts_at - found.starts_at
    names = ("kind", "title", "title_en", "description", "organiser", "place", "division", "is_public")
    copy = Activity(
        code=new_code(),
        **{name: getattr(found, name) for name in (*names, "takes_sign_ups", "capacity")},
        starts_at=starts_at,
        ends_at=found.ends_at + shift,
        sign_up_until=found.sign_up_until and found.sign_up_until + shift,
        series=found.series or found,
    )
    open_ones = found.stations.exclude(status=StationStatus.CLOSED)
    made = _add(copy, list(open_ones), by, may_see_all=True)
    link_with_history(made, "partners", found.partners.all(), by=by, reason="planned")
    copy_journeys(found, made, by=by)
    return made


def series_of(activity: Activity) -> QuerySet[Activity]:
    """All dates of the series of which it is one; a single one is the first of its own."""
    first = activity.series_id or activity.pk
    return Activity.objects.filter(Q(series=first) | Q(pk=first))


def _add(activity: Activity, stations: Sequence[Station], by: User, *, may_see_all: bool = False) -> Activity:
    refuse_unless_may_organise(by, activity.organiser)
    _refuse_impossible(activity, stations)
    if not may_see_all:
        _refuse_unless_seen(stations, by)
    refuse_if_month_is_locked(activity, stations)
    activity.division = activity.division or _division_of(stations) or activity.organiser.division
    save_with_history(activity, by=by, reason="planned")
    _add_places(activity, stations, by)
    return activity


@transaction.atomic
def change_activity(
    *,
    activity: Activity,
    by: User,
    stations: Sequence[Station] | None = None,
    partners: Sequence[Partner] | None = None,
    reason: str = "",
    **facts: Unpack[ActivityFacts],
) -> Activity:
    """Change what is said beforehand, until it was reported or cancelled. More places go to those who wait."""
    found = _held(activity, by)
    _refuse_unless_open(found)
    refuse_if_month_is_locked(found)
    for name, value in facts.items():
        setattr(found, name, value)
    refuse_unless_may_organise(by, found.organiser)
    before = list(found.stations.all())
    after = before if stations is None else list(stations)
    _refuse_impossible(found, after)
    _refuse_unless_seen([station for station in after if station not in before], by)
    refuse_if_month_is_locked(found, after)
    found.division = found.division or _division_of(after) or found.organiser.division
    save_with_history(found, by=by, reason=reason or "changed")
    _change_places(found, before, after, by)
    if partners is not None:
        _set_partners(found, partners, by)
    fill_free_places(found)
    return found


@transaction.atomic
def cancel_activity(*, activity: Activity, notice: str, by: User) -> Activity:
    """Call it off. The notice says why; it stands on its page, in the calendar and behind each receipt."""
    found = _held(activity, by)
    if found.status != ActivityStatus.PLANNED:
        raise StaleState(_("Only what is planned can be cancelled; this is: %(status)s.") % _status(found))
    if not notice.strip():
        raise Invalid("notice", _("Say why, and what instead: whoever wanted to come reads it."))
    refuse_if_month_is_locked(found)
    found.status, found.notice = ActivityStatus.CANCELLED, notice.strip()
    found.participant_count, found.counted_by = None, ""
    save_with_history(found, by=by, reason="cancelled")
    return found


@transaction.atomic
def report_activity(
    *,
    activity: Activity,
    by: User,
    summary: str,
    counts: Mapping[WorkerGroup, int] | None = None,
    cost: Decimal | None = None,
) -> Activity:
    """Say how it was; what was reported may be put right by another report, until the month is locked.

    Without `counts` what was counted before stays; somebody must have counted, and nobody is zero.
    """
    found = _held(activity, by)
    if found.status == ActivityStatus.CANCELLED:
        raise StaleState(_("It was cancelled, so there is nothing to report."))
    if found.starts_at > timezone.now():
        raise Invalid("starts_at", _("It has not begun yet."))
    refuse_if_month_is_locked(found)
    if counts is not None:
        write_counts(found, counts, by=by)
    if found.participant_count is None:
        raise Invalid("counts", _("Say how many people came, by group. If nobody came, write 0."))
    found.status, found.cost, found.summary = ActivityStatus.REPORTED, cost, summary.strip()
    save_with_history(found, by=by, reason="reported")
    return found


def _held(activity: Activity, by: User) -> Activity:
    """The row, which nobody else changes until this is done, if the person looks after it."""
    found: Activity = Activity.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=activity.pk)
    refuse_unless_may_organise(by, found.organiser)
    return found


def _refuse_unless_open(found: Activity) -> None:
    if found.status not in UNREPORTED:
        raise StaleState(_("What is past changing stays as it is: %(status)s.") % _status(found))


def _status(found: Activity) -> dict[str, Any]:
    return {"status": found.get_status_display()}


def _refuse_impossible(activity: Activity, stations: Sequence[Station]) -> None:
    if not stations and not activity.place.strip():
        raise Invalid("place", _("Say where: at a station, or an address."))
    for field in ("starts_at", "ends_at", "sign_up_until"):
        moment = getattr(activity, field)
        if moment and moment.year not in YEARS:
            raise Invalid(field, _("A moment is written like 2026-11-18T08:30."))
    if activity.ends_at - activity.starts_at > LONGEST:
        raise Invalid("ends_at", _("An activity lasts at most %(days)d days; plan a series.") % {"days": LONGEST.days})
    if activity.sign_up_until and activity.sign_up_until > activity.ends_at:
        raise Invalid("sign_up_until", _("Sign-up ends before the activity does."))


def _refuse_unless_seen(stations: Sequence[Station], by: User) -> None:
    """A station of other units, or one that is closed for good, is none to choose."""
    seen: QuerySet[Station] = Station.objects.visible_to(by).exclude(status=StationStatus.CLOSED)
    known = set(seen.filter(pk__in=[station.pk for station in stations]).values_list("pk", flat=True))
    for station in stations:
        if station.pk not in known:
            raise Refused(_("“%(station)s” is closed, or run and supervised by other units.") % {"station": station})


def _set_partners(activity: Activity, partners: Sequence[Partner], by: User) -> None:
    """Those that the person sees, and those that are named already."""
    named = set(activity.partners.values_list("pk", flat=True))
    new = [partner.pk for partner in partners if partner.pk not in named]
    hold_named(partner for partner in partners if partner.pk in new)
    seen = Partner.objects.all().visible_to(by).filter(pk__in=new)
    if seen.count() < len(set(new)):
        raise Invalid("partners", _("Choose partners that your units keep, or public ones."))
    link_with_history(activity, "partners", partners, by=by, reason="partners")


def _division_of(stations: Sequence[Station]) -> Division | None:
    today = timezone.localdate()
    postings = Posting.objects.on(today).filter(station__in=[station.pk for station in stations[:1]])
    posting = postings.exclude(division=None).select_related("division").first()
    return posting.division if posting else None


def _change_places(activity: Activity, before: Sequence[Station], after: Sequence[Station], by: User) -> None:
    gone = [station.pk for station in before if station not in after]
    rows = activity.at.filter(station__in=gone)
    record_history(
        ActivityStation, list(rows.values_list("pk", flat=True)), kind="-", by_id=by.pk, reason="no longer here"
    )
    ActivityStation.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))._raw_delete(rows.db)  # noqa: SLF001  # its history is written already
    _add_places(activity, [station for station in after if station not in before], by)


def _add_places(activity: Activity, stations: Sequence[Station], by: User) -> None:
    rows = ActivityStation.objects.bulk_create(
        ActivityStation(activity=activity, station=station) for station in dict.fromkeys(stations)
    )
    record_history(ActivityStation, [row.pk for row in rows], kind="+", by_id=by.pk, reason="planned")
