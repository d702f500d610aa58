"""Two programs send the same at the same moment: it is written once, and both are answered with it."""

from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from partners.models import Plate, SpecialStation
from stations.models import Honour, Station
from tests.beside import beside, wait_until_it_waits
from tests.conftest import World
from tests.factories import make_programme
from tests.services.api.test_office_writes import send
from tests.stations.api.test_keys import with_key

pytestmark = pytest.mark.django_db(transaction=True)


def answer(client: Client, path: str, said: dict[str, Any]) -> str:
    response = send(client, path, **said)
    return str(response.json()["id"]) if response.status_code == 200 else response.text


@pytest.mark.parametrize(
    ("path", "model", "given"),
    [
        ("plates/", Plate, {"programme": "ccb_harbor", "since": "2026-07-20"}),
        ("special-stations/", SpecialStation, {"theme": "共享书屋", "since": "2026-07-01"}),
        ("honours/", Honour, {"title": "最美驿站", "level": "city", "year": 2025}),
    ],
)
def test_what_two_send_at_once_is_written_once(world: World, path: str, model: Any, given: dict[str, Any]) -> None:
    make_programme()
    said = given | {"station": world.station.code}
    clients = [with_key(world.officer, name) for name in ("甲", "乙")]
    with transaction.atomic():
        Station.objects.select_for_update().get(pk=world.station.pk)
        sending = []
        for number, client in enumerate(clients, 1):
            sending.append(beside(partial(answer, client, path, said)))
            wait_until_it_waits(sending[-1][0], number)
    for thread, _came in sending:
        thread.join()
    row = str(model.objects.get().pk)
    assert [came for _thread, came in sending] == [[row], [row]]
