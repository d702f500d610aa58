"""Changing how the pages are shown: their language, and the size of their letters."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.portal import letters
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
    return _remembered(request, settings.LANGUAGE_COOKIE_NAME, code, is_for_scripts=False)


@never_cache
@require_safe
def set_letters(request: HttpRequest, size: str) -> HttpResponse:
    """The masthead's switch without JavaScript; with it, static/js/device.js writes the same cookie."""
    return _remembered(request, letters.COOKIE, size, is_for_scripts=True)


def _remembered(request: HttpRequest, cookie: str, value: str, *, is_for_scripts: bool) -> HttpResponse:
    target = request.GET.get("next", "")
    if cookie == settings.LANGUAGE_COOKIE_NAME:
        target = without_language(target)
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    response.set_cookie(
        cookie, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=not is_for_scripts
    )
    return response
