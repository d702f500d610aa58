"""The page of an assessment: its stars by count, its stations, and what can be done with it now; and opening one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.months import EARLIEST, LATEST, Month
from harbor_portal.lib.queue import send_on_commit
from reports.actions.assessments import decide_round, drop_round, open_round, show_round, work_out_again
from reports.choices import RunState
from reports.forms import unit_choices
from reports.models import AssessmentRound, Objection, Rubric, StarRun
from reports.querysets import ACTIVE
from reports.stars.choices import ObjectionState, RoundState, RubricState
from reports.stars.policies import may_assess, may_show, who_assesses, why_not_decided
from reports.stars.words import BY_NAME, as_choice
from reports.tasks import work_out_stars
from services.fields import text_of
from stations.admin.base import in_scope, person, scope
from stations.admin.steps import step
from stations.models import Unit

SHOWN = 20
"""Stations whose stars would be fewer; the list shows all."""


def find(request: HttpRequest, pk: int) -> AssessmentRound:
    people = ("opened_by", "decided_by")
    seen = in_scope(AssessmentRound, request).select_related("unit", "rubric__unit", *people)
    return get_object_or_404(seen, pk=pk)


def address(found: AssessmentRound) -> str:
    return reverse("admin:reports_assessmentround_change", args=[found.pk])


def page(request: HttpRequest, row: AssessmentRound) -> HttpResponse:
    found, user, today = find(request, row.pk), person(request), timezone.localdate()
    rows: Any = found.assessments.all()
    seen = rows.visible_to(user)
    waiting = Objection.objects.filter(assessment__round=found, state=ObjectionState.OPEN).count()
    is_mine = may_assess(user, found.unit)
    is_proposed = found.state == RoundState.PROPOSED
    is_begun = is_proposed or found.state == RoundState.WORKING
    run = found.runs.order_by("-asked_at", "-pk").first() if is_begun else None
    is_working = run is not None and run.is_under_way
    can = {
        "may_decide": is_proposed and is_mine and not is_working and not why_not_decided(found, waiting, today),
        "may_work_out": is_begun and is_mine,
        "may_show": may_show(user, found),
    }
    context = {
        "title": str(found),
        "round": found,
        "run": run,
        "progress": _progress(run) if run else "",
        "months": [str(month) for month in found.months],
        "stars": _by_star(seen, found),
        "lowered": list(_lowered(seen)[: SHOWN + 1]),
        "shown": SHOWN,
        "waiting": waiting,
        "list_url": _list_url(found),
        "not_yet": why_not_decided(found, waiting, today) if is_proposed else "",
        "why_read_only": "" if any(can.values()) else _why_not(found, is_mine=is_mine),
        "history": list(found.history.select_related("history_user").order_by("history_id")),
    }
    return _page(request, "page", context | can)


def _progress(run: StarRun) -> str:
    """How far the stars are worked out, or what came of it."""
    if run.state == RunState.FAILED:
        return _("The stars could not be worked out. Try once more, or ask the operator.")
    if run.state == RunState.DONE:
        said = ngettext("%(count)d station differs.", "%(count)d stations differ.", run.differ)
        return said % {"count": run.differ} if run.differ else ""
    if not run.stations:
        return _("The stars are about to be worked out, one round after the other.")
    counts = {"done": f"{run.done:,}", "of": f"{run.stations:,}"}
    return _("%(done)s of %(of)s stations are worked out. Everything is shown at once when all are.") % counts


def _list_url(found: AssessmentRound) -> str:
    return f"{reverse('admin:reports_assessment_changelist')}?{urlencode({'work': 'all', 'round': found.pk})}"


def _lowered(seen: QuerySet[Any]) -> QuerySet[Any]:
    return seen.filter(star__lt=F("star_before")).select_related("station").order_by("station__name", "pk")


def _by_star(seen: QuerySet[Any], found: AssessmentRound) -> list[dict[str, Any]]:
    """From five down to none, and those of which too little is known: as many as the person sees."""
    counts = dict(seen.order_by().values_list("star").annotate(count=Count("pk")))
    most = max(counts.values(), default=1)
    link = _list_url(found)
    lines = [
        {"label": as_choice(star), "count": counts.get(star, 0), "url": f"{link}&star={name}"}
        for name, star in BY_NAME.items()
    ]
    return [line | {"width": round(100 * line["count"] / most)} for line in lines]


def _why_not(found: AssessmentRound, *, is_mine: bool) -> str:
    if found.state == RoundState.DROPPED:
        return _("It was given up; nothing came of it.")
    if not is_mine:
        return who_assesses(found.unit)
    return _("The stars were decided; officials say whether the public sees them.")


@step(find, address)
def decide(request: HttpRequest, found: AssessmentRound) -> tuple[str, str]:
    decide_round(found=found, by=person(request), today=timezone.localdate())
    return _("The stars hold from today."), address(found)


@step(find, address)
def work_out(request: HttpRequest, found: AssessmentRound) -> tuple[str, str]:
    send_on_commit(work_out_stars, work_out_again(found=found, by=person(request)).pk)
    return _("The stars are being worked out again."), address(found)


@step(find, address)
def drop(request: HttpRequest, found: AssessmentRound) -> tuple[str, str]:
    drop_round(found=found, by=person(request))
    return _("It is given up."), address(found)


@step(find, address)
def show(request: HttpRequest, found: AssessmentRound) -> tuple[str, str]:
    is_public = request.POST.get("public") == "yes"
    show_round(found=found, is_public=is_public, by=person(request))
    sentence = _("The public sees these stars.") if is_public else _("The public does not see these stars any more.")
    return sentence, address(found)


STEPS = {"decide": decide, "work_out": work_out, "drop": drop, "show": show}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Choose whose stations, by which rubric, and by the figures of which months."""
    own = scope(request)
    if not (own.everything or own.paths_as(*ACTIVE)):
        raise PermissionDenied(_("Officers and officials of a unit assess its stations. Ask those of yours."))
    if request.method != "POST":
        return _begin_page(request)
    try:
        made = open_round(
            unit=_unit(request),
            rubric=_rubric(request),
            title=text_of(request, "title"),
            months=(_month(request, "first"), _month(request, "last")),
            by=person(request),
            today=timezone.localdate(),
        )
    except Refused as refusal:
        return _begin_page(request, error=str(refusal), status=403)
    except PortalError as error:
        return _begin_page(request, error=str(error), status=400)
    send_on_commit(work_out_stars, made.runs.get().pk)
    return redirect(address(made))


def _begin_page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    last = Month.of(timezone.localdate()).plus(-1)
    rubrics: Any = Rubric.objects.all()
    usable = rubrics.visible_to(person(request)).filter(state=RubricState.IN_FORCE).select_related("unit")
    context = {
        "title": _("Assess stations"),
        "units": unit_choices(person(request))[1:],
        "rubrics": list(usable.order_by(F("unit").asc(nulls_last=True), "name", "-version")),
        "given": request.POST or {"first": str(last.plus(-11)), "last": str(last), "title": ""},
        "error": error,
    }
    return _page(request, "begin", context, status)


def _unit(request: HttpRequest) -> Unit:
    found: Unit | None = Unit.objects.visible_to(person(request)).filter(code=text_of(request, "unit")).first()
    if found is None:
        raise Invalid("unit", _("Choose a unit from the list."))
    return found


def _rubric(request: HttpRequest) -> Rubric:
    text = text_of(request, "rubric")
    seen = in_scope(Rubric, request).select_related("unit")
    found: Rubric | None = seen.filter(Q(pk=int(text))).first() if text.isdecimal() and len(text) < 10 else None
    if found is None:
        raise Invalid("rubric", _("Choose a rubric from the list."))
    return found


def _month(request: HttpRequest, field: str) -> Month:
    try:
        month = Month.parse(text_of(request, field))
    except ValueError as error:
        raise Invalid(field, _("A month is written YYYY-MM, for example 2026-10.")) from error
    if not EARLIEST <= month <= LATEST:
        raise Invalid(field, _("A month lies between %(first)s and %(last)s.") % {"first": EARLIEST, "last": LATEST})
    return month


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": AssessmentRound._meta} | context
    return render(request, f"admin/reports/round/{name}.html", context, status=status)
