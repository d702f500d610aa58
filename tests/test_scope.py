"""Whose rows a person sees."""

from django.contrib.auth.models import AnonymousUser

from stations.models import Station, Unit
from tests.conftest import World


def test_a_keeper_sees_the_station_she_keeps(world: World) -> None:
    assert set(Station.objects.visible_to(world.keeper)) == {world.station}


def test_bank_and_union_each_see_the_stations_they_operate_or_supervise(world: World) -> None:
    theirs = {world.station, world.sister}
    assert set(Station.objects.visible_to(world.officer)) == theirs
    assert set(Station.objects.visible_to(world.official)) == theirs
    assert set(Station.objects.visible_to(world.auditor)) == theirs


def test_an_outsider_sees_only_her_own(world: World) -> None:
    assert set(Station.objects.visible_to(world.outsider)) == {world.elsewhere}
    assert set(Unit.objects.visible_to(world.outsider)) == {world.other_bank}


def test_nobody_is_shown_nothing_and_the_administrator_everything(world: World) -> None:
    assert not Station.objects.visible_to(AnonymousUser()).exists()
    assert Station.objects.visible_to(world.admin).count() == 3
