"""The page of the second step: it asks for the code, and sets up the app that shows it."""

from base64 import b32encode
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY, match_token

from harbor_portal.lib.errors import Invalid, Refused
from harbor_portal.lib.qr import qr_svg
from stations.actions.second_step import begin_app, confirm_app, drop_app, renew_spare_codes
from stations.models import User
from stations.second_step import app_of, half_in, must_have_app

FRESH = "fresh_codes"
"""In the session: the spare codes that were just made, shown once."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """For who gave the password: the code, or the app set up. For who is in: new spare codes, or without."""
    user = half_in(request) or request.user
    if not isinstance(user, User):
        return redirect("admin:login")
    if request.method == "POST" and "leave" in request.POST:
        logout(request)
        return redirect("admin:login")
    if request.user.is_authenticated and app_of(user):
        return _settled(request, user)
    return _asked(request, user) if app_of(user) else _set_up(request, user)


def _asked(request: HttpRequest, user: User) -> HttpResponse:
    error = ""
    if request.method == "POST":
        if device := match_token(user, _code(request)):
            return _let_in(request, device)
        error = _("This is not the code that the app shows now. After several wrong ones, wait a little.")
    return _page(request, "ask", {"title": _("Second step"), "whom": user, "error": error})


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            device, codes = confirm_app(user=user, code=_code(request))
        except (Invalid, Refused) as refusal:
            error = str(refusal)
        else:
            request.session[FRESH] = codes
            return _let_in(request, device, to=reverse("admin:second_step"))
    app = begin_app(user=user)
    key = b32encode(app.bin_key).decode()
    context = {"title": _("Set up the second step"), "whom": user, "error": error, "is_owed": must_have_app(user)}
    return _page(request, "set_up", context | {"code": qr_svg(app.config_url), "key": key})


def _settled(request: HttpRequest, user: User) -> HttpResponse:
    if request.method == "POST":
        if "renew" in request.POST:
            request.session[FRESH] = renew_spare_codes(user=user)
            return redirect("admin:second_step")
        try:
            drop_app(user=user, by=user)
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        messages.success(request, _("From now on the password alone lets you in."))
        return redirect("admin:index")
    context = {"title": _("Second step"), "codes": request.session.pop(FRESH, []), "is_owed": must_have_app(user)}
    return _page(request, "settled", context | {"next": _next(request)})


def _let_in(request: HttpRequest, device: Any, to: str = "") -> HttpResponse:
    """The session that knew the password is worth more from here on, so it gets a new name."""
    request.session.cycle_key()
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    return redirect(to or _next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("admin:index")


def _code(request: HttpRequest) -> str:
    """As typed, without the blank that apps show in the middle."""
    return "".join(request.POST.get("code", "").replace("\0", "").split())[:16].lower()


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    known = admin.site.each_context(request) | {"next": request.POST.get("next") or request.GET.get("next", "")}
    status = 400 if context.get("error") else 200
    return render(request, f"admin/second_step/{name}.html", known | context, status=status)
