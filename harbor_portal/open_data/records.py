"""A station as the files give it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from stations.models import Division, StationCard

CHUNK = 2000


@dataclass(frozen=True)
class Published:
    """`record` is the card's, as in the API; `places` are province, city and district, "" where there is none."""

    code: str
    record: dict[str, Any]
    places: tuple[str, str, str]
    changed_at: datetime

    @property
    def url(self) -> str:
        return settings.PUBLIC_URL + reverse("station", args=[self.code])

    @property
    def changed(self) -> str:
        return timezone.localtime(self.changed_at).isoformat(timespec="seconds")


def published_stations() -> Iterator[Published]:
    """All of them in the order of their codes. Two queries; the second is read as it is consumed."""
    names = dict(Division.objects.exclude(level="township").values_list("code", "name"))
    cards = StationCard.objects.order_by("code").values_list("code", "record", "changed_at")
    for code, record, changed_at in cards.iterator(chunk_size=CHUNK):
        yield Published(code, record, _places(record["division"] or "", names), changed_at)


def _places(division: str, names: dict[str, str]) -> tuple[str, str, str]:
    province, city, district = f"{division[:2]}0000", f"{division[:4]}00", division[:6]
    return (
        names.get(province, ""),
        names.get(city, "") if city != province else "",
        names.get(district, "") if district not in {province, city} else "",
    )
