"""The names that the map shows: amenities, programmes, host kinds and entry modes."""

from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from harbor_portal.lib.languages import by_language
from stations.choices import EntryMode, HostKind
from stations.facets import CATALOGUES
from stations.models import Amenity
from stations.publishing.leaves import to_json


def catalogue_content() -> bytes:
    """One query for the amenities, and what the registered catalogues need."""
    amenities = [
        {"code": amenity.code, "names": by_language(amenity), "tier": amenity.tier, "icon": amenity.icon}
        for amenity in Amenity.objects.order_by("order", "code")
    ]
    return to_json(
        {
            "amenities": amenities,
            **{key: entries() for key, entries in CATALOGUES.items()},
            "host_kinds": _labels(HostKind),
            "entry_modes": _labels(EntryMode),
        }
    )


def _labels(choices: type[TextChoices]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = {code: str(label) for code, label in choices.choices}
    return found
