"""What search engines read of an activity: schema.org/Event in JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from harbor_portal.portal.structured import data_block
from services.activity_choices import ActivityStatus
from services.models import Activity, ActivityPhoto
from stations.models import Station

SCHEMA = "https://schema.org"


def event_data(activity: Activity, url: str, stations: Sequence[Station], photos: Sequence[ActivityPhoto]) -> Any:
    """The activity as a data block."""
    is_cancelled = activity.status == ActivityStatus.CANCELLED
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": str(activity),
        "startDate": timezone.localtime(activity.starts_at).isoformat(),
        "endDate": timezone.localtime(activity.ends_at).isoformat(),
        "eventStatus": f"{SCHEMA}/Event{'Cancelled' if is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "organizer": {"@type": "Organization", "name": str(activity.organiser)},
        "location": [_place(station) for station in stations] or [_elsewhere(activity)],
    }
    if activity.description:
        data["description"] = activity.description
    if activity.capacity:
        data["maximumAttendeeCapacity"] = activity.capacity
    if photos:
        data["image"] = [settings.PUBLIC_URL + photo.url for photo in photos]
    return data_block(data)


def _place(station: Station) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Place",
        "name": station.name,
        "url": settings.PUBLIC_URL + station.get_absolute_url(),
        "address": {"@type": "PostalAddress", "streetAddress": station.address, "addressCountry": "CN"},
    }
    if station.longitude is not None:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": station.longitude, "latitude": station.latitude}
    return found


def _elsewhere(activity: Activity) -> dict[str, Any]:
    address: dict[str, str] = {"@type": "PostalAddress", "streetAddress": activity.place, "addressCountry": "CN"}
    if activity.division:
        address["addressLocality"] = activity.division.name
    return {"@type": "Place", "name": activity.place, "address": address}
