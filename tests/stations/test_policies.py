"""Who may change stations."""

import pytest
from django.contrib.auth.models import AnonymousUser

from harbor_portal.lib.errors import Refused
from stations.choices import Role
from stations.policies import is_officer, refuse_unless_may_edit, refuse_unless_officer, refuse_unless_own_line
from tests.conftest import World
from tests.factories import make_member


def test_an_officer_of_the_operating_unit_or_above_may(world: World) -> None:
    refuse_unless_may_edit(world.officer, world.station)
    refuse_unless_may_edit(make_member(world.bank, Role.OFFICER), world.station)
    refuse_unless_may_edit(make_member(world.district_union, Role.OFFICER), world.station)
    refuse_unless_may_edit(world.admin, world.station)


@pytest.mark.parametrize("who", ["keeper", "official", "auditor"])
def test_keepers_reviewers_and_auditors_may_not(world: World, who: str) -> None:
    user = getattr(world, who)
    assert not is_officer(user)
    with pytest.raises(Refused, match="Only officers"):
        refuse_unless_may_edit(user, world.station)


def test_an_officer_elsewhere_may_not(world: World) -> None:
    with pytest.raises(Refused, match="other units than yours"):
        refuse_unless_may_edit(world.outsider, world.station)


def test_nobody_may_change_a_station_that_is_posted_nowhere_but_the_administrator(world: World) -> None:
    world.station.postings.all().delete()
    refuse_unless_may_edit(world.admin, world.station)
    with pytest.raises(Refused):
        refuse_unless_may_edit(world.officer, world.station)


def test_the_anonymous_and_the_inactive_may_not(world: World) -> None:
    world.officer.is_active = False
    for user in (AnonymousUser(), world.officer):
        with pytest.raises(Refused):
            refuse_unless_officer(user)


def test_a_station_goes_only_under_ones_own_units(world: World) -> None:
    refuse_unless_own_line(world.officer, [world.branch, None])
    refuse_unless_own_line(world.officer, [world.other_bank, world.branch])
    with pytest.raises(Refused, match="your own units"):
        refuse_unless_own_line(world.officer, [world.other_bank, None])
