"""What a device keeps so that the portal opens without a network: pages that never change, and the files they name.

The files are found, not listed: from the pages through the imports of their modules and the addresses in their styles,
so that a new module is kept as soon as a page uses it. Names are hashed where the static files were collected and plain
where they were not; both work.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from harbor_portal.portal.views.home import home
from harbor_portal.portal.views.offline_page import offline_page

PAGES: tuple[Callable[[HttpRequest], HttpResponse], ...] = (home, offline_page)
WORKER = ("js/worker/store.js", "js/worker/answers.js", "js/worker/worker.js")
"""The scripts of the service worker, in the order in which they are loaded."""
_IN_PAGE = re.compile(r'(?:href|src)="([^"]+)"')
_IN_MODULE = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
_IN_STYLE = re.compile(r"""url\(["']?([^"')#?:]+)["']?\)""")


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
    names = sorted({name for page in pages for name in _static_names(_IN_PAGE, page, "")})
    found = _with_what_they_name(names)
    digest = hashlib.sha256()
    for content in (*pages, *found.values(), *(_source(name) for name in WORKER)):
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


def _with_what_they_name(names: list[str]) -> dict[str, str]:
    """Content by name of these static files and of all that they load, directly or not."""
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = _source(name)
            waiting += sorted(_named_in(name, found[name]))
    return found


def _named_in(name: str, content: str) -> Iterator[str]:
    if name.endswith(".js"):
        yield from _static_names(_IN_MODULE, content, dirname(name))
    elif name.endswith(".css"):
        yield from _static_names(_IN_STYLE, content, dirname(name))


def _static_names(pattern: re.Pattern[str], content: str, folder: str) -> Iterator[str]:
    """The static files that the content names, as paths below STATIC_URL; other addresses are left alone."""
    for address in pattern.findall(content):
        if address.startswith(settings.STATIC_URL):
            yield address.removeprefix(settings.STATIC_URL)
        elif folder and not address.startswith("/"):
            yield normpath(join(folder, address))


def _source(name: str) -> str:
    """The file as it is served: collected where it was collected, else from where the developer keeps it."""
    collected = Path(staticfiles_storage.path(name))
    found = collected if collected.is_file() else finders.find(name)
    if not found:
        raise FileNotFoundError(f"A page names the static file {name}, which does not exist.")
    return Path(str(found)).read_bytes().decode(errors="replace")
