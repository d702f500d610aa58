"""Agreements for programs, by the same actions as the pages of the back office."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from partners.actions.agreements import (
    change_agreement,
    draft_agreement,
    drop_agreement,
    end_agreement,
    renew_agreement,
    sign_agreement,
)
from partners.actions.terms import change_promise, drop_promise, drop_station, name_station, promise
from partners.agreement_policies import refuse_unless_may_sign_for
from partners.api import agreement_serializers as serializers
from partners.api.partners import partner_named, partners_named
from partners.api.programmes import programme_named
from partners.models import Agreement, Obligation
from stations.api.office import person, station_named, station_of, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, Removing, described, once, step
from stations.models import Station, User

FACTS = (
    *("kind", "title", "number", "unit", "partner", "programme", "own_programme", "covered_unit"),
    *("since", "until", "summary", "remark"),
)
TERMS = ("what", "metric", "detail", "quantity", "period", "since", "until")


def _stations_named(codes: list[str], by: User, field: str) -> list[Station]:
    return [station_named(code, by, field) for code in codes]


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
    delete=("office_agreement_drop", "Delete a draft; what was signed is ended instead"),
)
class OwnAgreementView(Agreements, Changing, Removing, OwnItem):
    takes = serializers.AgreementFactsSerializer

    def change(self, row: Agreement, given: dict[str, Any], by: User) -> Any:
        more = given.pop("more_partners", None)
        facts: Any = {name: getattr(row, name) for name in FACTS} | given
        partners = list(row.more_partners.all()) if more is None else more
        return change_agreement(agreement=row, by=by, more_partners=partners, **facts)

    def remove(self, row: Agreement, by: User) -> None:
        drop_agreement(agreement=row, by=by)


SignView = step(
    Agreements, "sign", "Note that it was signed: from its first day on it holds", serializers.SignatureSerializer,
    lambda row, given, by: sign_agreement(agreement=row, day=given["day"], by=by),
)  # fmt: skip
EndView = step(
    Agreements, "end", "End it before its day", serializers.EndSerializer,
    lambda row, given, by: end_agreement(agreement=row, last=given["last"], reason=given["reason"], by=by),
)  # fmt: skip


@described(post=("office_agreement_renew", "Draft the one that goes on where this one ends, with all that it says"))
class RenewView(Agreements):
    takes = serializers.RenewalSerializer

    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = self.find(by, pk=pk), self.given(request)
        return self.told(renew_agreement(agreement=found, until=given["until"], by=by), by)


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
    named: ClassVar[dict[str, Named]] = {"stations": _stations_named}

    @transaction.atomic
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = self.find(by, pk=pk), self.given(request)
        same = {name: given[name] for name in ("what", "metric", "detail", "since")}
        once(found, found.obligations.filter(**same), lambda: promise(agreement=found, by=by, **given))
        return self.told(found, by)


@described(
    patch=("office_agreement_promise_change", "Change an obligation"),
    delete=("office_agreement_promise_drop", "Take an obligation back; history keeps what was promised"),
)
class ObligationView(Agreements):
    takes = serializers.PromiseFactsSerializer
    named: ClassVar[dict[str, Named]] = {"stations": _stations_named}

    @transaction.atomic
    def patch(self, request: Request, pk: int, number: int) -> Response:
        by = person(request)
        found, given = self.find(by, pk=pk), self.given(request)
        row = _obligation(found, number)
        stations = given.pop("stations", None)
        terms: Any = {name: getattr(row, name) for name in TERMS} | given
        kept = list(row.stations.all()) if stations is None else stations
        change_promise(obligation=row, by=by, stations=kept, **terms)
        return self.told(found, by)

    def delete(self, request: Request, pk: int, number: int) -> Response:
        by = person(request)
        drop_promise(obligation=_obligation(self.find(by, pk=pk), number), by=by)
        return Response(status=204)


def _obligation(agreement: Agreement, number: int) -> Obligation:
    found: Obligation | None = agreement.obligations.filter(pk=number).first()
    if found is None:
        raise NotFound(_("This agreement has no obligation with the number “%(number)s”.") % {"number": number})
    return found
