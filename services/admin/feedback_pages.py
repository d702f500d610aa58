"""The page of one report, and what its buttons do. Each button is one action."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.geo import haversine_m
from harbor_portal.lib.http import stored_picture
from services.actions.answers import (
    answer_feedback,
    doubted_facts,
    follow_suggestion,
    hand_over,
    merge_feedback,
    suggests_action,
    take_in_hand,
)
from services.choices import WAITING, FeedbackState
from services.models import AnswerSentence, Feedback
from services.models.feedback import MAX_TEXT
from services.policies import refuse_unless_may_answer
from stations.admin.base import person
from stations.choices import Role
from stations.models import Posting, Station, Unit, User
from stations.policies import may_edit
from stations.responsible import who_answers

NEIGHBOURS = 30
"""So many other reports of the station are offered to merge with; the latest ones."""

Step = Callable[[HttpRequest, Feedback], str]
"""Does one thing and returns the sentence that says so."""


def visible(request: HttpRequest) -> QuerySet[Feedback]:
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(person(request))
    return rows.select_related("station", "amenity", "owner", "answered_by", "same_as", "escalated_to")


def entry(request: HttpRequest, row: Feedback) -> HttpResponse:
    """What was said by everybody, what became of it, and for officers what can be done."""
    found = get_object_or_404(visible(request), pk=row.pk)
    is_waiting = found.state in WAITING
    may_answer = is_waiting and may_edit(person(request), found.station)
    context = admin.site.each_context(request) | {
        "title": f"{found.get_kind_display()} · {found.amenity}" if found.amenity else str(found.get_kind_display()),
        "opts": Feedback._meta,
        "entry": found,
        "voices": list(found.voices.order_by("received_at", "pk")),
        "is_overdue": is_waiting and found.due_date < timezone.localdate(),
        "may_answer": may_answer,
        "why_read_only": _why_not_answered(found, may_answer=may_answer),
        "distance": _distance(found),
        "history": list(
            found.history.select_related("history_user", "escalated_to").order_by("history_date", "history_id")
        ),
    }
    if may_answer:
        context |= _tools(request, found)
    return render(request, "admin/services/feedback/entry.html", context)


def _why_not_answered(found: Feedback, *, may_answer: bool) -> str:
    if may_answer:
        return ""
    return who_answers(found.station) if found.state in WAITING else _("It has its answer, and stays as it was said.")


def _tools(request: HttpRequest, found: Feedback) -> dict[str, Any]:
    sentences = [str(sentence) for sentence in AnswerSentence.objects.filter(kind=found.kind)]
    chosen = request.GET.get("say", "")
    return {
        "sentences": sentences,
        "draft": sentences[int(chosen)] if chosen.isdecimal() and int(chosen) < len(sentences) else "",
        "most": MAX_TEXT,
        "suggests": suggests_action(found),
        "doubts": doubted_facts(found),
        "colleagues": colleagues(request, found.station),
        "neighbours": list(_neighbours(found)),
    }


def colleagues(request: HttpRequest, station: Station) -> list[User]:
    """The other officers of the units that operate or supervise the station, or stand above those. Two queries."""
    posting = Posting.objects.on(timezone.localdate()).filter(station=station).select_related("operator", "supervisor")
    paths = [unit.path for row in posting for unit in (row.operator, row.supervisor) if unit]
    size = Unit.steplen
    above = {path[:end] for path in paths for end in range(size, len(path) + size, size)}
    officers = User.objects.filter(memberships__unit__path__in=above, memberships__role=Role.OFFICER, is_active=True)
    return list(officers.exclude(pk=person(request).pk).distinct().order_by("name", "pk"))


def _neighbours(found: Feedback) -> QuerySet[Feedback]:
    others = Feedback.objects.filter(station=found.station_id).exclude(pk=found.pk)
    return (
        others.exclude(state=FeedbackState.MERGED)
        .select_related("amenity")
        .order_by("-received_at", "-pk")[:NEIGHBOURS]
    )


def _distance(found: Feedback) -> int | None:
    """Metres between the pin and where the map shows the station now."""
    station = found.station
    if found.longitude is None or found.latitude is None or station.longitude is None or station.latitude is None:
        return None
    return round(haversine_m(found.longitude, found.latitude, station.longitude, station.latitude))


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A visitor's photo, for those who see the report."""
    return stored_picture(get_object_or_404(visible(request), pk=pk).photo)


def step(do: Step) -> Callable[..., HttpResponse]:
    """The view around a step: what one cannot see is not there, what one may not do is refused with the reason."""

    @wraps(do)
    @never_cache
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(visible(request), pk=pk)
        try:
            refuse_unless_may_answer(person(request), found.station)
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        try:
            messages.success(request, do(request, found))
        except PortalError as error:
            messages.error(request, str(error))
        return redirect("admin:services_feedback_change", pk)

    return view


def _take(request: HttpRequest, found: Feedback) -> str:
    take_in_hand(feedback=found, by=person(request))
    return _("It is in your hands now.")


def _hand_over(request: HttpRequest, found: Feedback) -> str:
    to = next((one for one in colleagues(request, found.station) if str(one.pk) == request.POST.get("to")), None)
    if to is None:
        raise Invalid("to", _("Choose from the list."))
    hand_over(feedback=found, to=to, by=person(request))
    return _("It is in the hands of %(name)s now.") % {"name": to}


def _answer(request: HttpRequest, found: Feedback) -> str:
    answer_feedback(
        feedback=found,
        text=request.POST.get("answer", "").replace("\0", ""),
        by=person(request),
        was_unfounded=bool(request.POST.get("unfounded")),
    )
    return _("The answer can be read by everybody who told us.")


def _merge(request: HttpRequest, found: Feedback) -> str:
    chosen = request.POST.get("into", "")
    into = visible(request).filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if into is None:
        raise Invalid("into", _("Choose from the list."))
    merge_feedback(feedback=found, into=into, by=person(request))
    return _("Merged: it is answered together with the other.")


def _follow(request: HttpRequest, found: Feedback) -> str:
    follow_suggestion(feedback=found, by=person(request))
    return _("Done. The map follows within seconds; now answer the report.")


PAGES: dict[str, Callable[..., Any]] = {
    "photo": photo,
    "take": step(_take),
    "hand_over": step(_hand_over),
    "answer": step(_answer),
    "merge": step(_merge),
    "follow": step(_follow),
}
