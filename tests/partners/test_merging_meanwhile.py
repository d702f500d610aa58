"""While one partner is merged into another, nobody writes anything new that names the duplicate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from partners.actions.partner_merging import merge_partners
from partners.actions.special import add_special
from partners.models import Partner
from services.actions.activities import plan_activity
from services.actions.supplies import Supply, move_supply
from services.actions.wish_claims import take_on
from services.choices import SupplyMove
from tests.beside import beside, wait_until_it_waits
from tests.conftest import World
from tests.factories import make_partner
from tests.partners.agreeing import cups, draft
from tests.services.telling import tell_story
from tests.services.wishing import on_wall

pytestmark = pytest.mark.django_db(transaction=True)


def ways(world: World, named: Partner) -> dict[str, Callable[[], Any]]:
    by, begin, today = world.officer, timezone.now() + timedelta(days=3), timezone.localdate()
    facts: Any = {"kind": "lecture", "title": "讲座", "organiser": world.branch}
    dates = [(begin, begin + timedelta(hours=1))]
    wish, given = on_wall(world), Supply(cups(), SupplyMove.IN, 10, donor=named)
    return {
        "agreement": lambda: draft(by, world.branch, partner=named),
        "special": lambda: add_special(by=by, station=world.station, theme="书屋", since=today, partner=named),
        "activity": lambda: plan_activity(by=by, stations=[world.station], dates=dates, partners=[named], **facts),
        "wish": lambda: take_on(wish=wish, by=by, partner=named),
        "story": lambda: tell_story(by, world.branch, partner=named),
        "supply": lambda: move_supply(station=world.station, supply=given, day=today, by=by),
    }


@pytest.mark.parametrize("what", ["agreement", "special", "activity", "wish", "story", "supply"])
def test_what_is_written_meanwhile_names_the_one_that_stays_or_nobody(world: World, what: str) -> None:
    duplicate, kept = make_partner(world.branch, name="快递协会（重复）"), make_partner(world.branch, name="快递协会")
    write = ways(world, duplicate)[what]
    with transaction.atomic():
        merge_partners(by=world.officer, duplicate=duplicate, into=kept, reason="同一家")
        thread, came = beside(write)
        wait_until_it_waits(thread)
    thread.join()
    assert came == ["“快递协会（重复）” was merged into “快递协会”: write there instead."]
