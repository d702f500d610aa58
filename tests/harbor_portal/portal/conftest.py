"""Published stations: what the public pages read."""

from collections.abc import Callable

import pytest

from stations.models import Station, StationCard
from stations.publishing.cards import refresh_cards, refresh_live

Publish = Callable[[], list[StationCard]]


@pytest.fixture
def publish(db: None) -> Publish:
    """Write the cards of all stations, as the publisher does."""

    def write() -> list[StationCard]:
        ids = list(Station.objects.values_list("pk", flat=True))
        refresh_cards(ids)
        refresh_live(ids)
        return list(StationCard.objects.order_by("code"))

    return write
