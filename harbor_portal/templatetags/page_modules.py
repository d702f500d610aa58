"""What a page loads: as one file where the static files were collected, and asked for early where they were not."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from harbor_portal.lib.bundles import BUNDLES
from harbor_portal.lib.static_links import with_what_they_name

register = template.Library()


@register.simple_tag
def module_preloads(*bundles: str) -> SafeString:
    """Links to these modules and all that they import, directly or not, nearest first.

    Otherwise a module is found out only when the one that imports it has come.
    """
    found = _files(bundles)
    if not _is_collected():
        found = _find(found) if settings.DEBUG else _remembered(found)
    return _each('<link rel="modulepreload" href="{}" />', map(static, found))


@register.simple_tag
def modules(*bundles: str) -> SafeString:
    """The modules of the page themselves."""
    return _each('<script type="module" src="{}"></script>', map(static, _files(bundles)))


@register.simple_tag
def styles(*bundles: str) -> SafeString:
    """The style sheets of the page."""
    return _each('<link rel="stylesheet" href="{}" />', map(static, _files(bundles)))


def _files(bundles: tuple[str, ...]) -> tuple[str, ...]:
    return bundles if _is_collected() else tuple(name for bundle in bundles for name in BUNDLES[bundle])


def _is_collected() -> bool:
    return isinstance(staticfiles_storage, ManifestStaticFilesStorage)


def _find(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(with_what_they_name(names))


_remembered = cache(_find)


def _each(html: str, addresses: Iterable[str]) -> SafeString:
    return format_html_join("\n", html, ((address,) for address in addresses))
