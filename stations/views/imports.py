"""Lists as they are sent and taken along: the form, the template, the export."""

import io
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.downloads import Counted, for_anybody, taken
from harbor_portal.lib.errors import Invalid, Refused
from harbor_portal.lib.tables import MAX_BYTES
from stations.actions.uploads import keep_upload
from stations.asked_by import user_of
from stations.choices import DownloadKind
from stations.imports.kinds import KINDS, ListKind
from stations.imports.template import rule_of, write_list
from stations.models import Upload, User
from stations.tasks import see_to

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_LISTS = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """The form that takes the file, what the columns mean, and the lists that were sent before."""
    kind = kind_of(key)
    by = whoever_may(request, kind)
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            error = _("Choose a file first.")
        else:
            try:
                kept = keep_upload(by=by, kind=kind, name=file.name or "", data=file.read(MAX_BYTES + 1))
            except Invalid as invalid:
                error = str(invalid)
            else:
                see_to(kept)
                return redirect("admin:import_check", kept.pk)
    columns = [
        {"title": column.title, "is_required": column.is_required, "rule": rule_of(column), "example": column.example}
        for column in kind.columns()
    ]
    lists = Upload.objects.filter(user=by, kind=key).light().order_by("-created_at")[:SHOWN_LISTS]
    status = 400 if error else 200
    return page(request, "upload", kind, error=error, columns=columns, lists=lists, status=status)


@require_safe
def template(request: HttpRequest, key: str, language: str) -> HttpResponse | FileResponse:
    """The empty list to fill in."""
    kind = kind_of(key)
    whoever_may(request, kind)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    file = io.BytesIO()
    with override(language):
        write_list(file, kind)
        name = f"{kind.title}.xlsx"
    return for_anybody(download(file, name))


@never_cache
@require_safe
def export(request: HttpRequest, key: str) -> HttpResponse | FileResponse:
    """The rows that the list of the back office shows, with its filters, as a list that can be sent back."""
    kind = kind_of(key)
    try:
        shown = admin.site.get_model_admin(kind.model).get_changelist_instance(request)
        rows = kind.export(shown.get_queryset(request), user_of(request))
    except IncorrectLookupParameters as error:
        raise Http404 from error
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    file = TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
    counted = Counted(rows)
    write_list(file, kind, counted)
    response = download(file, f"{kind.title}-{timezone.localdate()}.xlsx")
    return taken(response, DownloadKind.LIST, _shown(kind, shown), counted.count)


def _shown(kind: ListKind, shown: Any) -> str:
    """The list and its filters in words."""
    words = [str(kind.title)]
    for filtered in shown.filter_specs:
        chosen = [str(choice["display"]) for choice in filtered.choices(shown) if choice["selected"]]
        if filtered.has_output() and any(shown.params.get(name) for name in filtered.expected_parameters()):
            words.append(f"{filtered.title}: {', '.join(chosen)}")
    if shown.query:
        words.append(f"“{shown.query}”")
    return " · ".join(words)


def kind_of(key: str) -> ListKind:
    try:
        return KINDS[key]
    except KeyError as error:
        raise Http404 from error


def whoever_may(request: HttpRequest, kind: ListKind) -> User:
    user = user_of(request)
    try:
        kind.refuse(user)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return user


def page(request: HttpRequest, name: str, kind: ListKind, *, status: int = 200, **context: Any) -> HttpResponse:
    opts = kind.model._meta
    context = admin.site.each_context(request) | {
        "title": _("Import: %(title)s") % {"title": kind.title},
        "kind": kind,
        "changelist": f"admin:{opts.app_label}_{opts.model_name}_changelist",
        "rows_name": opts.verbose_name_plural,
        **context,
    }
    return render(request, f"admin/imports/{name}.html", context, status=status)


def download(file: IO[bytes], name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
