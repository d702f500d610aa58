"""Stages of programmes on the desk: what falls behind an even pace is told to the owner's officers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.actions.programmes import save_stages
from partners.actions.standings import settle_stages
from partners.models import ProgrammeStage
from partners.tasks import settle_agreements
from tests.conftest import World
from tests.factories import make_plate, make_programme
from tests.office.desk import as_, figures, shown

pytestmark = pytest.mark.django_db
LIST = "/admin/partners/programme/"


def test_a_stage_behind_its_pace_is_work_of_the_owners_officers_until_it_catches_up(world: World) -> None:
    today = timezone.localdate()
    programme = make_programme(owner=world.branch)
    days = {"first": today - timedelta(days=50), "last": today + timedelta(days=50)}
    stage = ProgrammeStage(programme=programme, kind="roll_out", goal=2, **days)
    save_stages(by=world.officer, programme=programme, stages=[stage])
    for user, count in ((world.officer, 1), (world.outsider, 0), (world.admin, 1)):
        assert figures(user)["stage=behind"] == shown(as_(user), f"{LIST}?stage=behind") == count
    assert "stage=behind" not in figures(world.official)
    assert not stage.history.filter(history_type="~").exists()
    make_plate(world.station, programme)
    settle_agreements()
    assert figures(world.officer)["stage=behind"] == shown(as_(world.officer), f"{LIST}?stage=behind") == 0
    assert settle_stages(today=today + timedelta(days=50)) == 1
    assert settle_stages(today=today + timedelta(days=51)) == 0, "what is over is nobody's work any more"
