"""App configurations of the composition root."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig

from harbor_portal import checks  # noqa: F401 - registers our system checks

# django-leaflet's own admin module imports GDAL, which the portal does without; so admin modules are
# named here instead of being discovered.
ADMIN_MODULES = ["stations.admin", "partners.admin", "services.admin", "reports.admin", "harbor_portal.portal.admin"]


class PortalConfig(AppConfig):
    name = "harbor_portal"
    default = True

    def ready(self) -> None:
        from harbor_portal.privacy.frameworks import register_own

        register_own()


class PortalAdminConfig(SimpleAdminConfig):
    """Django's admin with our site, and with only the admin modules that we name."""

    default_site = "harbor_portal.admin_site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        for module in ADMIN_MODULES:
            import_module(module)
