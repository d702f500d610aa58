"""The pages of inspections: where one begins, where it is filled in, and what was found."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.http import error_body, stored_picture, wants_json
from services.actions.inspections import Said, drop_inspection, finish_inspection, save_answers, start_inspection
from services.choices import InspectionKind, InspectionState, Result
from services.fields import choice_of, picture_of, text_of
from services.models import Inspection, InspectionAnswer, InspectionForm
from services.models.inspections import MAX_REMARK
from services.policies import kinds_for
from stations.admin.base import in_scope, person
from stations.admin.steps import step
from stations.models import Station

SHOWN_BEFORE = 5
MOST_ITEMS = 200
CODES = {Invalid: ("invalid", 400), StaleState: ("stale", 409), Refused: ("refused", 403)}


def visible(request: HttpRequest) -> QuerySet[Inspection]:
    return in_scope(Inspection, request).select_related("station", "form", "by")


def find(request: HttpRequest, pk: int) -> Inspection:
    return get_object_or_404(visible(request), pk=pk)


def address(inspection: Inspection) -> str:
    return reverse("admin:services_inspection_change", args=[inspection.pk])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Choose how and by which form; what one has begun there is gone on with."""
    station = get_object_or_404(Station.objects.visible_to(person(request)), code=code)
    if request.method != "POST":
        return _start_page(request, station)
    try:
        kind = choice_of(request, "kind", InspectionKind)
        form = InspectionForm.objects.filter(code=text_of(request, "form")).first()
        if form is None:
            raise Invalid("form", _("Choose a form that is offered and asks something."))
        begun = start_inspection(station=station, form=form, kind=kind, by=person(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PortalError as error:
        return _start_page(request, station, error=str(error), status=400)
    return redirect(address(begun))


def _start_page(request: HttpRequest, station: Station, *, error: str = "", status: int = 200) -> HttpResponse:
    mine: Any = visible(request).filter(station=station)
    context = {
        "title": _("Inspect: %(station)s") % {"station": station},
        "station": station,
        "kinds": kinds_for(person(request), station),
        "forms": list(InspectionForm.objects.filter(is_offered=True)),
        "drafts": list(mine.drafts_of(person(request)).order_by("-started_at")),
        "before": list(mine.finished().order_by("-finished_at", "-pk")[:SHOWN_BEFORE]),
        "error": error,
    }
    return _page(request, "start", context, status)


def inspection(request: HttpRequest, row: Inspection) -> HttpResponse:
    """Filled in by who began it; once it is finished, read by everybody who sees the station."""
    found = find(request, row.pk)
    answers = list(found.answers.select_related("item").order_by("item__order", "item_id"))
    context = {
        "title": f"{found.get_kind_display()} · {found.station}",
        "inspection": found,
        "answers": answers,
        "results": Result.choices,
        "most": MAX_REMARK,
    }
    if found.state == InspectionState.DRAFT and found.by_id == person(request).pk:
        return _page(request, "fill", context)
    findings = {finding.item_id: finding for finding in found.findings.all()}
    lines = [(answer, findings.get(answer.item_id)) for answer in answers]
    return _page(request, "read", context | {"lines": lines, "why_read_only": _why_fixed(found)})


def _why_fixed(found: Inspection) -> str:
    if found.state == InspectionState.DRAFT:
        return _("Only %(name)s, who began it, fills it in.") % {"name": found.by}
    return _(
        "It is finished, and nobody changes it any more. What failed is mended and closed on the page of its finding."
    )


@never_cache
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written so far, of one item or of all: by a script as one goes, or by a button."""
    found = find(request, pk)
    try:
        _keep(request, found)
    except PortalError as error:
        if wants_json(request):
            code, status = CODES[type(error)]
            return JsonResponse(error_body(code, str(error)), status=status)
        if isinstance(error, Refused):
            raise PermissionDenied(str(error)) from error
        messages.error(request, str(error))
        return redirect(address(found))
    if wants_json(request):
        return JsonResponse({"photos": _photos(request, found)})
    messages.success(request, _("Saved. You can go on later."))
    return redirect(address(found))


def _keep(request: HttpRequest, found: Inspection) -> None:
    remark = text_of(request, "remark") if "remark" in request.POST else None
    save_answers(inspection=found, said=_said(request), by=person(request), remark=remark)


def _said(request: HttpRequest) -> dict[int, Said]:
    """By the number of the answer, for each that the form names."""
    return {
        number: Said(
            result=_result(request, f"result-{number}"),
            remark=text_of(request, f"remark-{number}"),
            photo=picture_of(request, f"photo-{number}"),
        )
        for number in _numbers(request)
    }


def _numbers(request: HttpRequest) -> list[int]:
    texts = request.POST.getlist("answer")[:MOST_ITEMS]
    if not all(text.isdecimal() and len(text) < 19 for text in texts):
        raise Invalid("answer", _("This inspection does not ask that."))
    return [int(text) for text in texts]


def _result(request: HttpRequest, field: str) -> Result | None:
    return choice_of(request, field, Result) if request.POST.get(field) else None


def _photos(request: HttpRequest, found: Inspection) -> dict[str, str]:
    """Where the photos of the items are seen that were just written."""
    named = found.answers.filter(pk__in=_numbers(request)).exclude(photo="")
    return {str(answer.pk): reverse("admin:inspection_photo", args=[answer.pk]) for answer in named}


@step(find, address)
def finish(request: HttpRequest, found: Inspection) -> tuple[str, str]:
    _keep(request, found)
    done = finish_inspection(inspection=found, by=person(request))
    if done.failed_count:
        return _("Finished. What failed is now a finding with its deadline."), address(done)
    return _("Finished."), address(done)


@step(find, address)
def drop(request: HttpRequest, found: Inspection) -> tuple[str, str]:
    drop_inspection(inspection=found, by=person(request))
    return _("The draft is gone."), reverse("admin:inspect", args=[found.station.code])


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(InspectionAnswer, pk=pk, inspection__in=visible(request).values("pk"))
    return stored_picture(answer.photo)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Inspection._meta} | context
    return render(request, f"admin/services/inspection/{name}.html", context, status=status)
