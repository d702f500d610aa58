"""The public pages of partners, programmes and special stations, and what stands out on map and lists."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused
from harbor_portal.portal.views import partners as partner_views
from partners.actions.special import add_special, remove_special, update_special
from partners.models import Partner, PartnerContact, PartnerMember, ProgrammeStage, SpecialStation
from services.models import OnlineService
from stations.actions.honours import add_honour, remove_honour, update_honour
from stations.marks import marks_of
from stations.models import Honour, StationCard
from stations.publishing.leaves import mark_word
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_honour,
    make_partner,
    make_photo,
    make_plate,
    make_programme,
    make_special,
    make_station,
)

pytestmark = pytest.mark.django_db
ENGLISH = Client(headers={"accept-language": "en"})


@pytest.fixture
def published(settings: Any, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path


def test_a_partner_shows_what_it_brings_its_stations_activities_and_members_but_no_contact(world: World) -> None:
    partner = make_partner(
        world.branch, name="快递协会", brings="80 家会员", member_count=80, unit=world.bank, url="https://example.cn"
    )
    member = make_partner(world.branch, kind="enterprise", name="顺路快递")
    PartnerMember.objects.create(association=partner, member_partner=member)
    PartnerMember.objects.create(association=partner, member_unit=world.union, until=date(2020, 1, 1))
    PartnerContact.objects.create(partner=partner, name="机密", phone="0531-9")
    make_special(world.station, partner=partner, theme="共享书吧")
    activity = make_activity(world.branch, world.station, title="小哥体检日")
    activity.partners.add(partner)
    text = ENGLISH.get(partner.get_absolute_url()).text
    for said in (
        "80 家会员",
        "80 members",
        "顺路快递",
        "共享书吧",
        "小哥体检日",
        world.sister.name,
        "2 stations that it runs",
    ):
        assert said in text, said
    assert "机密" not in text
    assert world.union.name not in text
    assert f'href="{partner.get_absolute_url()}">{partner}</a>' in ENGLISH.get(member.get_absolute_url()).text


def test_the_next_page_of_a_kind_is_of_that_kind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner_views, "PAGE_SIZE", 1)
    for kind in ("charity", "enterprise", "enterprise"):
        make_partner(world.branch, kind=kind)
    assert 'href="?kind=enterprise&amp;page=2"' in ENGLISH.get(reverse("partners"), {"kind": "enterprise"}).text


def test_what_is_not_public_is_not_there_and_what_was_merged_leads_on(world: World) -> None:
    hidden = make_partner(world.branch, is_public=False)
    kept = make_partner(world.branch, name="留下的")
    middle = make_partner(world.branch, merged_into=kept)
    old = make_partner(world.branch, merged_into=middle, is_public=False)
    assert ENGLISH.get(hidden.get_absolute_url()).status_code == 404
    assert ENGLISH.get(reverse("partner", args=["nothing"])).status_code == 404
    answer = ENGLISH.get(old.get_absolute_url().lower())
    assert (answer.status_code, answer["Location"]) == (301, kept.get_absolute_url())
    assert "留下的" in ENGLISH.get(reverse("partners")).text
    assert ENGLISH.get(reverse("partners"), {"kind": "association"}).context["page"].paginator.count == 1
    assert ENGLISH.get(reverse("partners"), {"kind": "made-up", "page": "x"}).context["kind"] == ""
    Partner.objects.update(is_public=False)
    assert "No partner is public yet" in ENGLISH.get(reverse("partners")).text


def test_a_programme_shows_rules_progress_and_where_counting_each_place_once(world: World, published: None) -> None:
    bee = make_programme("little_bee", "小蜜蜂驿站", rules="有水\n\n有座", owner=world.bank)
    make_plate(world.station, bee)
    make_plate(world.station)
    make_plate(world.sister, bee, until=timezone.localdate() - timedelta(days=1))
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
    ProgrammeStage.objects.create(programme=bee, kind="roll_out", goal=880, **days)
    call_command("publish_map")
    page = ENGLISH.get(reverse("programme", args=["little_bee"]))
    assert "1 station bears this sign today" in page.text
    assert "of 880 stations" in page.text
    assert "<p>有座</p>" in page.text
    assert [(area.name, area.stations) for area in page.context["areas"]] == [("山东省", 1)]
    listed = ENGLISH.get(reverse("programmes")).context["programmes"]
    assert {programme.code: programme.bearing for programme in listed} == {"ccb_harbor": 1, "little_bee": 1}
    assert ENGLISH.get(reverse("programme", args=["none"])).status_code == 404


def test_special_and_honoured_stations_stand_out_until_their_day(world: World, published: None) -> None:
    today = timezone.localdate()
    make_special(world.station, theme="共享 书吧", partner=make_partner(world.branch, is_public=False))
    make_special(world.sister, until=today - timedelta(days=1))
    make_honour(world.station, level="city")
    make_honour(world.station, level="national")
    make_honour(world.sister, expires_date=today - timedelta(days=1))
    make_honour(world.branch)
    assert marks_of([world.station.pk, world.sister.pk]) == {
        world.station.pk: [{"mark": "honour", "text": "national"}, {"mark": "special", "text": "共享 书吧"}]
    }
    assert mark_word("special", "共享 书吧") == "special:共享_书吧"
    call_command("publish_map")
    assert StationCard.objects.get(pk=world.station.pk).marks == ["honour", "special"]
    for mark, count in (("special", 1), ("honour", 1), ("made-up", 3)):
        rows = ENGLISH.get(reverse("stations"), {"mark": mark}).context["rows"]
        assert len(rows) == count, mark
    row = ENGLISH.get(reverse("stations"), {"mark": "special"}).context["rows"][0]
    assert row.marks == ["Honoured · National level", "Special station · 共享 书吧"]
    assert "共享 书吧" in ENGLISH.get(world.station.get_absolute_url()).text
    assert "共享书吧" not in ENGLISH.get(world.sister.get_absolute_url()).text
    assert ENGLISH.get(reverse("special_stations")).context["page"].paginator.count == 1
    SpecialStation.objects.all().delete()
    assert "No station has a theme" in ENGLISH.get(reverse("special_stations")).text


@pytest.mark.parametrize("page", ["partners", "programmes", "special_stations"])
def test_a_list_asks_as_little_for_fifty_rows_as_for_two(
    world: World, page: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            station = make_station()
            make_special(station, partner=make_partner(world.branch))
            make_plate(station, make_programme(f"programme-{number}"))

    grow(0, 2)
    with django_assert_max_num_queries(8) as few:
        ENGLISH.get(reverse(page))
    grow(2, 50)
    with django_assert_num_queries(len(few)):
        ENGLISH.get(reverse(page))


def office(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(world, role))
    return client


def test_an_officer_makes_a_station_special_and_ends_it(world: World) -> None:
    client = office(world, "officer")
    facts = {"station": world.station.pk, "theme": "共享书吧", "since": "2026-01-01", "description": "500 册"}
    assert client.post(reverse("admin:partners_specialstation_add"), facts).status_code == 302
    special = SpecialStation.objects.get()
    photo, foreign = make_photo(world.station), make_photo(world.sister)
    page = reverse("admin:partners_specialstation_change", args=[special.pk])
    assert client.post(page, facts | {"photos": [foreign.pk]}).status_code == 200
    assert client.post(page, facts | {"photos": [photo.pk], "reason": "选图"}).status_code == 302
    assert list(special.photos.all()) == [photo]
    assert client.post(page, facts | {"until": "2025-01-01"}).status_code == 200
    other = reverse("admin:partners_specialstation_add")
    refused = client.post(other, facts | {"theme": "清凉驿站"}, follow=True).text
    assert "another theme that has not ended" in refused
    listed = reverse("admin:partners_specialstation_changelist")
    assert client.get(listed).context["cl"].result_count == 1
    assert client.get(listed, {"state": "over"}).context["cl"].result_count == 0
    delete = reverse("admin:partners_specialstation_delete", args=[special.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert not SpecialStation.objects.exists()


def test_themes_and_honours_are_written_by_the_officers_of_whoever_has_them(world: World) -> None:
    special = make_special(world.elsewhere)
    with pytest.raises(Refused):
        update_special(by=world.officer, special=special, theme="改")
    with pytest.raises(Refused):
        remove_special(by=world.officer, special=special)
    with pytest.raises(Invalid):
        add_special(
            by=world.officer,
            station=world.station,
            theme="书",
            since=date(2026, 1, 1),
            photos=[make_photo(world.sister)],
        )
    facts: Any = {"title": "先进集体", "level": "city", "year": 2025}
    strange: dict[str, Any] = {"unit": world.other_bank, "person": world.outsider, "station": world.elsewhere}
    for name, holder in strange.items():
        with pytest.raises(Refused):
            add_honour(by=world.officer, **{name: holder}, **facts)
    wrong: list[dict[str, Any]] = [{}, {"unit": world.branch, "station": world.station}]
    for several in wrong:
        with pytest.raises(Invalid):
            add_honour(by=world.officer, **several, **facts)
    assert not Honour.objects.exists()


def test_units_and_people_have_honours_too(world: World) -> None:
    client = office(world, "officer")
    facts = {"title": "最美站长", "level": "city", "year": 2025}
    add = reverse("admin:stations_honour_add")
    for holder in ({"person": world.keeper.pk}, {"unit": world.branch.pk}):
        assert client.post(add, facts | holder).status_code == 302
    honour = Honour.objects.get(person=world.keeper)
    assert honour.holder == world.keeper
    page = reverse("admin:stations_honour_change", args=[honour.pk])
    assert client.post(page, facts | {"level": "province", "reason": "更正"}).status_code == 302
    update_honour(by=world.officer, honour=honour, expires_date=date(2026, 1, 1))
    assert client.get(reverse("admin:stations_honour_changelist")).context["cl"].result_count == 1
    expired = {"state": "expired", "to": "person"}
    assert client.get(reverse("admin:stations_honour_changelist"), expired).context["cl"].result_count == 1
    remove_honour(by=world.officer, honour=honour)
    seen = Honour.objects.all().visible_to
    assert list(seen(world.officer)) == list(seen(world.auditor)) == [Honour.objects.get()]
    assert not seen(world.outsider).exists()


def test_no_public_page_names_a_partner_that_is_not_public(world: World) -> None:
    hidden, known = make_partner(world.branch, name="内部伙伴", is_public=False), make_partner(world.branch)
    PartnerMember.objects.create(association=known, member_partner=hidden)
    make_special(world.station, partner=hidden)
    activity = make_activity(world.branch, world.station)
    activity.partners.add(hidden)
    held: dict[str, Any] = {"kept_by": world.branch, "is_published": True, "phone": "12348", "partner": hidden}
    for kind in ("product", "legal"):
        OnlineService.objects.create(name=kind, kind=kind, **held)
    PartnerMember.objects.create(association=hidden, member_partner=known)
    addresses = [known.get_absolute_url(), world.station.get_absolute_url(), activity.get_absolute_url()]
    addresses += [reverse("special_stations"), reverse("online_services")]
    for address in (*addresses, "/api/v1/online-services/"):
        page = ENGLISH.get(address)
        assert page.status_code == 200
        assert hidden.name not in page.text, address
    assert "Product of a partner" in ENGLISH.get(reverse("online_services")).text
