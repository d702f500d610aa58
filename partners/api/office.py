"""Partners and agreements for programs, by the same actions as the pages of the back office."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from partners.actions.agreements import change_agreement, draft_agreement, end_agreement, sign_agreement
from partners.actions.partners import create_partner, update_partner
from partners.actions.terms import drop_station, name_station, promise
from partners.agreement_policies import refuse_unless_may_sign_for
from partners.api import office_serializers as serializers
from partners.models import Agreement, Partner, Programme
from partners.policies import refuse_unless_may_keep
from stations.api.office import (
    AFTER,
    REFUSED,
    OfficeView,
    OwnList,
    checked,
    division_named,
    own_page_of,
    person,
    station_named,
    station_of,
    unit_named,
)
from stations.models import Unit, User

PARTNER: dict[int, Any] = {200: serializers.OwnPartnerSerializer} | REFUSED
AGREEMENT: dict[int, Any] = {200: serializers.FullAgreementSerializer} | REFUSED
KEPT = ("kind", "title", "number", "unit", "partner", "programme", "own_programme", "covered_unit")
FACTS = (*KEPT, "since", "until", "summary", "remark")


class OwnPartnersView(OwnList):
    serializer = serializers.OwnPartnerSerializer
    order = "code"

    def rows(self, request: Request) -> QuerySet[Any]:
        return _partners(person(request))

    @extend_schema(
        operation_id="office_partners",
        summary="Partners that one's units keep or may use, page by page",
        parameters=[AFTER],
        responses={200: own_page_of(serializers.OwnPartnerSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_partners_add",
        summary="Enter a partner",
        request=serializers.NewPartnerSerializer,
        responses=PARTNER,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        given, by = _partner_facts(checked(serializers.NewPartnerSerializer, request), person(request)), person(request)
        kept_by: Unit = given["kept_by"]
        refuse_unless_may_keep(by, kept_by)
        # Two that are sent at the same moment would not see each other.
        Unit.objects.select_for_update(no_key=True).get(pk=kept_by.pk)
        found = Partner.objects.filter(kept_by=kept_by, name=given["name"], merged_into=None).first()
        return _told_partner((found or create_partner(by=by, **given)).code, by)


class OwnPartnerView(OfficeView):
    @extend_schema(operation_id="office_partner", summary="A partner", responses=PARTNER)
    def get(self, request: Request, code: str) -> Response:
        return _told_partner(code, person(request))

    @extend_schema(
        operation_id="office_partner_change",
        summary="Change what is said of a partner",
        request=serializers.PartnerFactsSerializer,
        responses=PARTNER,
    )
    def patch(self, request: Request, code: str) -> Response:
        by = person(request)
        partner, given = _partner(code, by), checked(serializers.PartnerFactsSerializer, request)
        facts: Any = _partner_facts(given, by)
        update_partner(by=by, partner=partner, **facts)
        return _told_partner(code, by)


class OwnAgreementsView(OwnList):
    serializer = serializers.OwnAgreementSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        return _agreements(person(request))

    @extend_schema(
        operation_id="office_agreements",
        summary="Agreements of one's units, and those that cover their stations, page by page",
        parameters=[AFTER],
        responses={200: own_page_of(serializers.OwnAgreementSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_agreements_draft",
        summary="Draft an agreement",
        request=serializers.NewAgreementSerializer,
        responses=AGREEMENT,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        by = person(request)
        given = _agreement_facts(checked(serializers.NewAgreementSerializer, request), by)
        refuse_unless_may_sign_for(by, given["unit"])
        Unit.objects.select_for_update(no_key=True).get(pk=given["unit"].pk)
        same = {name: given[name] for name in ("unit", "title", "since")}
        found = Agreement.objects.filter(**same).order_by("pk").first()
        more = given.pop("more_partners", ())
        facts: Any = dict.fromkeys(FACTS, None) | dict.fromkeys(("number", "summary", "remark"), "") | given
        return _told(found or draft_agreement(by=by, more_partners=more, **facts), by)


class OwnAgreementView(OfficeView):
    @extend_schema(operation_id="office_agreement", summary="An agreement", responses=AGREEMENT)
    def get(self, request: Request, pk: int) -> Response:
        return _told(_agreement(pk, person(request)), person(request))

    @extend_schema(
        operation_id="office_agreement_change",
        summary="Change what an agreement says; what was signed stays",
        request=serializers.AgreementFactsSerializer,
        responses=AGREEMENT,
    )
    def patch(self, request: Request, pk: int) -> Response:
        by = person(request)
        found = _agreement(pk, by)
        given = _agreement_facts(checked(serializers.AgreementFactsSerializer, request), by)
        more = given.pop("more_partners", None)
        facts: Any = {name: getattr(found, name) for name in FACTS} | given
        partners = list(found.more_partners.all()) if more is None else more
        return _told(change_agreement(agreement=found, by=by, more_partners=partners, **facts), by)


class SignView(OfficeView):
    @extend_schema(
        operation_id="office_agreement_sign",
        summary="Note that it was signed: from its first day on it holds",
        request=serializers.SignatureSerializer,
        responses=AGREEMENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _agreement(pk, by), checked(serializers.SignatureSerializer, request)
        return _told(sign_agreement(agreement=found, day=given["day"], by=by), by)


class EndView(OfficeView):
    @extend_schema(
        operation_id="office_agreement_end",
        summary="End it before its day",
        request=serializers.EndSerializer,
        responses=AGREEMENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _agreement(pk, by), checked(serializers.EndSerializer, request)
        return _told(end_agreement(agreement=found, last=given["last"], reason=given["reason"], by=by), by)


class NamedStationView(OfficeView):
    """A station that the agreement names. A PUT says how it is, so it needs no key."""

    @extend_schema(
        operation_id="office_agreement_station",
        summary="Let the agreement hold for a station, on all its days or some",
        request=serializers.SpanOfStationSerializer,
        responses=AGREEMENT,
    )
    def put(self, request: Request, pk: int, code: str) -> Response:
        by = person(request)
        found, station = _agreement(pk, by), station_of(request, code)
        given = checked(serializers.SpanOfStationSerializer, request)
        name_station(agreement=found, station=station, by=by, since=given["since"], until=given["until"])
        return _told(found, by)

    @extend_schema(
        operation_id="office_agreement_station_drop",
        summary="As if the station had never been named: before the agreement has held for it",
        responses=AGREEMENT,
    )
    def delete(self, request: Request, pk: int, code: str) -> Response:
        by = person(request)
        found = _agreement(pk, by)
        row = found.stations.filter(station=station_of(request, code)).first()
        if row is None:
            raise NotFound(_("The agreement does not name this station."))
        drop_station(row=row, by=by)
        return _told(found, by)


class PromiseView(OfficeView):
    @extend_schema(
        operation_id="office_agreement_promise",
        summary="Add an obligation",
        request=serializers.PromiseSerializer,
        responses=AGREEMENT,
    )
    @transaction.atomic
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _agreement(pk, by), checked(serializers.PromiseSerializer, request)
        Agreement.objects.select_for_update(of=("self",)).get(pk=found.pk)
        stations = [station_named(code, by, "stations") for code in given.pop("stations")]
        same = {name: given[name] for name in ("what", "metric", "detail", "since")}
        if not found.obligations.filter(**same).exists():
            promise(agreement=found, by=by, stations=stations, **given)
        return _told(found, by)


def _partners(by: User) -> QuerySet[Any]:
    rows: Any = Partner.objects.visible_to(by).in_use()
    return rows.select_related("kept_by", "unit")  # type: ignore[no-any-return]  # any queryset


def _partner(code: str, by: User) -> Partner:
    found: Partner | None = _partners(by).filter(code=code.replace("\0", "").upper()).first()
    if found is None:
        raise NotFound(_("None of your partners has the code “%(code)s”.") % {"code": code[:20]})
    return found


def _told_partner(code: str, by: User) -> Response:
    return Response(serializers.OwnPartnerSerializer(_partner(code, by)).data)


def _partner_facts(given: dict[str, Any], by: User) -> dict[str, Any]:
    """With the rows that the codes name."""
    for name in ("kept_by", "unit"):
        if given.get(name):
            given[name] = unit_named(given[name], by, name)
    if given.get("division"):
        given["division"] = division_named(given["division"])
    return given


def _agreements(by: User) -> QuerySet[Any]:
    rows: Any = Agreement.objects.visible_to(by).with_state(timezone.localdate())
    named = rows.select_related("unit", "partner", "programme", "own_programme", "covered_unit")
    return named.prefetch_related("more_partners")  # type: ignore[no-any-return]  # any queryset


def _agreement(pk: int, by: User) -> Agreement:
    found: Agreement | None = _agreements(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("None of your agreements has the number “%(number)s”.") % {"number": pk})
    return found


def _told(agreement: Agreement, by: User) -> Response:
    rows = _agreements(by).prefetch_related("stations__station", "obligations__stations", "obligations__standing")
    return Response(serializers.FullAgreementSerializer(rows.get(pk=agreement.pk)).data)


def _agreement_facts(given: dict[str, Any], by: User) -> dict[str, Any]:
    """With the rows that the codes name."""
    for name in ("unit", "covered_unit"):
        if given.get(name):
            given[name] = unit_named(given[name], by, name)
    if given.get("partner"):
        given["partner"] = partner_named(given["partner"], by, "partner")
    if "more_partners" in given:
        given["more_partners"] = [partner_named(code, by, "more_partners") for code in given["more_partners"]]
    for name in ("programme", "own_programme"):
        if given.get(name):
            given[name] = programme_named(given[name], name)
    return given


def partner_named(code: str, by: User, field: str) -> Partner:
    try:
        return _partner(code, by)
    except NotFound as error:
        raise Invalid(field, str(error.detail)) from error


def programme_named(code: str, field: str) -> Programme:
    found: Programme | None = Programme.objects.filter(code=code.replace("\0", "")).first()
    if found is None:
        raise Invalid(field, _("There is no programme “%(code)s”.") % {"code": code[:40]})
    return found
