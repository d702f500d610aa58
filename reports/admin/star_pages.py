"""Why a station has these stars, item by item; objecting to them, and deciding about an objection."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from reports.actions.objections import decide_objection, object_to
from reports.choices import RunState
from reports.models import Assessment
from reports.models.assessments import MOST_WORDS
from reports.models.rubrics import MOST_STARS
from reports.stars.choices import ObjectionState, RoundState
from reports.stars.policies import may_decide_objection, why_no_objection
from reports.stars.words import in_stars, why_of
from services.fields import text_of, whole_number
from stations.admin.base import in_scope, person
from stations.admin.steps import step


def find(request: HttpRequest, pk: int) -> Assessment:
    seen = in_scope(Assessment, request).select_related("round__unit", "round__rubric", "station")
    return get_object_or_404(seen, pk=pk)


def address(found: Assessment) -> str:
    return reverse("admin:reports_assessment_change", args=[found.pk])


def page(request: HttpRequest, row: Assessment) -> HttpResponse:
    found, user, today = find(request, row.pk), person(request), timezone.localdate()
    objections = list(found.objections.select_related("by", "decided_by").order_by("at", "pk"))
    waiting = next((one for one in objections if one.state == ObjectionState.OPEN), None)
    if waiting:
        waiting.assessment = found
    why_not = why_no_objection(user, found, today)
    may_decide = (
        waiting is not None and found.round.state == RoundState.PROPOSED and may_decide_objection(user, waiting)
    )
    context = {
        "opts": Assessment._meta,
        "title": f"{found.station} · {found.round}",
        "assessment": found,
        "round": found.round,
        "months": [str(month) for month in found.round.months],
        "stars": in_stars(found.star),
        "stars_before": in_stars(found.star_before) if found.star_before is not None else "",
        "stars_worked_out": in_stars(found.worked_out) if found.worked_out != found.star else "",
        "stars_now": in_stars(found.now_star) if found.now_at else "",
        "is_falling": None not in (found.now_star, found.star) and found.now_star < found.star,  # type: ignore[operator]  # neither is None
        "is_lowered": None not in (found.star_before, found.star) and found.star < found.star_before,  # type: ignore[operator]  # neither is None
        "lines": why_of(found.lines, found.station, _worked_out_at(found)),
        "now_lines": why_of(found.now_lines, found.station, found.now_at),
        "limits": [(in_stars(star), limit) for star, limit in enumerate(found.round.rubric.limits, start=1)][::-1],
        "objections": [(one, in_stars(one.star_after) if one.star_after is not None else "") for one in objections],
        "may_object": not why_not and waiting is None,
        "may_decide": may_decide,
        "choices": [(star, in_stars(star)) for star in range(MOST_STARS, -1, -1)],
        "most": MOST_WORDS,
        "why_read_only": "" if may_decide or not why_not else why_not,
    }
    return render(request, "admin/reports/star/page.html", admin.site.each_context(request) | context)


def _worked_out_at(found: Assessment) -> datetime | None:
    """The last time, at which the lines were written or found unchanged."""
    done = found.round.runs.filter(state=RunState.DONE).order_by("-ended_at", "-pk")
    return done.values_list("ended_at", flat=True).first()


@step(find, address)
def object_(request: HttpRequest, found: Assessment) -> tuple[str, str]:
    object_to(assessment=found, text=text_of(request, "text"), by=person(request), today=timezone.localdate())
    return _("Thank you. Those who assess read it and answer."), address(found)


@step(find, address)
def decide(request: HttpRequest, found: Assessment) -> tuple[str, str]:
    waiting = found.objections.filter(state=ObjectionState.OPEN).first()
    if waiting is None:
        raise StaleState(_("Somebody else was quicker: this objection is decided, or its assessment is over."))
    decide_objection(objection=waiting, star=_star(request), answer=text_of(request, "answer"), by=person(request))
    return _("Decided; the station reads the answer."), address(found)


def _star(request: HttpRequest) -> int | None:
    """The stars of an objection that is upheld."""
    match request.POST.get("verdict"):
        case "refuse":
            return None
        case "uphold":
            return whole_number(request, "star")
    raise Invalid("verdict", _("Choose from the list."))
