"""The page of one agreement: how it is kept, its papers, and what its buttons do. Each button is one action."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.downloads import taken
from partners.actions.agreement_answers import answer_agreement
from partners.actions.agreements import drop_agreement, end_agreement, renew_agreement, sign_agreement
from partners.actions.papers import add_document, give_link, remove_document, withdraw_link
from partners.agreement_choices import OVER, AgreementState
from partners.agreement_forms import DocumentForm, EndForm, LinkForm, RenewForm, SignForm
from partners.agreement_policies import may_answer, may_keep, may_read_papers, who_keeps, why_over
from partners.compliance import sheet_of
from partners.documents import TYPES, clean_paper
from partners.links import judge, link_address
from partners.models import Agreement, AgreementDocument, AgreementLink
from stations.admin.base import in_scope, person
from stations.admin.steps import cleaned, step
from stations.choices import DownloadKind
from stations.models import User

MOST_LINES = 30


def urls(protect: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("<int:pk>/sign/", protect(sign), name="agreement_sign"),
        path("<int:pk>/end/", protect(end), name="agreement_end"),
        path("<int:pk>/renew/", protect(renew), name="agreement_renew"),
        path("<int:pk>/answer/", protect(answer), name="agreement_answer"),
        path("<int:pk>/drop/", protect(drop), name="agreement_drop"),
        path("<int:pk>/document/", protect(attach), name="agreement_attach"),
        path("<int:pk>/link/", protect(share), name="agreement_share"),
        path("document/<int:pk>/", protect(document), name="agreement_document"),
        path("document/<int:pk>/remove/", protect(detach), name="agreement_detach"),
        path("link/<int:pk>/withdraw/", protect(withdraw), name="agreement_withdraw"),
    ]


def find(request: HttpRequest, pk: int) -> Agreement:
    rows: Any = Agreement.objects.all()
    rows = rows.visible_to(person(request)).with_state(timezone.localdate())
    parties = ("unit", "partner__unit", "programme", "own_programme", "covered_unit", "renews", "renewal")
    others = ("answers", "answer")
    found: Agreement = get_object_or_404(rows.select_related(*parties, *others), pk=pk)
    return found


def address(agreement: Agreement) -> str:
    return reverse("admin:partners_agreement_change", args=[agreement.pk])


def _address_of_paper(paper: Any) -> str:
    return f"{address(paper.agreement)}#papers-title"


def agreement(request: HttpRequest, row: Agreement) -> HttpResponse:
    found: Any = find(request, row.pk)
    user, today = person(request), timezone.localdate()
    reads_papers = may_read_papers(user, found)
    may_change = may_keep(user, found)
    context = {
        "title": found.title,
        "subtitle": found.get_kind_display(),
        "agreement": found,
        "state": AgreementState(found.state).label,
        "is_over": found.state in OVER,
        "successor": _seen(user, getattr(found, "renewal", None)),
        **_other_way(user, found),
        "sheet": sheet_of(found, today, is_linked=reads_papers),
        "reads_papers": reads_papers,
        "may_change": may_change,
        "why_read_only": _why_read_only(found, may_change=may_change),
        "history": list(found.history.select_related("history_user").order_by("-history_id")[:MOST_LINES]),
    }
    if reads_papers:
        context |= _papers(found)
    if may_change:
        context |= _tools(found)
    return _page(request, "agreement", context)


def _other_way(user: User, found: Any) -> dict[str, Any]:
    """Of a recognition what the other side agreed to, or whether the person may draft that."""
    other = found.answers or getattr(found, "answer", None)
    seen: Any = _seen(user, other)
    return {
        "other_way": other,
        "other_way_seen": seen,
        "other_way_state": AgreementState(seen.state).label if seen else "",
        "may_answer": may_answer(user, found) and found.state not in OVER,
    }


def _seen(user: User, other: Agreement | None) -> Agreement | None:
    """Another agreement, with its state, for whoever sees that too: a draft is for the side that signs."""
    if other is None:
        return None
    rows: Any = Agreement.objects.all()
    seen: Agreement | None = rows.visible_to(user).with_state(timezone.localdate()).filter(pk=other.pk).first()
    return seen


def _why_read_only(found: Any, *, may_change: bool) -> str:
    if not may_change:
        return who_keeps(found)
    return why_over(found) if found.state in OVER else ""


def _papers(found: Agreement) -> dict[str, Any]:
    today = timezone.localdate()
    links = found.links.select_related("by").order_by("-pk")
    return {
        "documents": list(found.documents.select_related("by").order_by("pk")),
        "links": [(link, judge(link, today), link_address(link)) for link in links],
    }


def _tools(found: Any) -> dict[str, Any]:
    """The forms of what can be done now."""
    is_signed, is_over = bool(found.signed_date), found.state in OVER
    is_renewable = is_signed and found.until and not hasattr(found, "renewal")
    return {
        "edit_url": "" if is_over else reverse("admin:agreement_edit", args=[found.pk]),
        "sign_form": None if is_signed else SignForm(auto_id="sign-%s"),
        "end_form": EndForm(auto_id="end-%s") if is_signed and not is_over else None,
        "renew_form": RenewForm(agreement=found, auto_id="renew-%s") if is_renewable else None,
        "document_form": DocumentForm(auto_id="document-%s"),
        "link_form": LinkForm(auto_id="link-%s") if is_signed else None,
    }


@step(find, address)
def sign(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    sign_agreement(agreement=found, by=person(request), **cleaned(SignForm(request.POST)))
    return _("Signed. What it grants begins on its first day, by itself."), address(found)


@step(find, address)
def end(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    end_agreement(agreement=found, by=person(request), **cleaned(EndForm(request.POST)))
    return _("It ends on that day, and what it granted with it."), address(found)


@step(find, address)
def renew(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    until = cleaned(RenewForm(request.POST, agreement=found))["until"]
    successor = renew_agreement(agreement=found, until=until, by=person(request))
    return _("This is the draft of the agreement that follows. Look through it and sign it."), address(successor)


@step(find, address)
def answer(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    draft = answer_agreement(agreement=found, by=person(request))
    return _("This is the draft by which your stations bear their plates. Look through it and sign it."), address(draft)


@step(find, address)
def drop(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    drop_agreement(agreement=found, by=person(request))
    return _("The draft is deleted."), reverse("admin:partners_agreement_changelist")


@step(find, address)
def attach(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    said = cleaned(DocumentForm(request.POST, request.FILES))
    paper = clean_paper(said["file"])
    add_document(agreement=found, title=said["title"], paper=paper, by=person(request))
    return _("Kept. Only staff see it."), f"{address(found)}#papers-title"


@step(find, address)
def share(request: HttpRequest, found: Agreement) -> tuple[str, str]:
    give_link(agreement=found, by=person(request), **cleaned(LinkForm(request.POST)))
    return _("Copy the link below and send it."), f"{address(found)}#links-title"


def _find_document(request: HttpRequest, pk: int) -> AgreementDocument:
    return get_object_or_404(in_scope(AgreementDocument, request).select_related("agreement__unit"), pk=pk)


def _find_link(request: HttpRequest, pk: int) -> AgreementLink:
    return get_object_or_404(in_scope(AgreementLink, request).select_related("agreement__unit"), pk=pk)


@step(_find_document, _address_of_paper)
def detach(request: HttpRequest, found: AgreementDocument) -> tuple[str, str]:
    remove_document(document=found, by=person(request))
    return _("Removed."), _address_of_paper(found)


@step(_find_link, _address_of_paper)
def withdraw(request: HttpRequest, found: AgreementLink) -> tuple[str, str]:
    withdraw_link(link=found, by=person(request))
    return _("Withdrawn: the link says so to whoever opens it."), f"{address(found.agreement)}#links-title"


@never_cache
@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """Handed out as a file, never shown as a page of ours."""
    found = _find_document(request, pk)
    ending = str(found.file.name).rpartition(".")[2]
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{get_valid_filename(found.title)}.{ending}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ending])
    response["X-Content-Type-Options"] = "nosniff"
    return taken(response, DownloadKind.OTHER, f"{found.agreement} · {found.title}")


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Agreement._meta} | context
    return render(request, f"admin/partners/{name}.html", context)
