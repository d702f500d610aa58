"""What waits around activities, wishes, stories, online services, money, and agreements with partners."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.desk.figure import Figure, cap, counted, link
from partners.agreement_choices import AgreementState
from partners.models import Agreement, Obligation, Programme
from services.activity_choices import UNREPORTED, ActivityStatus
from services.activity_querysets import SOON_DAYS
from services.models import Activity, Grant, OnlineService, Story, Wish
from services.wish_querysets import WORK
from stations.models import User
from stations.scope import Scope


def activities(user: User, scope: Scope) -> list[Figure]:
    """What begins soon, and what is over and waits for its report."""
    now, page = timezone.now(), "services_activity"
    rows = Activity.objects.all().visible_to(user).filter(status__in=UNREPORTED)
    conditions = {
        "soon": Q(status=ActivityStatus.PLANNED, starts_at__gte=now, starts_at__lt=now + timedelta(days=SOON_DAYS)),
        "report": Q(ends_at__lt=now),
    }
    counts = counted(rows, conditions, up_to=cap(scope))
    texts = {
        "soon": _("activities that begin within 3 days"),
        "report": _("activities over, to be counted and reported"),
    }
    return [Figure(counts[key], texts[key], link(page, work=key), is_capped=scope.everything) for key in texts]


def wishes(user: User, scope: Scope, today: date) -> list[Figure]:
    """The first is for all who check; the others for those who see to the wishes of their units."""
    texts = {
        "check": _("wishes to check"),
        "returned": _("wishes sent back to you"),
        "offered": _("wishes that somebody offers to fulfil"),
        "urgent": _("wishes needed within a week, or late"),
        "confirm": _("wishes fulfilled, to be confirmed"),
    }
    rows = Wish.objects.visible_to(user).under_way()
    counts = counted(rows, {key: WORK[key](user, today) for key in texts}, up_to=cap(scope))
    return [
        Figure(counts[key], text, link("services_wish", work=key), key == "urgent", is_capped=scope.everything)
        for key, text in texts.items()
    ]


def stories_to_review(user: User, scope: Scope) -> Figure:
    rows = Story.objects.visible_to(user).to_review_by(user)
    count = counted(rows, {"review": ~Q(pk=None)}, up_to=cap(scope))["review"]
    return Figure(count, _("stories to review"), link("services_story", state="to-review"), is_capped=scope.everything)


def grants(user: User, scope: Scope) -> list[Figure]:
    """The last is for the officers of stations; the others are for those who decide about a unit's money."""
    rows, page = Grant.objects.all(), "services_grant"
    return [
        Figure(waiting[: cap(scope)].count(), text, link(page, work=key), is_capped=scope.everything)
        for key, text, waiting in (
            ("decide", _("applications for money to decide"), rows.to_decide(user)),
            ("pay", _("grants approved, not noted as paid"), rows.to_pay(user)),
            ("account", _("grants paid, to be accounted for"), rows.to_account(user)),
        )
    ]


def dead_links(user: User, scope: Scope) -> Figure:
    rows = OnlineService.objects.visible_to(user).dead()
    count = counted(rows, {"dead": ~Q(pk=None)}, up_to=cap(scope))["dead"]
    text = _("links of online services that do not answer")
    return Figure(count, text, link("services_onlineservice", link="dead"), is_capped=scope.everything)


def agreements_and_promises(user: User, scope: Scope, today: date) -> list[Figure]:
    """What ends soon with nothing signed to follow, and what was promised, or is rolled out, and is behind."""
    agreements: Any = Agreement.objects.all()
    obligations: Any = Obligation.objects.all()
    programmes: Any = Programme.objects.all()
    is_capped = scope.everything
    return [
        Figure(
            agreements.visible_to(user).expiring(today)[: cap(scope)].count(),
            _("agreements that end within 60 days, not renewed"),
            link("partners_agreement", state=AgreementState.EXPIRING.value),
            is_capped=is_capped,
        ),
        Figure(
            obligations.visible_to(user).behind()[: cap(scope)].count(),
            _("obligations of agreements behind their pace"),
            link("partners_obligation", pace="behind"),
            is_urgent=True,
            is_capped=is_capped,
        ),
        Figure(
            programmes.behind_for(user)[: cap(scope)].count(),
            _("programmes with a stage behind its pace"),
            link("partners_programme", stage="behind"),
            is_urgent=True,
            is_capped=is_capped,
        ),
    ]
