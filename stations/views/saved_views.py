"""The buttons that keep a list of the back office as it is shown, and that forget it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import Invalid
from stations.actions.saved_views import PAGES, forget_view, save_view
from stations.asked_by import user_of
from stations.models import SavedView


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    asked = {name: request.POST.get(name, "").replace("\0", "") for name in ("table", "name", "query")}
    try:
        view = save_view(by=user_of(request), **asked)
    except Invalid as refusal:
        messages.error(request, str(refusal))
        return _list(asked["table"], asked["query"])
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view})
    return _list(view.table, view.query)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    view: SavedView = get_object_or_404(SavedView, pk=pk, user=user_of(request))
    forget_view(view=view)
    messages.success(request, _("“%(name)s” is forgotten; nothing in the list has changed.") % {"name": view})
    return _list(view.table, "")


def _list(table: str, query: str) -> HttpResponse:
    """Back to the list; to the first page from one that there is not."""
    try:
        address = reverse(PAGES.get(table) or f"admin:{table.replace('.', '_')}_changelist")
    except NoReverseMatch:
        return redirect("admin:index")
    return redirect(f"{address}?{query}" if query else address)
