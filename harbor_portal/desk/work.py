"""What waits for a person: numbers, each a link to exactly the rows that it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from partners.agreement_choices import AgreementState
from partners.models import Agreement, Obligation, Programme
from reports.assessment_querysets import LOWERED, falls
from reports.choices import BundleState, RunState
from reports.clock import alarms, stuck_bundles, stuck_rollups
from reports.completeness import still_missing
from reports.deadlines import REMIND_BEFORE, due_days, usual_due
from reports.models import Anomaly, Assessment, AssessmentRound, Bundle, MonthReport, RollupRun, StationMonth, Target
from reports.owing import owing_units
from reports.querysets import ACTIVE
from services.activity_choices import UNREPORTED, ActivityStatus
from services.activity_querysets import SOON_DAYS
from services.choices import FindingState
from services.models import Activity, Feedback, Finding, Grant, Inspection, OnlineService, StationDay, Story, Wish
from services.wish_querysets import WORK
from stations.choices import Role
from stations.models import ChangeRequest, PossibleDuplicate, Unit, Upload, User
from stations.queues import QUEUES
from stations.scope import Scope

COUNTED_UP_TO = 999
"""Of the whole country a figure says "999+": nobody works through more today, and counting 200,000 rows takes its time.
Within the scope of units it is exact."""

KEEPERS = (
    *("unchecked", "broken", "repair-overdue", "supplies-expiring", "supplies-low", "supplies-coming"),
    "honour-expires",
)
OFFICERS = (
    *("unopened", "unrecorded", "notes", "unchecked", "broken", "repair-overdue"),
    *(
        "supplies-expiring",
        "supplies-low",
        "supplies-coming",
        "suspension-ends",
        "honour-expires",
        "to-be-placed",
        "drafts",
    ),
)
URGENT = {"repair-overdue"}
SHOWN_UPLOADS = 5


@dataclass(frozen=True)
class Figure:
    count: int
    text: str | Promise
    url: str
    is_urgent: bool = False
    """Whether it says, of anything but 0, that something is late."""

    @property
    def shown(self) -> str:
        return f"{COUNTED_UP_TO}+" if self.count > COUNTED_UP_TO and self.is_capped else f"{self.count:,}"

    is_capped: bool = False


def is_officer(scope: Scope) -> bool:
    return scope.everything or bool(scope.paths_as(Role.OFFICER))


def is_active(scope: Scope) -> bool:
    """Whether the person does something about months, and does not only read."""
    return scope.everything or bool(scope.paths_as(*ACTIVE))


def queues_of(scope: Scope) -> tuple[str, ...]:
    """The queues of stations that are this person's to work on."""
    if is_officer(scope):
        return OFFICERS
    return () if scope.roles else KEEPERS


def work_of(user: User, scope: Scope, stations: Mapping[str, int], today: date) -> list[Figure]:
    """In the order in which a day goes; nothing for who only reads. A constant number of queries.

    `stations`: how many wait in each queue.
    """
    waiting = [_waiting(key, stations[key], scope) for key in queues_of(scope)]
    if is_officer(scope):
        return [
            *waiting,
            _days(user, scope, today),
            *_feedback(user, scope, today),
            _requests(user, scope),
            _duplicates(user, scope),
            _dead_links(user, scope),
            *_findings(user, scope, today),
            *_activities(user, scope),
            *_wishes(user, scope, today),
            _stories(user, scope),
            *_grants(user, scope),
            _anomalies(user, scope),
            *_agreements(user, scope, today),
            *_targets(user, scope, today),
            *_own_stars(user, scope, today),
            *_stars(user, scope, today),
            *_missing(user, scope, today),
            *_months(user, scope, today),
            *_runs(scope),
        ]
    if is_active(scope):
        to_check = [_wishes(user, scope, today)[0], _stories(user, scope)]
        return [
            *_activities(user, scope),
            _anomalies(user, scope),
            *to_check,
            *_grants(user, scope)[:2],
            *_targets(user, scope, today),
            *_stars(user, scope, today),
            *_missing(user, scope, today),
            *_months(user, scope, today),
        ]
    if not scope.roles:
        mine = [_days(user, scope, today), *_missing(user, scope, today)]
        return [*mine, *_findings(user, scope, today), *_activities(user, scope), *waiting]
    return []


def counted(rows: QuerySet[Any], conditions: Mapping[str, Q], *, up_to: int | None) -> dict[str, int]:
    """How many rows meet each condition: all in one pass, or one by one up to so many."""
    rows = rows.order_by()
    if up_to is not None:
        return {key: rows.filter(condition)[:up_to].count() for key, condition in conditions.items()}
    found: dict[str, int] = rows.aggregate(
        **{key: Count("pk", filter=condition) for key, condition in conditions.items()}
    )
    return found


def _cap(scope: Scope) -> int | None:
    return COUNTED_UP_TO + 1 if scope.everything else None


def _waiting(key: str, count: int, scope: Scope) -> Figure:
    return Figure(
        count,
        QUEUES[key].title,
        link("stations_station", work=key),
        is_urgent=key in URGENT,
        is_capped=scope.everything,
    )


def _days(user: User, scope: Scope, today: date) -> Figure:
    rows = StationDay.objects.visible_to(user).lately_unrecorded(today)
    count = counted(rows, {"days": ~Q(pk=None)}, up_to=_cap(scope))["days"]
    text = _("days of the last week opened, with nothing recorded")
    return Figure(count, text, link("services_stationday", record="missing"), is_capped=scope.everything)


def _activities(user: User, scope: Scope) -> list[Figure]:
    """What begins soon, and what is over and waits for its report."""
    now, page = timezone.now(), "services_activity"
    rows = Activity.objects.all().visible_to(user).filter(status__in=UNREPORTED)
    conditions = {
        "soon": Q(status=ActivityStatus.PLANNED, starts_at__gte=now, starts_at__lt=now + timedelta(days=SOON_DAYS)),
        "report": Q(ends_at__lt=now),
    }
    counts = counted(rows, conditions, up_to=_cap(scope))
    texts = {
        "soon": _("activities that begin within 3 days"),
        "report": _("activities over, to be counted and reported"),
    }
    return [Figure(counts[key], texts[key], link(page, work=key), is_capped=scope.everything) for key in texts]


def _requests(user: User, scope: Scope) -> Figure:
    rows = ChangeRequest.objects.visible_to(user).waiting()
    count = counted(rows, {"waiting": ~Q(pk=None)}, up_to=_cap(scope))["waiting"]
    text = _("changes proposed by keepers to answer")
    return Figure(count, text, link("stations_changerequest"), is_capped=scope.everything)


def _feedback(user: User, scope: Scope, today: date) -> list[Figure]:
    late, now = Q(due_date__lt=today), Q(due_date=today)
    conditions = {"waiting": ~Q(pk=None), "overdue": late, "today": now}
    counts = counted(Feedback.objects.visible_to(user).waiting(), conditions, up_to=_cap(scope))
    page, is_capped = "services_feedback", scope.everything
    return [
        Figure(counts["waiting"], _("reports of visitors to answer"), link(page), is_capped=is_capped),
        Figure(counts["today"], _("reports of visitors due today"), link(page, due="today"), is_capped=is_capped),
        Figure(counts["overdue"], _("reports of visitors overdue"), link(page, due="overdue"), True, is_capped),
    ]


def _duplicates(user: User, scope: Scope) -> Figure:
    rows = PossibleDuplicate.objects.visible_to(user).waiting()
    count = counted(rows, {"pairs": ~Q(pk=None)}, up_to=_cap(scope))["pairs"]
    text, page = _("pairs of stations that may be one place"), "stations_possibleduplicate"
    return Figure(count, text, link(page, state="waiting"), is_capped=scope.everything)


def _dead_links(user: User, scope: Scope) -> Figure:
    rows = OnlineService.objects.visible_to(user).dead()
    count = counted(rows, {"dead": ~Q(pk=None)}, up_to=_cap(scope))["dead"]
    text = _("links of online services that do not answer")
    return Figure(count, text, link("services_onlineservice", link="dead"), is_capped=scope.everything)


def _findings(user: User, scope: Scope, today: date) -> list[Figure]:
    """What inspections found: keepers mend it, officers look again and hear of what nobody mended."""
    rows, page, is_capped = Finding.objects.visible_to(user), "services_finding", scope.everything
    states = {"open": Q(state=FindingState.OPEN), "mended": Q(state=FindingState.MENDED)}
    counts = counted(rows.unsettled(), states | {"overdue": Q(due_date__lt=today)}, up_to=_cap(scope))
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
            rows.visible_to(user).laid_before(user)[: _cap(scope)].count(),
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


def _wishes(user: User, scope: Scope, today: date) -> list[Figure]:
    """The first is for all who check; the others for those who see to the wishes of their units."""
    texts = {
        "check": _("wishes to check"),
        "returned": _("wishes sent back to you"),
        "offered": _("wishes that somebody offers to fulfil"),
        "urgent": _("wishes needed within a week, or late"),
        "confirm": _("wishes fulfilled, to be confirmed"),
    }
    rows = Wish.objects.visible_to(user).under_way()
    counts = counted(rows, {key: WORK[key](user, today) for key in texts}, up_to=_cap(scope))
    return [
        Figure(counts[key], text, link("services_wish", work=key), key == "urgent", is_capped=scope.everything)
        for key, text in texts.items()
    ]


def _grants(user: User, scope: Scope) -> list[Figure]:
    """The last is for the officers of stations; the others are for those who decide about a unit's money."""
    rows, page = Grant.objects.all(), "services_grant"
    return [
        Figure(waiting[: _cap(scope)].count(), text, link(page, work=key), is_capped=scope.everything)
        for key, text, waiting in (
            ("decide", _("applications for money to decide"), rows.to_decide(user)),
            ("pay", _("grants approved, not noted as paid"), rows.to_pay(user)),
            ("account", _("grants paid, to be accounted for"), rows.to_account(user)),
        )
    ]


def _stories(user: User, scope: Scope) -> Figure:
    rows = Story.objects.visible_to(user).to_review_by(user)
    count = counted(rows, {"review": ~Q(pk=None)}, up_to=_cap(scope))["review"]
    return Figure(count, _("stories to review"), link("services_story", state="to-review"), is_capped=scope.everything)


def _anomalies(user: User, scope: Scope) -> Figure:
    rows = Anomaly.objects.visible_to(user).waiting()
    count = counted(rows, {"waiting": ~Q(pk=None)}, up_to=_cap(scope))["waiting"]
    return Figure(count, _("unusual figures to look at"), link("reports_anomaly"), is_capped=scope.everything)


def _agreements(user: User, scope: Scope, today: date) -> list[Figure]:
    """What ends soon with nothing signed to follow, and what was promised, or is rolled out, and is behind."""
    agreements: Any = Agreement.objects.all()
    obligations: Any = Obligation.objects.all()
    programmes: Any = Programme.objects.all()
    is_capped = scope.everything
    return [
        Figure(
            agreements.visible_to(user).expiring(today)[: _cap(scope)].count(),
            _("agreements that end within 60 days, not renewed"),
            link("partners_agreement", state=AgreementState.EXPIRING.value),
            is_capped=is_capped,
        ),
        Figure(
            obligations.visible_to(user).behind()[: _cap(scope)].count(),
            _("obligations of agreements behind their pace"),
            link("partners_obligation", pace="behind"),
            is_urgent=True,
            is_capped=is_capped,
        ),
        Figure(
            programmes.behind_for(user)[: _cap(scope)].count(),
            _("programmes with a stage behind its pace"),
            link("partners_programme", stage="behind"),
            is_urgent=True,
            is_capped=is_capped,
        ),
    ]


def _targets(user: User, scope: Scope, today: date) -> list[Figure]:
    rows: Any = Target.objects.all()
    count = rows.behind(user, today.year)[: _cap(scope)].count()
    text, page = _("targets of the year behind their pace"), "reports_target"
    return [Figure(count, text, link(page, standing="behind"), is_urgent=True, is_capped=scope.everything)]


def _stars(user: User, scope: Scope, today: date) -> list[Figure]:
    """For those who assess stations, and who decide."""
    stars: Any = Assessment.objects.all()
    rounds: Any = AssessmentRound.objects.all()
    return [
        Figure(
            stars.objected_to(user)[: _cap(scope)].count(),
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


def _own_stars(user: User, scope: Scope, today: date) -> list[Figure]:
    """For the officers of stations, who mend what costs a star and object; nothing for the administrator."""
    if scope.everything:
        return []
    stars: Any = Assessment.objects.all()
    counts = counted(stars.cared_for_by(user), {"falling": falls(today), "lowered": LOWERED}, up_to=None)
    page = "reports_assessment"
    texts = {"falling": _("stars about to fall by today's figures"), "lowered": _("stations proposed with fewer stars")}
    return [Figure(counts[key], text, link(page, work=key), key == "falling") for key, text in texts.items()]


def _months(user: User, scope: Scope, today: date) -> list[Figure]:
    reports = MonthReport.objects.visible_to(user)
    page = "reports_monthreport"
    owing = owing_units(Unit.objects.all(), scope, Month.of(today).plus(-1))
    return [
        Figure(owing.count(), _("units that have not handed in last month"), link("stations_unit", report="owing")),
        *(
            Figure(rows.count(), text, link(page, waiting=key))
            for key, text, rows in (
                ("judge", _("months to approve or return"), reports.to_be_judged_by(user)),
                ("seal", _("approved months to seal"), reports.to_be_sealed_by(user)),
                ("returned", _("months returned or opened, to be corrected"), reports.returned_to(user)),
            )
        ),
    ]


def _missing(user: User, scope: Scope, today: date) -> list[Figure]:
    """What last month still misses and by when it is wanted; nothing for the administrator, whom nobody waits for."""
    if scope.everything:
        return []
    month = Month.of(today).plus(-1)
    rows = still_missing(StationMonth.objects.visible_to(user).filter(month=month.first), month)
    units = Unit.objects.filter(path__in=scope.paths)
    due = min(due_days(month, units, today).values(), key=lambda due: due.day, default=None) or usual_due(month, today)
    text = _("stations with days of last month to record, due on %(day)s") % {"day": date_format(due.day)}
    url = f"{reverse('admin:completeness')}?{urlencode({'month': str(month), 'only': 'missing'})}"
    is_near = due.working_days <= max(REMIND_BEFORE)
    return [Figure(rows.values("posting__station").distinct().count(), text, url, is_urgent=is_near)]


def _runs(scope: Scope) -> list[Figure]:
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


def uploads_of(user: User) -> list[Upload]:
    """Lists that the person has sent and that are under way or wait to be entered, the last first."""
    rows = Upload.objects.filter(user=user).open().light().order_by("-created_at")
    return list(rows[:SHOWN_UPLOADS])


def bundles_of(user: User) -> list[Bundle]:
    """Bundles of reports that the person asked for and that are being made or can be taken along, the last first."""
    rows = Bundle.objects.visible_to(user).filter(asked_by=user, state__in=[BundleState.MAKING, BundleState.READY])
    return list(rows.select_related("unit", "division").order_by("-asked_at", "pk")[:SHOWN_UPLOADS])


def link(page: str, **query: str) -> str:
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{urlencode(query)}" if query else address
