"""The back office: Django's admin for everybody who has a role, beginning with their work to do."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.desk.page import desk_of
from harbor_portal.desk.urls import desk_urls
from harbor_portal.trail.urls import trail_urls
from reports.urls import report_urls
from services.urls import office_urls
from stations.asked_by import user_of
from stations.models import User
from stations.scope import kept_by, scope_of
from stations.second_step import half_in
from stations.urls import import_urls, merging_urls, people_urls, view_urls
from stations.views.profile import ChangePassword

APPS = ["stations", "services", "reports", "partners"]


class LoginForm(AuthenticationForm):
    """Whoever has a role or a station may enter; `is_staff` decides nothing."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not belongs(user):
            raise ValidationError(
                _("Your account has no role and no station yet. Ask the officer of your unit."), code="no_role"
            )


def belongs(user: User) -> bool:
    """Whether the person has anything to do here."""
    scope = scope_of(user)
    return scope.everything or bool(scope.roles) or bool(kept_by(user))


class PortalAdminSite(AdminSite):
    """What people see and may do in it follows from their scope, not from Django's permissions."""

    site_title = _("Harbor Portal")
    site_header = _("Harbor Portal")
    index_title = _("Work to do")
    enable_nav_sidebar = False
    login_form = LoginForm

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and belongs(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who gave the password and comes back for a page is asked for the second step, and then gets there."""
        if request.method == "GET" and half_in(request):
            wanted = urlencode({"next": request.GET.get("next", "")})
            return redirect(f"{reverse('admin:second_step')}?{wanted}")
        return super().login(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The portal's own page."""
        return ChangePassword.as_view(extra_context=extra_context)(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # "View on site" would turn the id of any row into its public address, in scope or not.
        stock = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        protect = self.admin_view
        return [
            *office_urls(protect),
            *report_urls(protect),
            *import_urls(protect),
            *people_urls(protect),
            *merging_urls(protect),
            *view_urls(protect),
            *desk_urls(protect),
            *trail_urls(protect),
            *stock,
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Who and where, what happened, how it adds up, with whom: not by the alphabet of one language."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]) if app["app_label"] in APPS else len(APPS))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        desk = {"desk": desk_of(user_of(request), timezone.now())}
        response: TemplateResponse = super().index(request, desk | (extra_context or {}))
        return response
