"""What two people do to one row at the same moment: the second reads that the first was quicker."""

import pytest

from harbor_portal.lib.errors import StaleState
from partners.actions.partners import save_partner_rows
from partners.models import PartnerContact
from tests.conftest import World
from tests.factories import make_partner


@pytest.fixture
def contact(world: World) -> PartnerContact:
    partner = make_partner(world.branch)
    row = PartnerContact(partner=partner, name="陈会长", phone="13953100001")
    save_partner_rows(by=world.officer, partner=partner, rows=[row])
    return row


def take_away(world: World, contact: PartnerContact) -> None:
    row = PartnerContact.objects.get(pk=contact.pk)
    save_partner_rows(by=world.officer, partner=contact.partner, rows=[], removed=[row])


def test_what_was_removed_meanwhile_does_not_come_back_by_a_change(world: World, contact: PartnerContact) -> None:
    take_away(world, contact)
    contact.phone = "13953100002"
    with pytest.raises(StaleState, match="has been removed"):
        save_partner_rows(by=world.officer, partner=contact.partner, rows=[contact])
    assert not PartnerContact.objects.exists()


def test_what_was_removed_meanwhile_is_removed_once(world: World, contact: PartnerContact) -> None:
    twin = PartnerContact.objects.select_related("partner").get(pk=contact.pk)
    take_away(world, contact)
    with pytest.raises(StaleState, match="has been removed"):
        save_partner_rows(by=world.officer, partner=twin.partner, rows=[], removed=[twin])
    assert PartnerContact.history.filter(history_type="-").count() == 1
