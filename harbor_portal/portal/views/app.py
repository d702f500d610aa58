"""What makes the pages an app: the manifest, and the service worker that answers without a network."""

import json
from collections.abc import Callable
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
    """Name, colours, icons and shortcuts of the portal for the home screen."""
    return _answer(request, _visitors)


@require_safe
@cache_control(public=True, max_age=3600)
def keepers_manifest(request: HttpRequest) -> HttpResponse:
    """The same for keepers, whose app begins with their station."""
    return _answer(request, _keepers)


def _answer(request: HttpRequest, content: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Browsers fetch a manifest without cookies, so the page names its language in `?language=`."""
    language = request.GET.get("language", "")
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        common = {
            "lang": get_language(),
            "dir": "ltr",
            "display": "standalone",
            "theme_color": THEME,
            "background_color": PAPER,
            "icons": _icons(),
        }
        body = json.dumps(common | content(), ensure_ascii=False)
    return HttpResponse(body, content_type="application/manifest+json")


def _visitors() -> dict[str, Any]:
    return {
        "id": "/",
        "name": _("Harbor Portal: rest stations near you"),
        "short_name": _("Harbor Portal"),
        "description": _("A place to sit down, drink and charge, for everybody who works outdoors. Free of charge."),
        "start_url": reverse("home"),
        "scope": "/",
        "categories": ["navigation", "utilities"],
        "shortcuts": [
            {"name": _("Open now"), "url": f"{reverse('home')}?open=now"},
            {"name": _("Station list"), "url": reverse("stations")},
        ],
    }


def _keepers() -> dict[str, Any]:
    start = reverse("admin:my_station")
    return {
        "id": start,
        "name": _("Harbor Portal: my station"),
        "short_name": _("My station"),
        "description": _("Open the day, count visits, and say what is broken or missing."),
        "start_url": start,
        "scope": reverse("admin:index"),
        "categories": ["productivity"],
        "shortcuts": [{"name": _("Work to do"), "url": reverse("admin:index")}],
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
