"""What waits around figures and months: unusual ones, targets, stars, what is missing, and who hands in what."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from harbor_portal.desk.figure import Figure, cap, counted, link
from harbor_portal.lib.months import Month
from reports.choices import RunState
from reports.completeness import still_missing
from reports.flow.deadlines import REMIND_BEFORE, due_days, sealing_days, usual_due, usual_sealing
from reports.flow.owing import Owing
from reports.models import Anomaly, Assessment, AssessmentRound, Contest, MonthReport, RollupRun, StationMonth, Target
from reports.querysets import contest_steps
from reports.runs.clock import alarms, stuck_bundles, stuck_rollups
from reports.stars.querysets import LOWERED, falls
from stations.models import Unit, User
from stations.scope import Scope


def anomalies(user: User, scope: Scope) -> Figure:
    rows = Anomaly.objects.visible_to(user).waiting()
    count = counted(rows, {"waiting": ~Q(pk=None)}, up_to=cap(scope))["waiting"]
    return Figure(count, _("unusual figures to look at"), link("reports_anomaly"), is_capped=scope.everything)


def targets(user: User, scope: Scope, today: date) -> list[Figure]:
    rows: Any = Target.objects.all()
    count = rows.behind(user, today.year)[: cap(scope)].count()
    text, page = _("targets of the year behind their pace"), "reports_target"
    return [Figure(count, text, link(page, standing="behind"), is_urgent=True, is_capped=scope.everything)]


def contests(user: User, today: date) -> list[Figure]:
    """For those who hold them. They are few, and counted in one look."""
    rows: Any = Contest.objects.all()
    texts = {"freeze": _("contests that are over, to be frozen"), "honour": _("contests frozen, honours to be given")}
    counts = counted(rows.held_by(user), contest_steps(today), up_to=None)
    return [Figure(counts[key], text, link("reports_contest", work=key)) for key, text in texts.items()]


def own_stars(user: User, scope: Scope, today: date) -> list[Figure]:
    """For the officers of stations, who mend what costs a star and object; nothing for the administrator."""
    if scope.everything:
        return []
    stars: Any = Assessment.objects.all()
    counts = counted(stars.cared_for_by(user), {"falling": falls(today), "lowered": LOWERED}, up_to=None)
    page = "reports_assessment"
    texts = {"falling": _("stars about to fall by today's figures"), "lowered": _("stations proposed with fewer stars")}
    return [Figure(counts[key], text, link(page, work=key), key == "falling") for key, text in texts.items()]


def stars(user: User, scope: Scope, today: date) -> list[Figure]:
    """For those who assess stations, and who decide."""
    stars: Any = Assessment.objects.all()
    rounds: Any = AssessmentRound.objects.all()
    return [
        Figure(
            stars.objected_to(user)[: cap(scope)].count(),
            _("objections to stars to decide"),
            link("reports_assessment", work="objections"),
            is_capped=scope.everything,
        ),
        Figure(
            rounds.to_decide(user, today).count(),
            _("assessments of stations to decide"),
            link("reports_assessmentround", state="to-decide"),
        ),
    ]


def missing(user: User, scope: Scope, today: date, owing: Owing) -> list[Figure]:
    """What months still miss, the oldest first, and by when the last one is wanted.

    Nothing for the administrator, whom nobody waits for.
    """
    if scope.everything:
        return []
    last, asked = owing.months[-1], _with_days_to_record(scope, owing)
    rows = StationMonth.objects.visible_to(user).filter(month__in=[month.first for month in asked])
    counts = still_missing(rows, *asked).values_list("month").annotate(Count("posting__station", distinct=True))
    found = {last: 0} | {Month.of(first): count for first, count in counts}
    units = Unit.objects.filter(path__in=scope.paths)
    due = min(due_days(last, units, today).values(), key=lambda due: due.day, default=None) or usual_due(last, today)
    is_near = due.working_days <= max(REMIND_BEFORE)
    texts = {last: _("stations with days of last month to record, due on %(day)s") % {"day": date_format(due.day)}}
    late = _("stations with days of %(month)s to record, which is overdue")
    return [
        Figure(
            found[month],
            texts.get(month, late % {"month": month}),
            f"{reverse('admin:completeness')}?{urlencode({'month': str(month), 'only': 'missing'})}",
            is_urgent=is_near or month != last,
        )
        for month in sorted(found)
    ]


def _with_days_to_record(scope: Scope, owing: Owing) -> list[Month]:
    """Last month; before it, of whoever keeps stations, all, and of units the first that somebody has not handed in."""
    if not scope.paths:
        return list(owing.months)
    return sorted({owing.first_open or owing.months[-1], owing.months[-1]})


def _sealing_day(scope: Scope, month: Month, today: date) -> date:
    """The first of those of the person's units."""
    if not scope.paths:
        return usual_sealing(month, today).day
    return min(due.day for due in sealing_days(month, Unit.objects.filter(path__in=scope.paths), today).values())


def months(user: User, scope: Scope, today: date, owing: Owing) -> list[Figure]:
    reports = MonthReport.objects.visible_to(user)
    page = "reports_monthreport"
    *before, last = owing.months
    by = {"day": date_format(_sealing_day(scope, last, today))}
    owed = [month for month in before if owing.paths(month)]
    text = _("units that have not handed in %(month)s")
    oldest = text if len(owed) == 1 else _("units that have not handed in %(month)s, the oldest of %(count)d months")
    return [
        *(
            Figure(
                len(owing.paths(month)),
                (text if month == last else oldest) % {"month": month, "count": len(owed)},
                link("stations_unit", report=str(month)),
                is_urgent=month != last,
            )
            for month in (*owed[:1], last)
        ),
        *(
            Figure(rows.count(), text, link(page, waiting=key))
            for key, text, rows in (
                (
                    "judge",
                    _("months to approve or return, of last month by %(day)s") % by,
                    reports.to_be_judged_by(user),
                ),
                ("seal", _("approved months to seal, of last month by %(day)s") % by, reports.to_be_sealed_by(user)),
                ("returned", _("months returned or opened, to be corrected"), reports.returned_to(user)),
            )
        ),
    ]


def runs(scope: Scope) -> list[Figure]:
    """Roll-ups concern all units at once, so only the administrator is told of them."""
    if not scope.everything:
        return []
    now = timezone.now()
    running = RollupRun.objects.filter(state=RunState.STARTED).count()
    wrong = len(alarms(now)) + stuck_rollups(now).count() + stuck_bundles(now).count()
    return [
        Figure(running, _("roll-ups running"), link("reports_rolluprun", state__exact=RunState.STARTED.value)),
        Figure(wrong, _("jobs by the clock late, failed or stuck"), reverse("admin:runs"), is_urgent=True),
    ]
