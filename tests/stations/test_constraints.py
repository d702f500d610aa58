"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from stations.models import Station
from tests.factories import make_station


@pytest.mark.django_db
@pytest.mark.parametrize(
    "place",
    [
        {"longitude": 117.02, "latitude": None},
        {"longitude": None, "latitude": 36.66},
        {"longitude": 181.0, "latitude": 36.66},
        {"longitude": 117.02, "latitude": float("nan")},
    ],
)
def test_a_place_is_whole_and_on_the_map(place: dict[str, float | None]) -> None:
    station = make_station(status="draft")
    with pytest.raises(IntegrityError, match="station_place_is_whole_and_in_range"), transaction.atomic():
        Station.objects.filter(pk=station.pk).update(**place)
