"""Names that people edit, in every language of the portal.

The languages are the folders of `locale/` and English, in which the portal is written; see docs/languages.md.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override, pgettext

CONTEXT = "catalogue"
"""Of the English names of amenities and programmes in the translations."""


def in_language(name: str, name_en: str) -> str:
    """A name in the language of the page: as it stands in the portal's own, else the English one, translated."""
    if get_language() == settings.LANGUAGE_CODE or not name_en:
        return name
    return pgettext(CONTEXT, name_en)


def by_language(thing: Any) -> dict[str, str]:
    """What `str` says of it in each language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = str(thing)
    return found
