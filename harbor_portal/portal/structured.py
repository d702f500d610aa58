"""What search engines and maps read: schema.org in JSON-LD."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from stations.expressions import Interval
from stations.models import Division, Photo, Station

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""The same as in Django's json_script, which knows only its own type of script."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = 1440

Span = tuple[int, int]


@dataclass(frozen=True)
class OpeningDays:
    """The hours of an ordinary week, Monday first, and of each coming day with holidays and exceptions worked in."""

    ordinary: Sequence[Sequence[Interval]]
    coming: Mapping[date, Sequence[Interval]]


@dataclass(frozen=True)
class Facts:
    """What the page knows of the station besides its own row."""

    features: Mapping[str, bool] = field(default_factory=dict)
    photos: Sequence[Photo] = ()
    path: Sequence[Division] = ()
    """From the province down."""
    hours: OpeningDays | None = None


def structured_data(station: Station, url: str, facts: Facts) -> SafeString:
    """The station as a data block. A browser does not execute it, so the CSP lets it pass."""
    data = {
        "@context": "https://schema.org",
        "@type": "CivicStructure",
        "@id": url,
        "url": url,
        "name": station.name,
        "identifier": station.code,
        "address": _address(station, facts.path),
        "isAccessibleForFree": True,
        "publicAccess": True,
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": name, "value": value}
            for name, value in facts.features.items()
        ],
        **_place(station, facts.path),
        **_known(telephone=station.phone, maximumAttendeeCapacity=station.seats),
        **_known(image=[_image(photo) for photo in facts.photos]),
        **(opening_hours(facts.hours) if facts.hours else {}),
    }
    return data_block(data)


def data_block(data: Mapping[str, Any]) -> SafeString:
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  # escaped above


def opening_hours(days: OpeningDays) -> dict[str, list[dict[str, Any]]]:
    """Ordinary weekdays, and the coming days that differ from them; what is uncertain is not promised.

    Nor is it denied: of a coming day of which no hour is certain nothing is said, as there is no word for that.
    Closing before opening means the next day, and a day that is closed opens and closes at midnight: as Google reads
    OpeningHoursSpecification.
    """
    ordinary = [_open_spans(found) for found in days.ordinary]
    if not any(ordinary) and not any(map(_open_spans, days.coming.values())):
        return {}
    special = [
        {"@type": "OpeningHoursSpecification", "validFrom": str(first), "validThrough": str(last), **_span(span)}
        for first, last, spans in _different(ordinary, days.coming)
        for span in spans or ((0, 0),)
    ]
    return {"openingHoursSpecification": list(_weekly(ordinary)), **_known(specialOpeningHoursSpecification=special)}


def _weekly(ordinary: list[tuple[Span, ...]]) -> Iterator[dict[str, Any]]:
    """One specification for each span of each kind of day."""
    for spans in dict.fromkeys(ordinary):
        names = [name for name, own in zip(WEEKDAYS, ordinary, strict=True) if own == spans]
        for span in spans:
            yield {"@type": "OpeningHoursSpecification", "dayOfWeek": names, **_span(span)}


def _different(
    ordinary: list[tuple[Span, ...]], coming: Mapping[date, Sequence[Interval]]
) -> Iterator[tuple[date, date, tuple[Span, ...]]]:
    """The days whose hours are not those of their weekday: first and last of a run of equal ones, and their hours."""
    spans = {day: own for day, found in coming.items() if (own := _open_spans(found)) or not found}
    other = sorted(day for day, own in spans.items() if own != ordinary[day.weekday()])
    # In a run of days, day and number grow together.
    runs = groupby(enumerate(other), key=lambda item: (item[1] - timedelta(days=item[0]), spans[item[1]]))
    for (_start, own), run in runs:
        days = [day for _number, day in run]
        yield days[0], days[-1], own


def _open_spans(found: Sequence[Interval]) -> tuple[Span, ...]:
    return tuple((item.start, item.end) for item in found if item.state == "open")


def _span(span: Span) -> dict[str, str]:
    start, end = span
    if end - start >= DAY:
        return {"opens": "00:00", "closes": "23:59"}
    return {"opens": _clock(start), "closes": _clock(end)}


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _address(station: Station, path: Sequence[Division]) -> dict[str, str]:
    region, locality = (*[division.name for division in path[:2]], "", "")[:2]
    return {
        "@type": "PostalAddress",
        "streetAddress": station.address,
        **_known(addressLocality=locality, addressRegion=region),
        "addressCountry": "CN",
    }


def _place(station: Station, path: Sequence[Division]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if station.longitude is not None:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": station.longitude, "latitude": station.latitude}
    if path:
        area = path[-1]
        url = settings.PUBLIC_URL + reverse("division", args=[area.code])
        found["containedInPlace"] = {"@type": "AdministrativeArea", "name": area.name, "url": url}
    return found


def _image(photo: Photo) -> dict[str, Any]:
    return {
        "@type": "ImageObject",
        "contentUrl": settings.PUBLIC_URL + photo.url,
        "width": photo.width,
        "height": photo.height,
        **_known(caption=photo.caption),
    }


def _known(**values: Any) -> dict[str, Any]:
    """Without those of which nothing is known."""
    return {name: value for name, value in values.items() if value}
