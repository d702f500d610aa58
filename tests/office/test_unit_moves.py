"""The page on which a unit is put below another one."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stations.actions.units import move_unit
from stations.models import Unit, UnitMove, User
from tests.conftest import World
from tests.factories import make_member, make_unit
from tests.office.desk import as_

NOVEMBER = date(2026, 11, 1)
TYPED = {"since": "2026-11-01", "reason": "机构调整"}


@pytest.fixture
def other(world: World) -> Unit:
    return make_unit("青岛分行", world.bank, code="CCB-QD")


@pytest.fixture
def head(world: World) -> User:
    return make_member(world.bank, name="总行专员")


def address(unit: Unit) -> str:
    return reverse("admin:stations_unit_move", args=[unit.pk])


def test_an_officer_above_both_moves_a_unit_and_reads_what_that_means(world: World, other: Unit, head: User) -> None:
    make_unit("泉城支行", world.branch, code="CCB-JN-1")
    client = as_(head)
    unit_page = reverse("admin:stations_unit_change", args=[world.branch.pk])
    assert address(world.branch) in client.get(unit_page).content.decode()
    page = client.get(address(world.branch))
    assert "1 unit below it goes along, and 2 stations." in " ".join(page.text.split())
    assert [unit.code for unit in page.context["form"].fields["parent"].queryset] == ["CCB", "CCB-QD"]
    answer = client.post(address(world.branch), TYPED | {"parent": other.pk}, follow=True)
    assert answer.redirect_chain == [(unit_page, 302)]
    assert "Since 2026-11 济南分行 stands below 青岛分行." in answer.content.decode()
    move = UnitMove.objects.get()
    assert (move.unit, move.new_parent, move.by, move.reason) == (world.branch, other, head, "机构调整")
    assert "机构调整" in client.get(address(world.branch)).content.decode()


def test_who_does_not_lead_the_units_above_is_refused(world: World, other: Unit) -> None:
    assert Client().get(address(world.branch)).status_code == 302
    for who, status in ((world.officer, 403), (world.auditor, 403), (world.outsider, 404), (world.keeper, 404)):
        assert as_(who).get(address(world.branch)).status_code == status, who
        assert as_(who).post(address(world.branch), TYPED | {"parent": other.pk}).status_code == status, who
    assert not UnitMove.objects.exists()
    page = as_(world.officer).get(reverse("admin:stations_unit_change", args=[world.branch.pk]))
    assert address(world.branch) not in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"since": "2026-11-15"}, "since"),
        ({"since": "2026-12-01"}, "since"),
        ({"reason": ""}, "reason"),
        ({"reason": "久" * 101}, "reason"),
        ({"parent": ""}, "parent"),
        ({"parent": "union"}, "parent"),
        ({"parent": "itself"}, "parent"),
        ({"parent": "same"}, "parent"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    world: World, other: Unit, head: User, typed: dict[str, Any], field: str
) -> None:
    units = {"union": world.union.pk, "itself": world.branch.pk, "same": world.bank.pk}
    sent = TYPED | {"parent": other.pk} | typed
    sent["parent"] = units.get(str(sent["parent"]), sent["parent"])
    answer = as_(head).post(address(world.branch), sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not UnitMove.objects.exists()


def test_a_locked_month_is_refused_with_the_reason(
    world: World, other: Unit, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stations.policies.SPAN_LOCKS", [lambda *_asked: "Locked: handed in"])
    answer = as_(head).post(address(world.branch), TYPED | {"parent": other.pk})
    assert answer.context["form"].non_field_errors() == ["Locked: handed in"]
    assert not UnitMove.objects.exists()


def test_the_page_asks_as_often_for_many_moves_as_for_one(world: World, other: Unit, head: User) -> None:
    client = as_(head)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address(world.branch))
        return len(asked)

    move_unit(unit=world.branch, parent=other, by=head, since=NOVEMBER, reason="一")
    one = queries()
    for parent in (world.bank, other) * 3:
        move_unit(unit=world.branch, parent=parent, by=head, since=NOVEMBER, reason="多")
    assert queries() == one
