"""Units of whatever line offer to fulfil a wish, in their own name; and nobody takes one on whose day is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Refused
from services.actions.wish_claims import accept_claim, offer_for_unit, offer_to_fulfil, take_on
from services.models import Wish, WishClaim
from services.wish_choices import ClaimState, WishState
from stations.models import User
from tests.conftest import World
from tests.services.wishing import fulfilled, on_wall


def as_(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def page(wish: Wish) -> str:
    return f"/wishes/{wish.code}/"


def late(wish: Wish, days: int = 1) -> Wish:
    Wish.objects.filter(pk=wish.pk).update(needed_by=timezone.localdate() - timedelta(days=days))
    wish.refresh_from_db()
    return wish


def test_an_officer_of_another_line_offers_for_her_unit_and_the_nominating_one_accepts(world: World) -> None:
    wish, theirs = on_wall(world), as_(world.outsider)
    assert f'value="{world.other_bank.pk}"' in theirs.get(page(wish)).text
    assert theirs.post(page(wish), {"unit": world.other_bank.pk}).status_code == 302
    claim = WishClaim.objects.get()
    assert (claim.unit, claim.kind, claim.state, claim.asked_by) == (world.other_bank, "unit", "asked", world.outsider)
    assert "Offered" in theirs.get(page(wish)).text
    own = as_(world.officer)
    assert str(world.other_bank) in own.get(reverse("admin:services_wish_change", args=[wish.pk])).text
    own.post(reverse("admin:wish_accept", args=[wish.pk]), {"seen": "published", "claim": claim.pk})
    wish.refresh_from_db()
    claim.refresh_from_db()
    assert (wish.state, claim.state, claim.moved_by) == (WishState.CLAIMED, ClaimState.ACCEPTED, world.officer)
    assert "Takes it on" in theirs.get(page(wish)).text


@pytest.mark.parametrize("who", ["", "keeper", "official", "auditor", "officer"])
def test_nobody_offers_in_the_name_of_a_unit_for_which_they_do_not_speak(world: World, who: str) -> None:
    wish = on_wall(world)
    user = getattr(world, who) if who else None
    answer = as_(user).post(page(wish), {"unit": world.other_bank.pk})
    assert answer.status_code == 400
    assert not WishClaim.objects.exists()
    if user:
        with pytest.raises(Refused):
            offer_for_unit(wish=wish, unit=world.other_bank, by=user)


@pytest.mark.parametrize("unit", ["", "x", "0", "9" * 30])
def test_a_unit_that_is_none_is_refused(world: World, unit: str) -> None:
    answer = as_(world.outsider).post(page(on_wall(world)), {"unit": unit})
    assert (answer.status_code, "Choose from the list" in answer.text) == (400, True)


def test_a_unit_offers_once_until_it_is_answered(world: World) -> None:
    wish, theirs = on_wall(world), as_(world.outsider)
    for status in (302, 409):
        assert theirs.post(page(wish), {"unit": world.other_bank.pk}).status_code == status
    assert WishClaim.objects.count() == 1


def test_nobody_reads_who_spoke_for_a_unit_but_staff(world: World) -> None:
    wish = on_wall(world)
    offer_for_unit(wish=wish, unit=world.other_bank, by=world.outsider)
    assert str(world.other_bank) not in as_(None).get(page(wish)).text
    assert "offer-unit" not in as_(world.keeper).get(page(wish)).text


def test_after_its_day_a_wish_is_off_the_wall_and_nobody_takes_it_on(world: World) -> None:
    missed, open_one = on_wall(world, title="一台轮椅"), on_wall(world, title="一双棉鞋")
    claim = offer_to_fulfil(wish=missed, name="慕容", phone="13900000000", agreed=True)
    late(missed, 200)
    public = as_(None)
    wall = public.get("/wishes/").text
    assert ("一台轮椅" in wall, "一双棉鞋" in wall) == (False, True)
    codes = [row["code"] for row in public.get("/api/v1/wishes/").json()["results"]]
    assert codes == [open_one.code]
    assert "nobody can take it on any more" in public.get(page(missed)).text
    answer = public.post(page(missed), {"name": "慕容", "phone": "13900000000", "agreed": "1"})
    assert (answer.status_code, "is over" in answer.text) == (409, True)
    tries: tuple[Any, ...] = (
        lambda: offer_for_unit(wish=missed, unit=world.other_bank, by=world.outsider),
        lambda: take_on(wish=missed, unit=world.branch, by=world.officer),
        lambda: accept_claim(claim=claim, by=world.officer),
    )
    claim.wish = missed
    for attempt in tries:
        with pytest.raises(Refused, match="is over"):
            attempt()
    missed.refresh_from_db()
    assert (missed.state, WishClaim.objects.count()) == (WishState.PUBLISHED, 1)


def test_who_nominated_it_sees_that_it_is_overdue_and_sets_a_new_day(world: World) -> None:
    wish, own = late(on_wall(world)), as_(world.officer)
    assert "overdue" in own.get("/admin/services/wish/", {"work": "urgent"}).text
    address = reverse("admin:wish_new_day", args=[wish.pk])
    assert address in own.get(reverse("admin:services_wish_change", args=[wish.pk])).text
    for day in ("", str(timezone.localdate()), "soon"):
        own.post(address, {"seen": wish.state, "needed_by": day})
        wish.refresh_from_db()
        assert wish.needed_by < timezone.localdate()
    later = timezone.localdate() + timedelta(days=9)
    own.post(address, {"seen": wish.state, "needed_by": str(later)})
    wish.refresh_from_db()
    assert (wish.needed_by, wish.history.latest().history_user) == (later, world.officer)
    assert wish.title in as_(None).get("/wishes/").text
    offer_to_fulfil(wish=wish, name="慕容", phone="13900000000", agreed=True)


@pytest.mark.parametrize(("who", "status"), [("", 302), ("auditor", 403), ("outsider", 404), ("keeper", 404)])
def test_who_does_not_look_after_it_sets_no_day(world: World, who: str, status: int) -> None:
    wish = on_wall(world)
    later = timezone.localdate() + timedelta(days=99)
    fields = {"seen": wish.state, "needed_by": str(later)}
    answer = as_(getattr(world, who) if who else None).post(reverse("admin:wish_new_day", args=[wish.pk]), fields)
    assert answer.status_code == status
    wish.refresh_from_db()
    assert wish.needed_by < later


def test_what_was_fulfilled_gets_no_new_day(world: World) -> None:
    wish = fulfilled(world)
    before = wish.needed_by
    fields = {"seen": wish.state, "needed_by": str(timezone.localdate() + timedelta(days=99))}
    as_(world.officer).post(reverse("admin:wish_new_day", args=[wish.pk]), fields)
    wish.refresh_from_db()
    assert wish.needed_by == before
