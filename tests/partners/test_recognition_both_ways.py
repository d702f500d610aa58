"""Mutual recognition: what one side hangs by its agreement, the other hangs by its own, drafted from that one."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from harbor_portal.lib.errors import Refused
from partners.actions.agreement_answers import answer_agreement
from partners.actions.agreements import end_agreement, renew_agreement, sign_agreement
from partners.models import Agreement, Partner, Plate, Programme
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member, make_partner, make_programme, make_station
from tests.office.desk import as_
from tests.partners.agreeing import draft, recognise

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def union_officer(world: World) -> User:
    return make_member(world.district_union, Role.OFFICER, "union_officer", name="工会专员")


@pytest.fixture
def ours(world: World) -> Programme:
    return make_programme("ccb_harbor", "劳动者港湾")


@pytest.fixture
def theirs(world: World) -> Partner:
    return make_partner(world.branch, name="历下区总工会", unit=world.district_union)


def page_of(user: User, agreement: Agreement) -> Any:
    return as_(user).get(f"/admin/partners/agreement/{agreement.pk}/change/")


def press(user: User, agreement: Agreement) -> Any:
    return as_(user).post(f"/admin/partners/agreement/{agreement.pk}/answer/")


def bearing(programme: Programme | None) -> set[str]:
    rows: Any = Plate.objects.filter(programme=programme)
    return set(rows.on(TODAY).values_list("station__name", flat=True))


def test_one_press_of_the_other_side_drafts_it_and_signed_it_hangs_the_other_plates(
    world: World, union_officer: User, ours: Programme, theirs: Partner
) -> None:
    own = make_station("泉城广场驿站", operator=world.district_union)
    agreement = recognise(world.officer, world.branch, partner=theirs, own_programme=ours)
    assert bearing(agreement.programme) == {world.station.name, world.sister.name}
    assert "and the other way round" not in page_of(world.officer, agreement).text
    assert "its officers draft that from this page" in page_of(world.officer, agreement).text
    assert "Draft it: ccb_harbor at the stations of 历下区总工会" in page_of(union_officer, agreement).text
    assert press(union_officer, agreement).status_code == 302
    other = Agreement.objects.get(answers=agreement)
    assert (other.unit, other.covered_unit) == (world.district_union, world.district_union)
    assert (other.programme, other.own_programme) == (ours, agreement.programme)
    assert (other.since, other.until, other.signed_date) == (TODAY, agreement.until, None)
    assert "历下区总工会 has drafted it" in page_of(world.officer, agreement).text
    sign_agreement(agreement=other, day=TODAY, by=union_officer)
    assert bearing(ours) == {own.name, world.station.name, world.sister.name}
    for user, one, linked in ((world.officer, agreement, other), (union_officer, other, agreement)):
        assert f"/admin/partners/agreement/{linked.pk}/change/" in page_of(user, one).text
    assert press(union_officer, agreement).status_code == 403, "it is agreed once"


def test_whoever_may_not_speak_for_the_other_side_drafts_nothing(
    world: World, union_officer: User, ours: Programme, theirs: Partner
) -> None:
    agreement = recognise(world.officer, world.branch, world.station, partner=theirs, own_programme=ours)
    one_sided = recognise(world.officer, world.branch, world.station, partner=theirs)
    no_unit = recognise(world.officer, world.branch, world.station, partner=make_partner(), own_programme=ours)
    unsigned = draft(
        world.officer,
        world.branch,
        kind="recognition",
        partner=theirs,
        programme=agreement.programme,
        own_programme=ours,
    )
    over = recognise(world.officer, world.branch, world.station, partner=theirs, own_programme=ours)
    end_agreement(agreement=over, last=date(2026, 11, 22), reason="到此为止", by=world.officer)
    assert "Name a partner that is a unit here" in page_of(world.officer, no_unit).text
    assert Client().post(f"/admin/partners/agreement/{agreement.pk}/answer/").status_code == 302
    for user, status in ((world.officer, 403), (world.official, 403), (world.keeper, 403), (world.outsider, 404)):
        assert press(user, agreement).status_code == status, user
    for one, status in ((one_sided, 403), (no_unit, 403), (unsigned, 404), (over, 403)):
        assert press(union_officer, one).status_code == status, one
    with pytest.raises(Refused, match="The other way round"):
        answer_agreement(agreement=agreement, by=world.officer)
    assert not Agreement.objects.exclude(answers=None).exists()


def test_the_unit_that_is_the_partner_sees_what_was_signed_with_it(
    world: World, union_officer: User, theirs: Partner
) -> None:
    own = make_station("别处的站", operator=world.other_bank)
    signed = recognise(world.outsider, world.other_bank, own, partner=theirs)
    unsigned = draft(world.outsider, world.other_bank, own, partner=theirs)
    assert page_of(union_officer, signed).status_code == 200
    assert page_of(union_officer, unsigned).status_code == 302
    assert page_of(world.officer, signed).status_code == 302


@pytest.mark.parametrize("first", ["agreement", "other"])
def test_renewed_by_both_they_belong_together_again(
    world: World, union_officer: User, ours: Programme, theirs: Partner, first: str
) -> None:
    agreement = recognise(world.officer, world.branch, partner=theirs, own_programme=ours)
    other = answer_agreement(agreement=agreement, by=union_officer)
    sign_agreement(agreement=other, day=TODAY, by=union_officer)
    until = date(2027, 12, 31)
    order = [(agreement, world.officer), (other, union_officer)]
    for one, by in order if first == "agreement" else order[::-1]:
        renew_agreement(agreement=one, until=until, by=by)
    assert Agreement.objects.get(renews=other).answers == Agreement.objects.get(renews=agreement)
