"""A ledger of October 2026, with the September and the year before, rolled up."""

import pytest

from reports.rollups.adding_up import roll_up
from services.choices import Method, WorkerGroup
from tests.conftest import KEPT_WORLD, World, make_world
from tests.remade import Remade
from tests.reports.builders import OCTOBER, count, hand_over, october, record

SEPTEMBER, LAST_OCTOBER = OCTOBER.plus(-1), OCTOBER.plus(-12)


def make_ledger() -> World:
    """The branch: 30 visits in October, of which the station has 20 and its sister 10 before she is handed over.

    Beside the station's 12 by the gate stand 7 tallied. In September 40; nothing a year before.
    """
    world = make_world()
    record(world.station, october(1), Method.GATE)
    count(world.station, october(1), 12, method=Method.GATE)
    count(world.station, october(1), 7)
    record(world.station, october(2), Method.TALLY)
    count(world.station, october(2), 5, WorkerGroup.SANITATION)
    count(world.station, october(2), 3, WorkerGroup.ELDERLY)
    record(world.station, october(3), nil=True)
    count(world.sister, october(10), 9)
    count(world.sister, october(11), 1, WorkerGroup.PUBLIC)
    count(world.sister, october(20), 100)
    hand_over(world.sister, october(16), world.other_bank)
    count(world.station, SEPTEMBER.first, 40)
    for month in (OCTOBER, SEPTEMBER, LAST_OCTOBER):
        roll_up(month)
    return world


KEPT_LEDGER = Remade(make_ledger)


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> World:
    """With the ledger in it where a test asks for both."""
    return KEPT_LEDGER() if "ledger" in request.fixturenames else KEPT_WORLD()


@pytest.fixture
def ledger(world: World) -> World:
    return world
