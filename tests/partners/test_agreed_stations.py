"""Which stations a partner has an agreement for stands on its pages, and with whom a station was built on its own."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from harbor_portal.portal.views import partners as partner_views
from partners.actions.agreements import end_agreement
from partners.models import Agreement, AgreementStation, Partner
from tests.conftest import World
from tests.factories import make_partner, make_station
from tests.partners.agreeing import agree, draft

pytestmark = pytest.mark.django_db
ENGLISH = Client(headers={"accept-language": "en"})


def office(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(world, role))
    return client


def shown(partner: Partner) -> list[str]:
    return [station.name for station in ENGLISH.get(partner.get_absolute_url()).context["agreed"]]


def test_the_page_of_a_partner_names_the_stations_of_its_agreements_while_these_are_in_force(world: World) -> None:
    dairy, second = make_partner(world.branch, name="泉城乳业"), make_partner(world.branch)
    eight = [make_station(f"共建站{number}", operator=world.branch) for number in range(8)]
    agreement = agree(world.officer, world.branch, *eight, kind="co_building", partner=dairy)
    agreement.more_partners.add(second)
    draft(world.officer, world.branch, world.sister, partner=dairy)
    AgreementStation.objects.filter(station=eight[7]).update(until=date(2026, 6, 30))
    eight[6].status = "draft"
    eight[6].save()
    assert shown(dairy) == shown(second) == [f"共建站{number}" for number in range(6)]
    text = ENGLISH.get(dairy.get_absolute_url()).text
    assert "6 stations for which there is an agreement with it" in text
    assert eight[0].get_absolute_url() in text
    end_agreement(agreement=agreement, last=date(2026, 11, 22), reason="到此为止", by=world.officer)
    assert shown(dairy) == []


def test_of_a_unit_those_that_it_runs_and_supervises_today_each_once(world: World) -> None:
    partner = make_partner(world.bank)
    agree(world.officer, world.branch, partner=partner)
    agree(world.officer, world.branch, world.station, kind="co_building", partner=partner)
    agree(world.admin, world.district_union, partner=partner)
    assert sorted(shown(partner)) == sorted([world.station.name, world.sister.name])


def test_an_agreement_over_many_is_read_page_by_page_with_as_few_questions(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(partner_views, "MOST_STATIONS", 2)
    partner = make_partner(world.bank)
    agree(world.officer, world.branch, partner=partner)
    with django_assert_max_num_queries(10) as few:
        ENGLISH.get(partner.get_absolute_url())
    for number in range(5):
        make_station(f"后来的站{number}", operator=world.branch)
        agree(world.officer, world.branch, partner=partner)
    with django_assert_num_queries(len(few)):
        page = ENGLISH.get(partner.get_absolute_url())
    assert "7 stations for which" in page.text
    assert 'href="?page=2"' in page.text
    assert len(ENGLISH.get(partner.get_absolute_url(), {"page": "4"}).context["agreed"]) == 1


def test_a_station_says_with_whom_it_was_built_as_long_as_that_is_agreed(world: World) -> None:
    named = make_partner(world.branch, name="泉城乳业")
    whole = make_partner(world.branch, name="历下区总工会共建方")
    further = make_partner(world.branch, name="甲方二")
    hidden = make_partner(world.branch, name="内部伙伴", is_public=False)
    sponsor = make_partner(world.branch, name="赞助企业")
    co_building = agree(world.officer, world.branch, world.station, kind="co_building", partner=named)
    co_building.more_partners.add(further, hidden)
    agree(world.admin, world.district_union, kind="co_building", partner=whole)
    agree(world.officer, world.branch, world.station, kind="sponsorship", partner=sponsor)
    draft(world.officer, world.branch, world.station, kind="co_building", partner=sponsor)
    of_station = ENGLISH.get(world.station.get_absolute_url())
    assert [one.name for one in of_station.context["co_builders"]] == [whole.name, named.name, further.name]
    assert "Built with" in of_station.text
    assert named.get_absolute_url() in of_station.text
    assert hidden.name not in of_station.text
    assert ENGLISH.get(world.sister.get_absolute_url()).context["co_builders"] == [whole]
    assert "Built with" not in ENGLISH.get(world.elsewhere.get_absolute_url()).text
    Agreement.objects.filter(pk=co_building.pk).update(until=date(2026, 11, 22))
    assert ENGLISH.get(world.station.get_absolute_url()).context["co_builders"] == [whole]


def test_in_the_back_office_a_partner_names_the_agreements_that_one_may_see(world: World) -> None:
    partner = make_partner(world.branch)
    signed = agree(world.officer, world.branch, world.station, partner=partner, title="送清凉协议")
    draft(world.officer, world.branch, world.station, partner=partner, title="还没签的")
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    address = reverse("admin:partners_agreement_change", args=[signed.pk])
    for role, there, others in (("officer", True, True), ("official", True, False), ("outsider", False, False)):
        text = office(world, role).get(page).text
        assert (address in text, "还没签的" in text) == (there, others), role
    assert "Expires soon" in office(world, "officer").get(page).text


def test_a_partner_that_may_stand_twice_says_so_on_its_page(world: World) -> None:
    first = make_partner(world.branch, name="泉城乳业（山东）股份有限公司", short_name="泉城乳业")
    foreign = make_partner(world.other_bank, name="泉城乳业")
    facts = {"name": "泉城乳业", "kind": "enterprise", "kept_by": world.branch.pk}
    client = office(world, "officer")
    answer = client.post(reverse("admin:partners_partner_add"), facts, follow=True)
    twin = Partner.objects.get(name="泉城乳业", kept_by=world.branch)
    assert f"“{first.name}” stands here already" in answer.text
    text = client.get(reverse("admin:partners_partner_change", args=[twin.pk])).text
    assert f"{reverse('admin:merge_partners', args=[twin.pk])}?into={first.pk}" in text
    assert f"?into={foreign.pk}" not in text, "another line keeps its own"
    city, district = (make_partner(world.branch, name=name) for name in ("济南市快递协会", "济南快递协会"))
    assert city.name in client.get(reverse("admin:partners_partner_change", args=[district.pk])).text
    Partner.objects.filter(pk__in=[city.pk, district.pk]).update(kept_by=world.bank)
    read_only = client.get(reverse("admin:partners_partner_change", args=[district.pk])).text
    assert city.name in read_only
    assert "?into=" not in read_only
