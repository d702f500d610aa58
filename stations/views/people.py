"""Inviting somebody, letting them in again, and saying farewell."""

from datetime import timedelta
from typing import Any

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.qr import qr_svg
from stations.actions.people import invite_keeper, invite_member, make_link, say_farewell
from stations.actions.second_step import drop_app
from stations.asked_by import user_of
from stations.choices import Role
from stations.forms import FarewellForm, InvitationForm
from stations.models import User
from stations.policies import refuse_unless_may_manage, refuse_unless_officer
from stations.second_step import app_of

FRESH = "fresh_link"
"""In the session: the link that was just made, shown once."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Officers invite keepers, the administrator anybody; then the link to hand over is shown."""
    by = user_of(request)
    try:
        refuse_unless_officer(by)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    sent = request.POST if request.method == "POST" else None
    wanted = request.GET.get("station", "")
    form = InvitationForm(sent, by=by, initial={"station": wanted if wanted.isdecimal() else None})
    if request.method == "POST" and form.is_valid():
        try:
            person = _invited(form.cleaned_data, by)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _with_link(request, person, by)
    return _page(request, "invite", {"title": _("Invite somebody"), "form": form})


def _invited(values: dict[str, Any], by: User) -> User:
    who = {"name": values["name"], "phone": values["phone"], "username": values["username"], "by": by}
    if values.get("unit"):
        return invite_member(**who, unit=values["unit"], role=Role(values["role"]))
    return invite_keeper(**who, station=values["station"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link with which the person chooses a password: shown once, as text and as a code to scan."""
    by, person = user_of(request), _somebody(request, pk)
    if request.method == "POST":
        try:
            return _with_link(request, person, by)
        except PortalError as refusal:  # also of an account that could not be saved as it is
            raise PermissionDenied(str(refusal)) from refusal
    _refuse_strangers(by, person)
    fresh = request.session.pop(FRESH, None)
    url = request.build_absolute_uri(fresh["path"]) if fresh and fresh["person"] == person.pk else ""
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    context = {"title": _("Link to choose a password"), "whom": person, "url": url, "until": until}
    return _page(request, "link", context | {"code": qr_svg(url) if url else "", "has_app": app_of(person) is not None})


def _with_link(request: HttpRequest, person: User, by: User) -> HttpResponse:
    request.session[FRESH] = {"person": person.pk, "path": make_link(person=person, by=by)}
    return redirect("admin:person_link", person.pk)


@require_POST
def drop_second_step(request: HttpRequest, pk: int) -> HttpResponse:
    """For somebody whose phone is lost: the password alone lets them in, until they set the second step up anew."""
    person = _somebody(request, pk)
    try:
        drop_app(user=person, by=user_of(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("%(person)s is asked for no code until they set it up anew.") % {"person": person})
    return redirect("admin:person_link", person.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def farewell(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account of somebody who leaves, and hand their stations over."""
    by, person = user_of(request), _somebody(request, pk)
    _refuse_strangers(by, person)
    form = FarewellForm(request.POST if request.method == "POST" else None, by=by, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            count = say_farewell(person=person, successor=form.cleaned_data["successor"], by=by)
        except Invalid as error:
            form.add_error(error.field, str(error))
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        else:
            messages.success(request, _said_farewell(person, form.cleaned_data["successor"], count))
            return redirect("admin:stations_user_changelist")
    kept = person.keeperships.select_related("station").order_by("station__name")
    return _page(request, "farewell", {"title": _("Say farewell"), "whom": person, "kept": kept, "form": form})


def _said_farewell(person: User, successor: User | None, count: int) -> str:
    closed = _("The account of %(person)s is closed.") % {"person": person}
    if not count:
        return closed
    if successor is None:
        sentence = ngettext("%(count)d station is without a keeper.", "%(count)d stations are without a keeper.", count)
        return f"{closed} {sentence % {'count': count}}"
    sentence = ngettext("%(who)s keeps %(count)d station more.", "%(who)s keeps %(count)d stations more.", count)
    return f"{closed} {sentence % {'who': successor, 'count': count}}"


@method_decorator(never_cache, name="dispatch")
class Welcome(PasswordResetConfirmView):
    """Where the link leads: choose a password, and be in. It works once, and also for an account that rests."""

    template_name = "admin/people/welcome.html"
    success_url = reverse_lazy("admin:index")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"

    def get_user(self, uidb64: str) -> User | None:
        found = super().get_user(uidb64)
        return found if isinstance(found, User) and found.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        person: Any = form.user
        person._history_user, person._change_reason = person, _("Chose a password with the link")
        forget_failures(username=person.username)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs) | {"whom": self.user}


def _somebody(request: HttpRequest, pk: int) -> User:
    found: User = get_object_or_404(User.objects.visible_to(user_of(request)), pk=pk)
    return found


def _refuse_strangers(by: User, person: User) -> None:
    try:
        refuse_unless_may_manage(by, person)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 400 if "form" in context and context["form"].errors else 200
    return render(request, f"admin/people/{name}.html", admin.site.each_context(request) | context, status=status)
