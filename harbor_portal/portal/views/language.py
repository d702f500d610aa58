"""Changing the language of the pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.portal.languages import without_language

A_YEAR = 365 * 24 * 3600


@never_cache
@require_safe
def set_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language in a cookie and go back to `?next=`.

    A GET on purpose: it changes nothing but the visitor's own display, and a form with a token would keep every
    public page out of shared caches.
    """
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = without_language(request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response
