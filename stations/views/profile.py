"""One's own profile: who one is, what one may do and by whose word, and where one is logged in."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from harbor_portal.lib.errors import Invalid, StaleState
from stations.actions.profile import end_other_sessions, end_session, handle_of, sessions_of, update_profile
from stations.asked_by import user_of
from stations.choices import Role
from stations.models import Keeper, Membership, User
from stations.second_step import app_of, must_have_app
from stations.views.tokens import TokenForm, tokens_of

MAY = {
    Role.OFFICER: gettext_lazy("You keep its stations right: facts, equipment, photos, keepers, and their days."),
    Role.REVIEWER: gettext_lazy("You judge the month reports, and publish notices where the union is."),
    Role.AUDITOR: gettext_lazy("You read everything and change nothing."),
}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = ("name", "phone", "email")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    # The form writes into the row that it is given, and the page shows the person's as it stands.
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(user=user, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:profile")
    now = timezone.now()
    context = admin.site.each_context(request) | {
        "title": _("My profile"),
        "form": form,
        "rights": _rights(user),
        "kept": _kept(user),
        "password_rules": password_validators_help_texts(),
        "has_app": app_of(user) is not None,
        "owes_app": must_have_app(user),
        "sessions": [(row, handle_of(row.session_key)) for row in sessions_of(user, now)],
        "own": handle_of(request.session.session_key),
        "tokens": tokens_of(user),
        "token_form": TokenForm(auto_id="token_%s"),
    }
    return render(request, "admin/people/profile.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def end_log_in(request: HttpRequest) -> HttpResponse:
    """One device, or all but this one."""
    user = user_of(request)
    if "others" in request.POST:
        count = end_other_sessions(user=user, keep=request.session.session_key)
        sentence = ngettext("%(count)d other log-in has ended.", "%(count)d other log-ins have ended.", count)
        messages.success(request, sentence % {"count": count})
        return _to_sessions()
    try:
        end_session(user=user, handle=request.POST.get("session", ""))
    except StaleState as stale:
        messages.warning(request, str(stale))
    else:
        messages.success(request, _("This device is logged out."))
    return _to_sessions()


@method_decorator(never_cache, name="dispatch")
class ChangePassword(PasswordChangeView):
    """With the old one; it ends every other log-in."""

    template_name = "admin/people/password.html"
    success_url = reverse_lazy("admin:profile")

    def form_valid(self, form: Any) -> HttpResponse:
        person: Any = form.user
        person._history_user, person._change_reason = user_of(self.request), _("Changed their password")
        response = super().form_valid(form)
        end_other_sessions(user=user_of(self.request), keep=self.request.session.session_key)
        messages.success(self.request, _("The password is changed, and every other device is logged out."))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"title": _("Change password")}
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs) | own


def _rights(user: User) -> list[dict[str, Any]]:
    """Each role with its unit, what it is for, and by whose word one has it since when."""
    rows = list(user.memberships.select_related("unit").order_by("unit__path"))
    given = _given(Membership, [row.pk for row in rows])
    return [
        {"role": row.get_role_display(), "unit": row.unit, "may": MAY[Role(row.role)], "given": given.get(row.pk)}
        for row in rows
    ]


def _kept(user: User) -> list[dict[str, Any]]:
    rows = list(user.keeperships.select_related("station").order_by("station__name"))
    given = _given(Keeper, [row.pk for row in rows])
    return [{"station": row.station, "given": given.get(row.pk)} for row in rows]


def _given(model: Any, ids: list[int]) -> dict[int, Any]:
    lines = model.history.filter(id__in=ids, history_type="+").select_related("history_user")
    return {line.id: line for line in lines}


def _to_sessions() -> HttpResponse:
    return redirect(f"{reverse('admin:profile')}#sessions")
