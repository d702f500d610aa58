"""The API as a whole: its parts, its description, and what lies at no address."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from harbor_portal.lib.http import error_body


def not_found(_request: HttpRequest) -> JsonResponse:
    return JsonResponse(error_body("not_found", _("There is nothing at this address.")), status=404)


urlpatterns = [
    path("v1/", include("stations.api.urls")),
    path("v1/", include("partners.api.urls")),
    path("v1/", include("services.api.urls")),
    path("v1/", include("reports.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    re_path("", not_found),
]
