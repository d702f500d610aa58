"""A city with its districts, so that names and distances can be judged."""

import pytest

from stations.choices import DivisionLevel
from stations.models import Division
from tests.factories import make_amenity, make_division, make_programme

DISTRICTS = {
    "370103": ("市中区", 116.99562, 36.57459),
    "370104": ("槐荫区", 116.87579, 36.68773),
    "370105": ("天桥区", 116.96303, 36.76507),
    "370112": ("历城区", 117.24646, 36.61254),
}


@pytest.fixture
def city(db: None) -> Division:
    """Jinan with five districts and one street of 历下区."""
    for code, (name, longitude, latitude) in DISTRICTS.items():
        make_division(code, name, longitude=longitude, latitude=latitude)
    district = make_division()
    city = district.parent
    assert city is not None
    Division.objects.filter(pk=city.pk).update(longitude=117.02, latitude=36.66)
    Division.objects.create(code="370102004", name="泉城路街道", level=DivisionLevel.TOWNSHIP, parent=district)
    return city


@pytest.fixture
def catalogue(db: None) -> None:
    """Three amenities and two programmes."""
    make_amenity("water", name="饮水机")
    make_amenity("toilet", name="卫生间")
    make_amenity("air_conditioning", name="空调/冷暖设备")
    make_programme()
    make_programme("union_station", "工会驿站")
