"""New opening hours for many stations at once: looked at before, then written for all of them or for none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from harbor_portal.lib.bulk import record_before, record_history, update_rows
from harbor_portal.lib.errors import Invalid, StaleState
from stations.actions.records import MAX_REASON
from stations.changes import mark_many_changed
from stations.checking import write_checks
from stations.choices import CalendarPolicy, HowChecked, Role, StationStatus
from stations.facts import HOURS
from stations.freshness import settle_freshness
from stations.hours_text import parse_hours
from stations.models import Schedule, Station, User
from stations.policies import refuse_unless_officer
from stations.scope import scope_of

SHOWN = 5
"""So many stations are named; of the others there is the number."""


@dataclass(frozen=True)
class NewHours:
    """In the grammar; `warnings` are what to look at in the text from which they were read."""

    opening_hours: str
    calendar_policy: CalendarPolicy
    warnings: tuple[str, ...] = ()


@dataclass
class Group:
    """Stations that have the same hours now; `schedule` is empty where nobody knows them."""

    schedule: Schedule | None
    stations: list[Station] = field(default_factory=list)

    @property
    def shown(self) -> Sequence[Station]:
        return self.stations[:SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.stations) - SHOWN, 0)


@dataclass
class HoursPlan:
    """What a change would do: by the present hours, and what is left out by the reason why."""

    groups: list[Group]
    skipped: dict[str | Promise, list[Station]]

    @property
    def seen(self) -> dict[int, int | None]:
        """Station id → the id of the hours that it had when somebody looked."""
        return {station.pk: station.schedule_id for group in self.groups for station in group.stations}

    @property
    def count(self) -> int:
        return sum(len(group.stations) for group in self.groups)


class ChangedMeanwhile(StaleState):
    """Some of the stations are no longer as they were looked at; their names are in the sentence."""


def read_hours(text: str, policy: str) -> NewHours:
    """As typed, understood; raises `Invalid`."""
    try:
        parsed = parse_hours(text)
    except ValueError as error:
        raise Invalid("opening_hours", str(error)) from error
    if not parsed.opening_hours:
        raise Invalid("opening_hours", _("Say at what hours they are open."))
    return NewHours(parsed.opening_hours, CalendarPolicy(policy), tuple(parsed.warnings))


def plan_hours(
    *, stations: QuerySet[Station], new: NewHours, by: User, only: Iterable[int | None] | None = None
) -> HoursPlan:
    """What would change, and what not. `only`: of those that have one of these schedules now. Three queries."""
    rows = stations.select_related("schedule").order_by("code")
    cared_for = in_care(stations, by)
    wanted = None if only is None else set(only)
    groups: dict[int | None, Group] = {}
    skipped: dict[str | Promise, list[Station]] = defaultdict(list)
    for station in rows:
        if why := _why_skipped(station, new, cared_for, wanted):
            skipped[why].append(station)
        else:
            groups.setdefault(station.schedule_id, Group(station.schedule)).stations.append(station)
    return HoursPlan(sorted(groups.values(), key=lambda group: -len(group.stations)), dict(skipped))


def in_care(stations: QuerySet[Station], by: User) -> set[int] | None:
    """Those of the stations that the officer may change; None: all of them."""
    scope = scope_of(by)
    if scope.everything:
        return None
    mine: Any = stations.order_by().filter(pk__in=Station.objects.in_units(scope.paths_as(Role.OFFICER)).values("pk"))
    return set(mine.values_list("pk", flat=True))


def _why_skipped(
    station: Station, new: NewHours, cared_for: set[int] | None, wanted: set[int | None] | None
) -> str | Promise:
    if station.status == StationStatus.CLOSED:
        return gettext_lazy("closed for good")
    if cared_for is not None and station.pk not in cared_for:
        return gettext_lazy("in the care of other units than yours")
    if wanted is not None and station.schedule_id not in wanted:
        return gettext_lazy("have other hours than those chosen")
    if station.schedule and _is_same(station.schedule, new):
        return gettext_lazy("have these hours already")
    return ""


def _is_same(schedule: Schedule, new: NewHours) -> bool:
    return (schedule.opening_hours, schedule.calendar_policy) == (new.opening_hours, new.calendar_policy)


@transaction.atomic
def change_hours(*, seen: Mapping[int, int | None], new: NewHours, reason: str, by: User) -> int:
    """Give all these stations the new hours, or none if one is no longer as it was seen; how many.

    `seen` is `HoursPlan.seen` of the plan that the person looked at.
    """
    refuse_unless_officer(by)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Say why: the history of each station will show it."))
    if len(reason) > MAX_REASON:
        raise Invalid("reason", _("A reason has at most %(most)d characters.") % {"most": MAX_REASON})
    _refuse_if_changed(seen, by)
    schedule = Schedule.objects.get_or_create(opening_hours=new.opening_hours, calendar_policy=new.calendar_policy)[0]
    ids, now = sorted(seen), timezone.now()
    record_before(Station, ids)
    update_rows(Station, ("schedule_id", "updated_at"), ((pk, schedule.pk, now) for pk in ids))
    record_history(Station, ids, kind="~", by_id=by.pk, reason=reason)
    write_checks(((pk, HOURS) for pk in ids), how=HowChecked.STAFF, by=by, at=now)
    settle_freshness(ids)
    mark_many_changed(ids)
    return len(ids)


def _refuse_if_changed(seen: Mapping[int, int | None], by: User) -> None:
    """All in hand from here on; a refusal names those that somebody changed since, or that are gone."""
    rows = Station.objects.filter(pk__in=seen)
    held = {
        pk: (name, status, schedule)
        for pk, name, status, schedule in rows.select_for_update()
        .order_by("pk")
        .values_list("pk", "name", "status", "schedule_id")
    }
    cared_for = in_care(rows, by)
    changed = [
        name
        for pk, (name, status, schedule) in held.items()
        if schedule != seen[pk] or status == StationStatus.CLOSED or (cared_for is not None and pk not in cared_for)
    ]
    if changed:
        sentence = ngettext(
            "Nothing was changed: %(count)d of these stations has been changed meanwhile: %(names)s.",
            "Nothing was changed: %(count)d of these stations have been changed meanwhile: %(names)s.",
            len(changed),
        )
        raise ChangedMeanwhile(sentence % {"names": _(", ").join(changed[:SHOWN]), "count": len(changed)})
    if gone := len(seen) - len(held):
        sentence = ngettext(
            "Nothing was changed: %(count)d of these stations is no longer there.",
            "Nothing was changed: %(count)d of these stations are no longer there.",
            gone,
        )
        raise ChangedMeanwhile(sentence % {"count": gone})
