"""Partners in the back office: entered, shown to whom, given a logo, merged."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused
from partners.actions.partner_merging import merge_partners, preview_partner_merge
from partners.actions.partners import save_partner_rows, update_partner
from partners.models import Partner, PartnerContact, PartnerMember
from stations.actions.showing import sweep_photos
from stations.choices import Role
from tests.conftest import World
from tests.factories import make_member, make_partner, make_special
from tests.pictures import picture_file

pytestmark = pytest.mark.django_db
LIST, ADD = "admin:partners_partner_changelist", "admin:partners_partner_add"


def as_(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(world, role))
    return client


def page_of(partner: Partner) -> str:
    return reverse("admin:partners_partner_change", args=[partner.pk])


def no_rows(*prefixes: str) -> dict[str, Any]:
    return {f"{prefix}-{name}_FORMS": 0 for prefix in prefixes for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}


def form(world: World, **facts: Any) -> dict[str, Any]:
    values = {"name": "山东省快递协会", "kind": "association", "kept_by": world.branch.pk, "member_count": 80}
    return values | facts


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_an_officer_enters_a_partner_with_its_logo_and_whom_to_call(world: World, media: Path) -> None:
    client = as_(world, "officer")
    assert (
        client.post(reverse(ADD), form(world, new_logo=picture_file(), is_public="on", reason="新伙伴")).status_code
        == 302
    )
    partner = Partner.objects.get()
    assert (partner.kept_by, partner.member_count, partner.is_public) == (world.branch, 80, True)
    assert (media / "photos" / f"{partner.logo_key}-480.webp").exists()
    assert Client().get(partner.logo_url)["Content-Type"] == "image/webp"
    assert sweep_photos(at=timezone.now() + timedelta(days=3)) == 0
    assert partner.history.earliest().history_change_reason == "新伙伴"
    rows = no_rows("contacts", "members") | {
        "contacts-TOTAL_FORMS": 1,
        "contacts-0-name": "刘秘书长",
        "contacts-0-phone": "0531-88880000",
        "members-TOTAL_FORMS": 1,
        "members-0-member_unit": world.other_bank.pk,
    }
    answer = client.post(page_of(partner), form(world, brings="80 家会员企业") | rows)
    assert answer.status_code == 200  # the other bank is not in the officer's scope
    assert (
        client.post(page_of(partner), form(world) | rows | {"members-0-member_unit": world.branch.pk}).status_code
        == 302
    )
    contact = PartnerContact.objects.get()
    assert (contact.name, contact.history.get().history_user) == ("刘秘书长", world.officer)
    assert not hasattr(contact.history.get(), "phone")
    assert PartnerMember.objects.get().member_unit == world.branch
    assert client.post(page_of(partner), form(world, no_logo="on") | no_rows("contacts", "members")).status_code == 302
    partner.refresh_from_db()
    assert partner.logo_url == ""


def test_contacts_are_shown_in_the_line_of_the_unit_that_keeps_the_partner_alone(world: World) -> None:
    partner = make_partner(world.other_bank)
    PartnerContact.objects.create(partner=partner, name="机密联系人", phone="0532-1")
    for role in ("keeper", "officer", "official", "auditor"):
        text = as_(world, role).get(page_of(partner)).text
        assert partner.name in text, role
        assert "机密联系人" not in text, role
    assert "机密联系人" in as_(world, "outsider").get(page_of(partner)).text
    Partner.objects.update(kept_by=world.bank)
    # A unit above keeps it for all below: they read what it is, not whom to call there.
    Partner.objects.update(is_public=False)
    text = as_(world, "officer").get(page_of(partner)).text
    assert partner.name in text
    assert "机密联系人" not in text
    assert "Officers of 中国建设银行" in text


def test_what_is_refused_is_said(world: World) -> None:
    partner = make_partner(world.bank)
    client = as_(world, "officer")
    assert client.post(page_of(partner), form(world)).status_code == 403
    with pytest.raises(Refused, match="Only officers of 中国建设银行"):
        update_partner(by=world.officer, partner=partner, name="改")
    with pytest.raises(Refused):
        save_partner_rows(by=world.official, partner=partner, rows=[PartnerContact(name="某人")])
    assert client.post(reverse(ADD), form(world, kept_by=world.other_bank.pk)).status_code == 200
    assert client.post(reverse(ADD), form(world, new_logo=SimpleUploadedFile("a.png", b"MZ"))).status_code == 200
    make_partner(world.branch, name="山东省快递协会")
    text = client.post(reverse(ADD), form(world)).text
    assert "keeps a partner of this name already" in text
    assert Partner.objects.count() == 2
    assert Client().post(reverse(ADD), form(world))["Location"].startswith("/admin/login/")
    assert as_(world, "official").get(reverse(ADD)).status_code == 403


def test_one_that_stands_twice_becomes_one_with_all_that_names_it(world: World) -> None:
    old = make_partner(world.branch, name="省快递协会", brings="共建 8 家网点")
    kept = make_partner(world.branch, name="山东省快递协会")
    PartnerContact.objects.create(partner=old, name="刘秘书长")
    special = make_special(world.station, partner=old)
    member = make_partner(world.branch, kind="enterprise")
    for association in (old, kept):
        PartnerMember.objects.create(association=association, member_partner=member)
    client, address = as_(world, "officer"), reverse("admin:merge_partners", args=[old.pk])
    assert kept.name in client.get(address, {"q": "快递"}).text
    preview = client.get(address, {"into": kept.pk}).text
    assert "<strong>1</strong> contacts" in preview
    assert "1 stand there already" in preview
    assert PartnerContact.objects.get().partner == old
    assert client.post(f"{address}?into={kept.pk}", {"reason": ""}).status_code == 400
    assert client.post(f"{address}?into={kept.pk}", {"reason": "同一家"}).status_code == 302
    kept.refresh_from_db()
    special.refresh_from_db()
    assert (special.partner, PartnerContact.objects.get().partner, kept.brings) == (kept, kept, "共建 8 家网点")
    assert PartnerMember.objects.get().association == kept
    assert special.history.latest().history_change_reason == "同一家"
    assert Partner.objects.get(pk=old.pk).merged_into == kept
    assert "Merged into" in client.get(page_of(old)).text
    assert client.get(address).status_code == 403
    assert list(client.get(reverse(LIST)).context["cl"].result_list.order_by("pk")) == [kept, member]


@pytest.mark.parametrize(("ticked", "status"), [({"stays_public": "on"}, 200), ({}, 404)])
def test_a_public_page_leads_to_a_public_one_if_the_person_says_so(
    world: World, ticked: dict[str, str], status: int
) -> None:
    old, kept = make_partner(world.branch), make_partner(world.branch, is_public=False)
    client, address = as_(world, "officer"), reverse("admin:merge_partners", args=[old.pk])
    assert 'name="stays_public"' in client.get(address, {"into": kept.pk}).text
    client.post(f"{address}?into={kept.pk}", {"reason": "同一家"} | ticked)
    assert Client().get(old.get_absolute_url(), follow=True).status_code == status


def test_a_merge_makes_nothing_public_that_was_not(world: World) -> None:
    old, kept = (make_partner(world.branch, is_public=False) for _ in range(2))
    merge_partners(by=world.officer, duplicate=old, into=kept, reason="同一家", stays_public=True)
    kept.refresh_from_db()
    assert not kept.is_public


def test_two_are_merged_only_by_whoever_keeps_both(world: World) -> None:
    mine, theirs = make_partner(world.branch), make_partner(world.other_bank)
    hidden = make_partner(world.other_bank, is_public=False)
    for duplicate, into in ((mine, theirs), (mine, mine)):
        with pytest.raises(Refused):
            preview_partner_merge(by=world.officer, duplicate=duplicate, into=into)
    with pytest.raises(Invalid, match="Say why"):
        merge_partners(by=world.officer, duplicate=mine, into=theirs, reason=" ")
    client, address = as_(world, "officer"), reverse("admin:merge_partners", args=[mine.pk])
    assert client.get(address, {"into": theirs.pk}).status_code == 403
    assert client.get(address, {"into": hidden.pk}).status_code == 404
    assert client.get(address, {"into": "9" * 30}).status_code == 200
    assert client.get(reverse("admin:merge_partners", args=[hidden.pk])).status_code == 404
    assert Client().get(address)["Location"].startswith("/admin/login/")


def test_members_of_a_unit_see_what_is_not_public_where_it_is_kept_for_them(world: World) -> None:
    inside = make_partner(world.bank, is_public=False)
    below = make_member(world.branch, Role.AUDITOR)
    assert inside in Partner.objects.visible_to(below)
    assert inside not in Partner.objects.visible_to(world.outsider)
    assert inside not in Partner.objects.visible_to(world.keeper)
    assert not Partner.objects.public().exists()
