"""What a device keeps so that the portal opens without a network: pages that never change, and the files they name.

The files are found, not listed: from the pages through the imports of their modules and the addresses in their styles,
so that a new module is kept as soon as a page uses it. Names are hashed where the static files were collected and plain
where they were not; both work.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from harbor_portal.lib.static_links import named_in_page, source, with_what_they_name
from harbor_portal.portal.views.home import home
from harbor_portal.portal.views.offline_page import offline_page
from harbor_portal.portal.views.tell_us import tell_anywhere

PAGES: tuple[Callable[[HttpRequest], HttpResponse], ...] = (home, offline_page, tell_anywhere)
WORKER = ("js/worker/store.js", "js/worker/answers.js", "js/worker/districts.js", "js/worker/worker.js")
"""The scripts of the service worker, in the order in which they are loaded."""


@dataclass(frozen=True)
class Shell:
    """`version` changes with every byte of it; `files` are addresses."""

    version: str
    files: tuple[str, ...]
    is_hashed: bool


def shell() -> Shell:
    """The shell as this process serves it; found once, except where somebody is at work on it (DEBUG)."""
    return find_shell() if settings.DEBUG else remembered_shell()


def find_shell() -> Shell:
    pages = [_render(page, language) for language, _ in settings.LANGUAGES for page in PAGES]
    found = with_what_they_name(sorted({name for page in pages for name in named_in_page(page)}))
    digest = hashlib.sha256()
    for content in (*pages, *found.values(), *(source(name) for name in WORKER)):
        digest.update(hashlib.sha256(content.encode()).digest())
    return Shell(
        version=digest.hexdigest()[:12],
        files=tuple(settings.STATIC_URL + name for name in found),
        is_hashed=isinstance(staticfiles_storage, ManifestStaticFilesStorage),
    )


remembered_shell = cache(find_shell)


def _render(page: Callable[[HttpRequest], HttpResponse], language: str) -> str:
    """The page as anybody gets it: these pages depend on nothing but the language."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = "/"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    with override(language):
        return page(request).content.decode()
