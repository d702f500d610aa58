"""The language of an address: `?lang=en` says it for everybody, whoever follows the link.

The plain address has no language of its own: cookie and browser decide, and without either, as for a search engine,
it is the default language. docs/decisions/0008-language-in-the-address.md says why.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]

PARAMETER = "lang"
_IN_QUERY = re.compile(rf"(?<=[?&]){PARAMETER}=[^&#]*&?")


def speak_as_addressed(get_response: GetResponse) -> GetResponse:
    """Middleware, inside Django's own for languages.

    Whoever never chose a language keeps the one of the address for this visit, so that the next page speaks it too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request.GET.get(PARAMETER, "")
        if code not in dict(settings.LANGUAGES):
            return get_response(request)
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = get_response(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not response.cookies:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        return response

    return middleware


def address_in(language: str, path: str, query: str = "") -> str:
    """The public address of a page in a language: the one that search engines know it by."""
    said = "" if language == settings.LANGUAGE_CODE else f"{PARAMETER}={language}"
    asked = "&".join(part for part in (query, said) if part)
    return f"{settings.PUBLIC_URL}{path}{'?' if asked else ''}{asked}"


def addresses_by_language(path: str, query: str = "") -> list[tuple[str, str]]:
    """Language tag as HTML writes it ("zh-Hans") and address, for every language of the portal."""
    return [(html_tag(code), address_in(code, path, query)) for code, _name in settings.LANGUAGES]


def html_tag(code: str) -> str:
    """As HTML writes it: “zh-hans” becomes “zh-Hans”."""
    return translation.to_locale(code).replace("_", "-")


def without_language(address: str) -> str:
    """The address with no language in it, so that the cookie decides again."""
    return _IN_QUERY.sub("", address).rstrip("?&")
