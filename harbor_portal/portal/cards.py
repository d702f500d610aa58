"""The picture beside a shared link that has no photo of its own."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _


def portal_card() -> dict[str, Any]:
    return {
        "url": settings.PUBLIC_URL + static("img/card.png"),
        "width": 1200,
        "height": 630,
        "alt": _("Harbor Portal"),
    }
