"""Where the demo is not made."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from stations.models import Station, User
from tests.factories import make_station

pytestmark = pytest.mark.django_db


def test_a_database_with_stations_is_left_alone() -> None:
    make_station()
    call_command("seed_demo", stdout=StringIO())
    assert Station.objects.count() == 1
    assert not User.objects.exists()


def test_it_refuses_in_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PORTAL_ENV"):
        call_command("seed_demo")
