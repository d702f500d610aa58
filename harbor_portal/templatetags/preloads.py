"""What the head of a page asks for early, so that a module is not found out only when the one before it has come."""

from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from harbor_portal.lib.static_files import with_what_they_name

register = template.Library()


@register.simple_tag
def module_preloads(*names: str) -> SafeString:
    """Links to these modules and all that they import, directly or not, nearest first."""
    served = tuple(static(name).removeprefix(settings.STATIC_URL) for name in names)
    found = _find(served) if settings.DEBUG else _remembered(served)
    return format_html_join(
        "\n", '<link rel="modulepreload" href="{}" />', ((settings.STATIC_URL + name,) for name in found)
    )


def _find(served: tuple[str, ...]) -> list[str]:
    return list(with_what_they_name(served))


_remembered = cache(_find)
