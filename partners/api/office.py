"""Partners and agreements for programs, by the same actions as the pages of the back office."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from partners.actions.agreements import change_agreement, draft_agreement, end_agreement, sign_agreement
from partners.actions.partners import create_partner, update_partner
from partners.actions.terms import drop_station, name_station, promise
from partners.agreement_policies import refuse_unless_may_sign_for
from partners.api import office_serializers as serializers
from partners.api.programmes import programme_named
from partners.models import Agreement, Partner
from partners.policies import refuse_unless_may_keep
from stations.api.office import division_named, person, station_named, station_of, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, described, once, step
from stations.models import User

FACTS = (
    *("kind", "title", "number", "unit", "partner", "programme", "own_programme", "covered_unit"),
    *("since", "until", "summary", "remark"),
)


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


class Agreements(Own):
    """What a unit agreed with partners, or with another programme."""

    noun, serializer, full = "agreement", serializers.OwnAgreementSerializer, serializers.FullAgreementSerializer
    missing = gettext_lazy("None of your agreements has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {
        "unit": unit_named,
        "covered_unit": unit_named,
        "partner": partner_named,
        "more_partners": partners_named,
        "programme": programme_named,
        "own_programme": programme_named,
    }

    def seen(self, by: User) -> QuerySet[Any]:
        rows: Any = Agreement.objects.visible_to(by).with_state(timezone.localdate())
        named = rows.select_related("unit", "partner", "programme", "own_programme", "covered_unit")
        return named.prefetch_related("more_partners")  # type: ignore[no-any-return]  # any queryset

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.prefetch_related("stations__station", "obligations__stations", "obligations__standing")


@described(
    get=("office_agreements", "Agreements of one's units, and those that cover their stations, page by page"),
    post=("office_agreements_draft", "Draft an agreement"),
)
class OwnAgreementsView(Agreements, Adding, OwnList):
    takes = serializers.NewAgreementSerializer

    def add(self, given: dict[str, Any], by: User) -> Any:
        refuse_unless_may_sign_for(by, given["unit"])
        same = {name: given[name] for name in ("unit", "title", "since")}
        more = given.pop("more_partners", ())
        facts: Any = dict.fromkeys(FACTS, None) | dict.fromkeys(("number", "summary", "remark"), "") | given
        known = Agreement.objects.filter(**same)
        return once(given["unit"], known, lambda: draft_agreement(by=by, more_partners=more, **facts))


@described(
    get=("office_agreement", "An agreement"),
    patch=("office_agreement_change", "Change what an agreement says; what was signed stays"),
)
class OwnAgreementView(Agreements, Changing, OwnItem):
    takes = serializers.AgreementFactsSerializer

    def change(self, row: Agreement, given: dict[str, Any], by: User) -> Any:
        more = given.pop("more_partners", None)
        facts: Any = {name: getattr(row, name) for name in FACTS} | given
        partners = list(row.more_partners.all()) if more is None else more
        return change_agreement(agreement=row, by=by, more_partners=partners, **facts)


SignView = step(
    Agreements, "sign", "Note that it was signed: from its first day on it holds", serializers.SignatureSerializer,
    lambda row, given, by: sign_agreement(agreement=row, day=given["day"], by=by),
)  # fmt: skip
EndView = step(
    Agreements, "end", "End it before its day", serializers.EndSerializer,
    lambda row, given, by: end_agreement(agreement=row, last=given["last"], reason=given["reason"], by=by),
)  # fmt: skip


@described(
    put=("office_agreement_station", "Let the agreement hold for a station, on all its days or some"),
    delete=(
        "office_agreement_station_drop",
        "As if the station had never been named: before the agreement has held for it",
    ),
)
class NamedStationView(Agreements):
    """A station that the agreement names. A PUT says how it is, so it needs no key."""

    takes = serializers.SpanOfStationSerializer

    def put(self, request: Request, pk: int, code: str) -> Response:
        by = person(request)
        found, station, given = self.find(by, pk=pk), station_of(request, code), self.given(request)
        name_station(agreement=found, station=station, by=by, since=given["since"], until=given["until"])
        return self.told(found, by)

    def delete(self, request: Request, pk: int, code: str) -> Response:
        by = person(request)
        found = self.find(by, pk=pk)
        row = found.stations.filter(station=station_of(request, code)).first()
        if row is None:
            raise NotFound(_("The agreement does not name this station."))
        drop_station(row=row, by=by)
        return self.told(found, by)

    @classmethod
    def described_as(cls, method: str) -> dict[str, Any]:
        return super().described_as("get" if method == "delete" else method)


@described(post=("office_agreement_promise", "Add an obligation"))
class PromiseView(Agreements):
    takes = serializers.PromiseSerializer

    @transaction.atomic
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = self.find(by, pk=pk), self.given(request)
        Agreement.objects.select_for_update(of=("self",)).get(pk=found.pk)
        stations = [station_named(code, by, "stations") for code in given.pop("stations")]
        same = {name: given[name] for name in ("what", "metric", "detail", "since")}
        if not found.obligations.filter(**same).exists():
            promise(agreement=found, by=by, stations=stations, **given)
        return self.told(found, by)
