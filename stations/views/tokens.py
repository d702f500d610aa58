"""Keys of programs: made on one's own profile, shown once, withdrawn there."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import PortalError, StaleState
from stations.actions.tokens import LIFETIMES, is_in_force, make_token, withdraw_token
from stations.asked_by import user_of
from stations.models import ApiToken, User

SHOWN = 20


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Which program"),
        max_length=40,
        help_text=gettext_lazy("For example: people counter of the front door"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends after"),
        coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in LIFETIMES],
        initial=LIFETIMES[1],
    )


@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """The page that shows the key, this once: nothing of it is kept from one page to the next."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, "; ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)
        )
        return _to_tokens()
    try:
        token, key = make_token(by=user_of(request), **form.cleaned_data)
    except PortalError as error:
        messages.error(request, str(error))
        return _to_tokens()
    context = {"title": _("Key for %(name)s") % {"name": token.name}, "token": token, "key": key}
    return render(request, "admin/people/token.html", admin.site.each_context(request) | context)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        withdraw_token(by=user_of(request), pk=pk)
    except StaleState as stale:
        messages.warning(request, str(stale))
    else:
        messages.success(request, _("This key opens nothing any more."))
    return redirect("admin:stations_apitoken_changelist") if request.POST.get("then") == "keys" else _to_tokens()


def tokens_of(user: User) -> list[dict[str, Any]]:
    """For the profile: the newest, and whether they open anything still."""
    now = timezone.now()
    rows = ApiToken.objects.filter(user=user).newest_first()[:SHOWN]
    return [{"token": row, "is_open": _is_open(row, user, now)} for row in rows]


def _is_open(row: ApiToken, user: User, now: Any) -> bool:
    row.user = user
    return row.withdrawn_at is None and row.expires_at > now and is_in_force(row)


def _to_tokens() -> HttpResponse:
    return redirect(f"{reverse('admin:profile')}#tokens")
