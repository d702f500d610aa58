"""Who belongs to an association, for programs."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from partners.actions.partners import save_partner_rows
from partners.api import partner_serializers as serializers
from partners.api.partners import partner_named
from partners.models import PartnerMember
from partners.policies import refuse_unless_may_keep
from stations.api.office import unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, Removing, described, once
from stations.models import User


class Members(Own):
    """Members of the associations that one's units keep."""

    model, joined = PartnerMember, ("association__kept_by", "member_partner", "member_unit")
    noun, serializer = "member", serializers.OwnMemberSerializer
    missing = gettext_lazy("None of the members that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {
        "association": partner_named,
        "member_partner": partner_named,
        "member_unit": unit_named,
    }


@described(
    get=("office_members", "Members of associations, page by page"),
    post=("office_members_add", "Enter who belongs to an association"),
)
class OwnMembersView(Members, Adding, OwnList):
    takes = serializers.NewMemberSerializer
    asked_by: ClassVar[dict[str, Named]] = {"association": partner_named}

    def add(self, given: dict[str, Any], by: User) -> Any:
        association = given["association"]
        refuse_unless_may_keep(by, association.kept_by)
        member = {"member_partner": None, "member_unit": None} | given
        same = {name: member[name] for name in ("association", "member_partner", "member_unit")}
        known, row = PartnerMember.objects.filter(**same), PartnerMember(**given)
        once(association, known, lambda: save_partner_rows(by=by, partner=association, rows=[row]), **given)
        return known.get()


@described(
    get=("office_member", "A member of an association"),
    patch=("office_member_change", "Say since when it belongs to it, and until when"),
    delete=("office_member_remove", "Take back what was entered by mistake"),
)
class OwnMemberView(Members, Changing, Removing, OwnItem):
    takes = serializers.MemberFactsSerializer

    def change(self, row: PartnerMember, given: dict[str, Any], by: User) -> None:
        for name, value in given.items():
            setattr(row, name, value)
        save_partner_rows(by=by, partner=row.association, rows=[row])

    def remove(self, row: PartnerMember, by: User) -> None:
        save_partner_rows(by=by, partner=row.association, rows=[], removed=[row])
