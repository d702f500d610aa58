"""What static files load in their turn: the imports of modules, the addresses in styles.

It is found, not listed, so that a new module counts as soon as something imports it. Names are hashed where the static
files were collected and plain where they were not; both work.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import dirname, join, normpath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

_IN_PAGE = re.compile(r'(?:href|src)="([^"]+)"')
_IN_MODULE = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
_IN_STYLE = re.compile(r"""url\(["']?([^"')#?:]+)["']?\)""")


def named_in_page(content: str) -> Iterator[str]:
    """The static files that a page names."""
    return _static_names(_IN_PAGE, content, "")


def with_what_they_name(names: Sequence[str]) -> dict[str, str]:
    """Content by name of these static files and of all that they load, directly or not, nearest first."""
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = source(name)
            waiting += sorted(_named_in(name, found[name]))
    return found


def source(name: str) -> str:
    """The file as it is served: collected where it was collected, else from where the developer keeps it."""
    collected = Path(staticfiles_storage.path(name))
    found = collected if collected.is_file() else finders.find(name)
    if not found:
        raise FileNotFoundError(f"A page names the static file {name}, which does not exist.")
    return Path(str(found)).read_bytes().decode(errors="replace")


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
