"""The stories of a station or a partner, for the page of either."""

from typing import Any

from django.utils import timezone

from partners.models import Partner
from services.models import Story
from stations.models import Station

SHOWN = 3


def stories_of(whose: Station | Partner) -> dict[str, Any]:
    """The last ones, and whether there are more. One query."""
    about = {"station" if isinstance(whose, Station) else "partner": whose}
    rows: Any = Story.objects.filter(**about)
    found = list(rows.shown_on(timezone.localdate()).order_by("-published_at", "-pk")[: SHOWN + 1])
    return {"stories": found[:SHOWN], "has_more_stories": len(found) > SHOWN}
