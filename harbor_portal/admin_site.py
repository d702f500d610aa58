"""The back office."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """Django's admin for everybody who has a role; what they see in it follows from their scope."""

    site_title = _("Harbor Portal")
    site_header = _("Harbor Portal")
    index_title = _("Work to do")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active
