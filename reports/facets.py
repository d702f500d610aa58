"""What the public reads of stars."""

from datetime import date

from reports.models import Assessment
from stations.models import Station


def shown_stars(station: Station, today: date) -> list[Assessment]:
    """In force, and shown by an official; each with the unit that gave it. One query."""
    rows = Assessment.objects.all().in_force(today)
    shown = rows.filter(station=station, round__is_public=True, star__gt=0)
    return list(shown.select_related("round__unit").defer("lines", "now_lines").order_by("-since", "pk"))
