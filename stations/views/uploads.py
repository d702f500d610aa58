"""One list that was sent: how far it is, what is wrong with it, what it would do, and entering exactly that."""

from contextlib import suppress
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.errors import StaleState
from harbor_portal.lib.tables import Grid, Unreadable, read_tables
from stations.actions.uploads import ask_to_enter, ask_to_undo, content_of
from stations.asked_by import user_of
from stations.choices import DownloadKind, UploadState
from stations.imports.kinds import ListKind
from stations.imports.report import unpacked, write_problems
from stations.models import Upload
from stations.tasks import see_to
from stations.views.imports import download, kind_of, page, whoever_may


@never_cache
@require_safe
def show(request: HttpRequest, pk: Any) -> HttpResponse:
    """How far the list is; once it is checked, what entering it would do and every problem in it."""
    upload, kind = _own(request, pk)
    return _show(request, upload, kind)


@never_cache
@require_safe
def state(request: HttpRequest, pk: Any) -> JsonResponse:
    """For the page while it waits. Only checking goes row by row."""
    upload, _kind = _own(request, pk)
    rows = upload.rows if upload.state == UploadState.SENT else 0
    return JsonResponse({"state": upload.state, "done": upload.rows_done, "of": rows})


@never_cache
@require_POST
def enter(request: HttpRequest, pk: Any) -> HttpResponse:
    """Enter the file that was checked, if it still holds no error."""
    upload, kind = _own(request, pk)
    if upload.counts.get("errors"):
        return _show(request, upload, kind, status=409)
    try:
        ask_to_enter(by=upload.user, upload=upload)
    except StaleState as stale:
        messages.warning(request, str(stale))
        return redirect("admin:import_check", upload.pk)
    upload.refresh_from_db()
    see_to(upload)
    if upload.state == UploadState.ENTERED:
        messages.success(request, _entered(upload))
    return redirect("admin:import_check", upload.pk)


@never_cache
@require_POST
def undo(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take back what was entered, unless something depends on it by now."""
    upload, _kind = _own(request, pk)
    try:
        ask_to_undo(by=user_of(request), upload=upload)
    except StaleState as stale:
        messages.warning(request, str(stale))
        return redirect("admin:import_check", upload.pk)
    upload.refresh_from_db()
    see_to(upload)
    if upload.state == UploadState.UNDONE:
        messages.success(request, _("Everything that this list did was taken back."))
    return redirect("admin:import_check", upload.pk)


@never_cache
@require_safe
def problems(request: HttpRequest, pk: Any) -> HttpResponse | FileResponse:
    """The file as it was sent, each bad cell coloured and commented, to mend it and send it again."""
    upload, kind = _own(request, pk)
    if kind.is_sealed and upload.user != request.user:
        raise PermissionDenied(_("What stands in this list was said in confidence: only who sent it gets it back."))
    grids: list[Grid] = []
    # Unreadable: then the only problem is the file as a whole, or it was entered and is not kept.
    with suppress(Unreadable):
        grids = read_tables(content_of(upload), kind.most_rows)
    file = TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
    write_problems(file, grids, kind.columns(), unpacked(bytes(upload.problems)))
    response = download(file, _("%(name)s-problems.xlsx") % {"name": PurePath(upload.name).stem})
    return taken(response, DownloadKind.PROBLEMS, f"{kind.title} · {upload.name}", upload.rows)


def _own(request: HttpRequest, pk: Any) -> tuple[Upload, ListKind]:
    mine = Upload.objects.visible_to(request.user).select_related("user")
    upload = get_object_or_404(mine, pk=pk)
    kind = kind_of(upload.kind)
    whoever_may(request, kind)
    return upload, kind


def _show(request: HttpRequest, upload: Upload, kind: ListKind, status: int = 200) -> HttpResponse:
    counts = upload.counts
    figures = [
        (_("New"), counts.get("new", 0), ""),
        (_("Changed"), counts.get("changed", 0), ""),
        (_("As before"), counts.get("same", 0), ""),
        (_("Errors"), counts.get("errors", 0), "is-error"),
        (_("Warnings"), counts.get("warnings", 0), "is-warning"),
    ]
    context = {
        "upload": upload,
        "figures": figures if counts else [],
        "may_enter": upload.state == UploadState.CHECKED and not counts["errors"],
        "changes_something": counts.get("new", 0) + counts.get("changed", 0) > 0,
        "more_new": counts.get("new", 0) - len(upload.found.get("new", [])),
        "more_changed": counts.get("changed", 0) - len(upload.found.get("changed", [])),
    }
    return page(request, "check", kind, status=status, **context)


def _entered(upload: Upload) -> str:
    counts = upload.counts
    new = ngettext("%(count)s row is new", "%(count)s rows are new", counts["new"])
    return _("Entered: %(new)s, %(changed)s changed, %(same)s as before.") % {
        "new": new % {"count": counts["new"]},
        "changed": counts["changed"],
        "same": counts["same"],
    }
