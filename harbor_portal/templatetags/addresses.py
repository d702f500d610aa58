"""A page's address in every language."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from harbor_portal.portal.cards import portal_card
from harbor_portal.portal.languages import PARAMETER, address_in, addresses_by_language

register = template.Library()


@register.simple_tag(takes_context=True)
def page_addresses(context: Mapping[str, Any]) -> SafeString:
    """The canonical address of the page, and the same page in every language.

    A view that answers at several addresses names its own as `canonical_path`; `canonical_query` is what of the query
    makes it a page of its own.
    """
    request = context["request"]
    path, query = context.get("canonical_path", request.path), context.get("canonical_query", "")
    said = request.GET.get(PARAMETER, "")
    language = said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    alternates = [*addresses_by_language(path, query), ("x-default", address_in(settings.LANGUAGE_CODE, path, query))]
    return format_html('<link rel="canonical" href="{}" />', address_in(language, path, query)) + format_html_join(
        "", '<link rel="alternate" hreflang="{}" href="{}" />', alternates
    )


register.simple_tag(portal_card)


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that the page is not in."""
    return [(code, name) for code, name in settings.LANGUAGES if code != get_language()]
