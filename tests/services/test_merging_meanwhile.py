"""A keeper taps while somebody merges the station: the visit is counted where it belongs, or refused with a word."""

import pytest
from django.db import transaction
from django.db.models import Sum

from services.actions.ledger import locked_day
from services.models import Visit, VisitEntry
from stations.actions.merging import merge_stations
from tests.beside import beside, wait_until_it_waits
from tests.conftest import World
from tests.services.conftest import TODAY, count_visits

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_tap_that_was_under_way_goes_along(world: World) -> None:
    count_visits(world.officer, world.sister, 2)
    with transaction.atomic():
        locked_day(world.sister, TODAY, world.officer)
        merging, _came = beside(
            lambda: merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
        )
        wait_until_it_waits(merging)
        count_visits(world.officer, world.sister, 3)
    merging.join()
    assert Visit.objects.get().count == 5
    assert VisitEntry.objects.filter(station=world.station).aggregate(figure=Sum("change"))["figure"] == 5


@pytest.mark.parametrize("has_begun", [True, False], ids=["a day on record", "the first tap of the day"])
def test_a_tap_that_comes_while_it_is_merged_is_told_where_to_record(world: World, *, has_begun: bool) -> None:
    if has_begun:
        count_visits(world.officer, world.sister, 2)
    with transaction.atomic():
        merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
        tapping, came = beside(lambda: count_visits(world.officer, world.sister, 3))
        wait_until_it_waits(tapping)
    tapping.join()
    assert "record there" in str(came)
    assert not Visit.objects.filter(station=world.sister).exists()
