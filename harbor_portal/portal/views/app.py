"""What makes the pages an app: the manifest, and the service worker that answers without a network."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from harbor_portal.portal.shell import WORKER, shell

THEME = "#063a40"
PAPER = "#f6f4ee"
NEVER_KEPT = ("/admin/", "/api/", "/search/", "/feedback/", "/healthz")
"""Below these addresses nothing is kept on the device, whatever a page there says of itself."""


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, colours, icons and shortcuts for the home screen.

    Browsers fetch it without cookies, so the page names its language in `?language=`.
    """
    language = request.GET.get("language", "")
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        body = json.dumps(_manifest(), ensure_ascii=False)
    return HttpResponse(body, content_type="application/manifest+json")


def _manifest() -> dict[str, Any]:
    return {
        "id": "/",
        "name": _("Harbor Portal: rest stations near you"),
        "short_name": _("Harbor Portal"),
        "description": _("A place to sit down, drink and charge, for everybody who works outdoors. Free of charge."),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": PAPER,
        "categories": ["navigation", "utilities"],
        "icons": _icons(),
        "shortcuts": [
            {"name": _("Open now"), "url": f"{reverse('home')}?open=now"},
            {"name": _("Station list"), "url": reverse("stations")},
        ],
    }


def _icons() -> list[dict[str, str]]:
    def icon(name: str, sizes: str, type_: str, purpose: str) -> dict[str, str]:
        return {"src": static(f"img/{name}"), "sizes": sizes, "type": type_, "purpose": purpose}

    return [
        icon("logo.svg", "any", "image/svg+xml", "any"),
        icon("icon-192.png", "192x192", "image/png", "any"),
        icon("icon-512.png", "512x512", "image/png", "any"),
        icon("icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ]


@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker: what it is to keep, then its scripts. Its bytes change whenever the shell does."""
    found = shell()
    portal = {
        "version": found.version,
        "files": found.files,
        "isHashed": found.is_hashed,
        "languages": [code for code, _name in settings.LANGUAGES],
        "home": reverse("home"),
        "offline": reverse("offline"),
        "tell": reverse("tell_anywhere"),
        "static": settings.STATIC_URL,
        "media": settings.MEDIA_URL,
        "map": settings.PUBLISH_URL,
        "base": reverse("schematic", args=["VERSION", "NAME"]).partition("VERSION")[0],
        "neverKept": NEVER_KEPT,
    }
    scripts = ", ".join(json.dumps(static(name)) for name in WORKER)
    body = f"self.PORTAL = {json.dumps(portal)};\nimportScripts({scripts});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response
