"""Batches of money by programs: what the pages do, by the same rules."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from services.grant_choices import GrantState
from services.models import Grant, GrantBatch
from tests.conftest import World
from tests.factories import make_batch, make_grant
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db


def batch(**given: Any) -> dict[str, Any]:
    return {"title": "运行补助", "kind": "run", "unit": "CCB-JN", "year": 2026, "budget": "10000.50"} | given


def test_a_batch_is_announced_once_and_changed(world: World) -> None:
    client = with_key(world.officer)
    made = [send(client, "batches/", **batch(terms="按季度申请")).json() for _again in range(2)]
    assert (made[0], made[0]["budget"], made[0]["until"]) == (made[1], 10000.5, None)
    assert error(send(client, "batches/", **batch(budget="5"))) == (409, "stale")
    line = GrantBatch.history.get()
    assert (line.history_user, line.history_device) == (world.officer, "API · 门口计数器")
    path = f"batches/{made[0]['id']}/"
    changed = send(client, path, "patch", until="2026-12-31", kind="build", year=2020).json()
    assert (changed["until"], changed["kind"], changed["year"]) == ("2026-12-31", "run", 2026)
    assert GrantBatch.history.latest("history_id").history_user == world.officer
    assert client.get(f"{API}batches/", {"kind": "run"}).json() == {"next": None, "results": [changed]}
    grant = make_grant(world.station, GrantBatch.objects.get(), world.officer)
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.APPROVED, amount=Decimal(2000))
    assert fields(send(client, path, "patch", budget="1999")) == ["budget"]
    assert send(client, path, "patch", budget="2000").json()["budget"] == 2000


def test_batches_are_written_by_those_who_may(world: World) -> None:
    own, above, strange = (make_batch(unit) for unit in (world.branch, world.bank, world.other_bank))
    officer, auditor = with_key(world.officer), with_key(world.auditor)
    assert error(send(Client(), "batches/", **batch())) == (401, "not_authenticated")
    assert error(send(auditor, "batches/", **batch())) == (403, "refused")
    assert error(send(auditor, f"batches/{own.pk}/", "patch", budget="9")) == (403, "refused")
    assert error(send(officer, f"batches/{above.pk}/", "patch", budget="9")) == (403, "refused")
    assert error(send(officer, f"batches/{strange.pk}/", "patch", budget="9")) == (404, "not_found")
    for given, field in (
        ({"unit": "ICBC"}, "unit"),
        ({"kind": "x"}, "kind"),
        ({"year": 26}, "year"),
        ({"budget": "0"}, "budget"),
        ({"budget": "1.005"}, "budget"),
        ({"title": ""}, "title"),
    ):
        assert fields(send(officer, "batches/", **batch(**given))) == [field]
    make_batch(world.branch, title="又一批")
    assert fields(send(officer, f"batches/{own.pk}/", "patch", title="又一批")) == [""]
    assert set(GrantBatch.objects.values_list("budget", flat=True)) == {Decimal(10_000)}
