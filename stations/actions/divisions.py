"""Giving divisions a point of reference: the country's list has none for streets and towns."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.geo import MAX_LATITUDE
from stations.models import Division

Point = tuple[str, str, str]
"""Code of the division, longitude and latitude in degrees of WGS-84, as text."""
AT_ONCE = 1000


@transaction.atomic
def place_divisions(*, points: Sequence[Point]) -> int:
    """Enter all of them or, with the first that is wrong named, none; answers how many."""
    known = Division.objects.in_bulk([code for code, _longitude, _latitude in points])
    placed = []
    for number, (code, longitude, latitude) in enumerate(points, start=1):
        if code not in known:
            raise Invalid(
                "code", _("Point %(number)d: there is no division %(code)s.") % {"number": number, "code": code}
            )
        known[code].longitude, known[code].latitude = _place(number, longitude, latitude)
        placed.append(known[code])
    Division.objects.bulk_update(placed, ["longitude", "latitude"], batch_size=AT_ONCE)
    return len(placed)


def _place(number: int, longitude: str, latitude: str) -> tuple[float, float]:
    try:
        place = float(longitude), float(latitude)
    except ValueError:
        place = float("nan"), float("nan")
    if not (abs(place[0]) <= 180 and abs(place[1]) <= MAX_LATITUDE):
        words = {"number": number, "place": f"{longitude}, {latitude}"}
        raise Invalid("longitude", _("Point %(number)d: “%(place)s” is no longitude and latitude.") % words)
    return place
