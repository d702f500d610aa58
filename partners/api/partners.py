"""Partners for programs, by the same actions as the pages of the back office. Whom to call there has no field here."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from partners.actions.partners import create_partner, update_partner
from partners.api import partner_serializers as serializers
from partners.models import Partner
from partners.policies import refuse_unless_may_keep
from stations.api.office import division_named, unit_named
from stations.api.own import Adding, Changing, Own, OwnItem, OwnList, described, once
from stations.models import User


class Partners(Own):
    """Organisations with which stations are built, run or supplied."""

    noun, serializer = "partner", serializers.OwnPartnerSerializer
    missing = gettext_lazy("None of your partners has the code “%(code)s”.")
    named: ClassVar = {"kept_by": unit_named, "unit": unit_named, "division": division_named}

    def seen(self, by: User) -> QuerySet[Any]:
        rows: Any = Partner.objects.visible_to(by).in_use()
        return rows.select_related("kept_by", "unit")  # type: ignore[no-any-return]  # any queryset


partner_named = Partners.of_code


def partners_named(codes: list[str], by: User, field: str) -> list[Partner]:
    return [partner_named(code, by, field) for code in codes]


@described(
    get=("office_partners", "Partners that one's units keep or may use, page by page"),
    post=("office_partners_add", "Enter a partner"),
)
class OwnPartnersView(Partners, Adding, OwnList):
    order, takes = "code", serializers.NewPartnerSerializer

    def add(self, given: dict[str, Any], by: User) -> Any:
        kept_by = given["kept_by"]
        refuse_unless_may_keep(by, kept_by)
        known = Partner.objects.filter(kept_by=kept_by, name=given["name"], merged_into=None)
        return once(kept_by, known, lambda: create_partner(by=by, **given))


@described(
    get=("office_partner", "A partner"),
    patch=("office_partner_change", "Change what is said of a partner"),
)
class OwnPartnerView(Partners, Changing, OwnItem):
    takes = serializers.PartnerFactsSerializer

    def change(self, row: Partner, given: Any, by: User) -> Any:
        return update_partner(by=by, partner=row, **given)
