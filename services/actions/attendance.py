"""Who came to an activity: counted by hand, or by themselves with the code at the venue.

The two are never added up. What somebody counted by hand is the figure, since not everybody scans; where nobody
counted, the check-ins are.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.activity_choices import ActivityStatus
from services.activity_policies import refuse_if_month_is_locked, refuse_unless_may_count
from services.choices import Method, WorkerGroup
from services.models import Activity, Attendance, AttendanceScan
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User

NAMESPACE = UUID("6f0a3b52-9a58-5b36-8e0e-6d1c7a1f4b29")
EARLY = LATE = timedelta(hours=2)
"""So long before it begins, and after it is over, people check in."""
MOST_PEOPLE = 100_000


@transaction.atomic
def count_attendance(*, activity: Activity, counts: Mapping[WorkerGroup, int], by: User) -> Activity:
    """Write down how many of each group came; it was held, then. Counting again replaces what was counted before."""
    found = _held(activity)
    refuse_unless_may_count(by, found)
    if found.status == ActivityStatus.CANCELLED:
        raise StaleState(_("It was cancelled, so nobody came."))
    if found.status == ActivityStatus.REPORTED:
        raise StaleState(_("It has been reported. Whoever organises it puts the report right on its page."))
    if found.starts_at > timezone.now():
        raise Invalid("starts_at", _("It has not begun yet."))
    refuse_if_month_is_locked(found)
    write_counts(found, counts, by=by)
    found.status = ActivityStatus.HELD
    save_with_history(found, by=by, reason="counted")
    return found


def write_counts(activity: Activity, counts: Mapping[WorkerGroup, int], *, by: User) -> None:
    """Replace what was counted by hand; the caller holds the activity and saves it."""
    if not counts:
        raise Invalid("counts", _("Say how many people came, by group. If nobody came, write 0."))
    for group, count in counts.items():
        if not 0 <= count <= MOST_PEOPLE:
            raise Invalid(f"count-{group}", _("A number from 0 to %(most)d.") % {"most": MOST_PEOPLE})
    before = {row.group: row for row in activity.attendance.filter(method=Method.TALLY)}
    for group in before.keys() - {group for group, count in counts.items() if count}:
        delete_with_history(before[group], by=by, reason="counted")
    for group, count in counts.items():
        row = before.get(group) or Attendance(activity=activity, group=group, method=Method.TALLY)
        if count and count != row.count:
            row.count = count
            save_with_history(row, by=by, reason="counted")
    activity.participant_count, activity.counted_by = sum(counts.values()), Method.TALLY


def scan_key(activity: Activity, device: str) -> UUID:
    """One key for each device and activity. It does not lead back to the device, whose token is random."""
    return uuid5(NAMESPACE, f"{device}:{activity.code}")


def scanned(key: UUID) -> AttendanceScan | None:
    """The check-in of this device to this activity, if there is one."""
    return AttendanceScan.objects.filter(client_key=key).first()


def refuse_unless_running(activity: Activity, at: datetime) -> None:
    """Whether people check in at that moment."""
    if activity.status == ActivityStatus.CANCELLED:
        raise Refused(_("It was cancelled: %(notice)s") % {"notice": activity.notice})
    if activity.status == ActivityStatus.REPORTED or at > activity.ends_at + LATE:
        raise Refused(_("It is over, so nobody checks in any more."))
    if at < activity.starts_at - EARLY:
        raise Refused(_("It has not begun yet. Come back then and scan once more."))
    refuse_if_month_is_locked(activity)


@transaction.atomic
def check_in_to(*, activity: Activity, group: WorkerGroup, device: str, at: datetime) -> AttendanceScan:
    """Count one participant; a second time the same device answers with the first.

    Whether the code at the venue was scanned is for the caller to judge.
    """
    key = scan_key(activity, device)
    found = _held(activity)
    if sent := scanned(key):
        return sent
    refuse_unless_running(found, at)
    scan = AttendanceScan.objects.create(activity=found, client_key=key, group=group, at=at)
    _count_one(found, group)
    if found.counted_by != Method.TALLY:
        total = found.attendance.filter(method=Method.SCAN).aggregate(total=Sum("count"))["total"]
        Activity.objects.filter(pk=found.pk).update(participant_count=total, counted_by=Method.SCAN)
    return scan


def _count_one(activity: Activity, group: WorkerGroup) -> None:
    """Without a line of history: the check-in itself is the trace."""
    one = {"activity": activity, "group": group, "method": Method.SCAN}
    if not Attendance.objects.filter(**one).update(count=F("count") + 1):
        Attendance.objects.bulk_create([Attendance(**one, count=1)])


def forget_scans(*, at: datetime, days: int) -> int:
    """Delete the keys of devices so long after the activity; how many there were stays. How many."""
    before = at - timedelta(days=days)
    return AttendanceScan.objects.filter(activity__ends_at__lt=before).delete()[0]


def _held(activity: Activity) -> Activity:
    """The row, so that all who count take turns."""
    rows = Activity.objects.select_for_update(of=("self",)).select_related("organiser")
    found: Activity = rows.get(pk=activity.pk)
    return found
