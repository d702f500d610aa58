"""The addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from harbor_portal.portal.media import photo
from harbor_portal.portal.published import published

urlpatterns = [
    path("api/", include("harbor_portal.api")),
    path("map/<path:path>", published, name="published"),
    path("media/photos/<path:name>", photo, name="photo"),
    path("admin/", admin.site.urls),
    path("", include("harbor_portal.portal.urls")),
]
