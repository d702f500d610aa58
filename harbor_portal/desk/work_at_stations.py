"""What waits at the stations: days without a record, what visitors and keepers say, what inspections found."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.desk.figure import Figure, cap, counted, link
from harbor_portal.desk.roles import is_officer
from services.choices import FindingState
from services.models import Feedback, Finding, Inspection, StationDay
from stations.models import ChangeRequest, PossibleDuplicate, User
from stations.scope import Scope


def days_unrecorded(user: User, scope: Scope, today: date) -> Figure:
    rows = StationDay.objects.visible_to(user).lately_unrecorded(today)
    count = counted(rows, {"days": ~Q(pk=None)}, up_to=cap(scope))["days"]
    text = _("days of the last week opened, with nothing recorded")
    return Figure(count, text, link("services_stationday", record="missing"), is_capped=scope.everything)


def feedback(user: User, scope: Scope, today: date) -> list[Figure]:
    late, now = Q(due_date__lt=today), Q(due_date=today)
    conditions = {"waiting": ~Q(pk=None), "overdue": late, "today": now}
    counts = counted(Feedback.objects.visible_to(user).waiting(), conditions, up_to=cap(scope))
    page, is_capped = "services_feedback", scope.everything
    return [
        Figure(counts["waiting"], _("reports of visitors to answer"), link(page), is_capped=is_capped),
        Figure(counts["today"], _("reports of visitors due today"), link(page, due="today"), is_capped=is_capped),
        Figure(counts["overdue"], _("reports of visitors overdue"), link(page, due="overdue"), True, is_capped),
    ]


def requests(user: User, scope: Scope) -> Figure:
    rows = ChangeRequest.objects.visible_to(user).waiting()
    count = counted(rows, {"waiting": ~Q(pk=None)}, up_to=cap(scope))["waiting"]
    text = _("changes proposed by keepers to answer")
    return Figure(count, text, link("stations_changerequest"), is_capped=scope.everything)


def duplicates(user: User, scope: Scope) -> Figure:
    rows = PossibleDuplicate.objects.visible_to(user).waiting()
    count = counted(rows, {"pairs": ~Q(pk=None)}, up_to=cap(scope))["pairs"]
    text, page = _("pairs of stations that may be one place"), "stations_possibleduplicate"
    return Figure(count, text, link(page, state="waiting"), is_capped=scope.everything)


def findings(user: User, scope: Scope, today: date) -> list[Figure]:
    """What inspections found: keepers mend it, officers look again and hear of what nobody mended."""
    rows, page, is_capped = Finding.objects.visible_to(user), "services_finding", scope.everything
    states = {"open": Q(state=FindingState.OPEN), "mended": Q(state=FindingState.MENDED)}
    counts = counted(rows.unsettled(), states | {"overdue": Q(due_date__lt=today)}, up_to=cap(scope))
    drafts = Inspection.objects.visible_to(user).drafts_of(user).count()
    found = [
        Figure(counts["open"], _("findings to mend"), link(page, state="open"), is_capped=is_capped),
        Figure(counts["overdue"], _("findings overdue"), link(page, due="overdue"), True, is_capped),
        Figure(drafts, _("inspections begun, not finished"), link("services_inspection", state="mine")),
    ]
    if not is_officer(scope):
        return found
    return [
        *found,
        Figure(counts["mended"], _("mended, to be looked at again"), link(page, state="mended"), is_capped=is_capped),
        *_laid_before(user, scope),
    ]


def _laid_before(user: User, scope: Scope) -> list[Figure]:
    """What a unit below did not deal with in time."""
    return [
        Figure(
            rows.visible_to(user).laid_before(user)[: cap(scope)].count(),
            text,
            link(page, escalated="us"),
            is_urgent=True,
            is_capped=scope.everything,
        )
        for rows, text, page in (
            (Finding.objects.all(), _("findings laid before your unit, overdue below"), "services_finding"),
            (Feedback.objects.all(), _("reports of visitors laid before your unit"), "services_feedback"),
        )
    ]
